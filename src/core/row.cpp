#include "core/row.hpp"

namespace isotherm::core {

SlotCounts& SlotCounts::operator+=(const SlotCounts& other) noexcept {
  scheduled += other.scheduled;
  good += other.good;
  faulty += other.faulty;
  missed += other.missed;
  dropped += other.dropped;
  return *this;
}

}  // namespace isotherm::core
