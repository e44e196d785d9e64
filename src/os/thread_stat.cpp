#include "os/thread_stat.hpp"

#include "os/proc_text.hpp"

namespace isotherm::os {
namespace {

// Numbers of the fields of stat, as proc_pid_stat(5) counts them.
constexpr int kStateField = 3;  // the first after the name
constexpr int kFlagsField = 9;
constexpr int kMinorFaultsField = 10;
constexpr int kMajorFaultsField = 12;
constexpr int kUserTicksField = 14;
constexpr int kSystemTicksField = 15;
constexpr int kCoreField = 39;
constexpr int kPriorityField = 40;
constexpr int kPolicyField = 41;

template <typename Number>
bool take(std::string_view word, Number& target) {
  const auto number = parse_number<Number>(word);
  target = number.value_or(Number{});
  return number.has_value();
}

// False if the word is no number, but should be one. Fields that nobody asks for may hold anything.
bool take_field(int field, std::string_view word, ThreadStat& stat) {
  switch (field) {
    case kFlagsField:
      return take(word, stat.flags);
    case kMinorFaultsField:
      return take(word, stat.minor_faults);
    case kMajorFaultsField:
      return take(word, stat.major_faults);
    case kUserTicksField:
      return take(word, stat.user_ticks);
    case kSystemTicksField:
      return take(word, stat.system_ticks);
    case kCoreField:
      return take(word, stat.core);
    case kPriorityField:
      return take(word, stat.priority);
    case kPolicyField:
      return take(word, stat.kernel_policy);
    default:
      return true;
  }
}

}  // namespace

std::optional<ThreadStat> split_thread_stat(std::string_view text) {
  // The second field is the name in parentheses, which may itself hold blanks and parentheses; no
  // field before or after it does.
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open ||
      close + 2 > text.size()) {
    return std::nullopt;
  }
  ThreadStat stat;
  std::string_view before = text.substr(0, open);
  bool whole = take(next_word(before), stat.tid);
  stat.name = text.substr(open + 1, close - open - 1);
  text.remove_prefix(close + 2);
  for (int field = kStateField; field <= kPolicyField; ++field) {
    whole = take_field(field, next_word(text), stat) && whole;
  }
  return whole ? std::optional{stat} : std::nullopt;
}

}  // namespace isotherm::os
