// Who takes which portion.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace isotherm::analyse {

enum class Deal : std::uint8_t {
  Free,        // the next one to whoever is free
  RoundRobin,  // one each in turn, whoever is slow
};

class Dealer {
 public:
  Dealer(Deal deal, std::size_t portions, std::size_t workers)
      : deal_(deal), portions_(portions), workers_(workers), taken_(workers) {}

  // Any thread, each worker for itself: its next portion; nothing if there is none left for it.
  [[nodiscard]] std::optional<std::size_t> next(std::size_t worker) noexcept {
    const std::size_t turn = taken_[deal_ == Deal::Free ? 0 : worker].fetch_add(1);
    const std::size_t portion = deal_ == Deal::Free ? turn : turn * workers_ + worker;
    return portion < portions_ ? std::optional(portion) : std::nullopt;
  }

 private:
  Deal deal_;
  std::size_t portions_;
  std::size_t workers_;
  std::deque<std::atomic<std::size_t>> taken_;
};

}  // namespace isotherm::analyse
