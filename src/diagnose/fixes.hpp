// What `isotherm doctor --fix` changes while it runs, and takes back in reverse order when it ends.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/attribute.hpp"
#include "core/cpu_set.hpp"
#include "diagnose/interrupts.hpp"

namespace isotherm::diagnose {

// A file of the kernel that ought to hold another text.
struct Fix {
  std::string what;  // "interrupt 36 virtio1-req.0"
  std::string path;
  std::string before;
  std::string wanted;
};

// Where and how fixes are made: app/ implements it with os/, tests in memory.
class FixTools {
 public:
  virtual ~FixTools() = default;

  // Nothing if the file cannot be read.
  [[nodiscard]] virtual std::optional<std::string> read(const std::string& path) = 0;
  // "" or why the kernel refused: "Input/output error (error 5)".
  [[nodiscard]] virtual std::string write(const std::string& path, const std::string& text) = 0;
  // Keeps every core from idling deeply, until it is released; "" or why that is not to be had.
  [[nodiscard]] virtual std::string hold_latency() = 0;
  virtual void release_latency() = 0;
};

// What differs from what readers on `cores` want: the governors of these cores, the devices'
// interrupts that may land there (to the rest of their cores, else to `elsewhere`), and the moving
// of timers. `elsewhere` empty: interrupts stay where they are.
[[nodiscard]] std::vector<Fix> wanted_fixes(const core::FileTree& files, const core::CpuSet& cores,
                                            const core::CpuSet& elsewhere);

// One line for people: what was done, what could not be done and why, what was taken back.
using Say = std::function<void(const std::string&)>;

class Fixes {
 public:
  Fixes(FixTools& tools, Say say);
  // Takes back what has not been.
  ~Fixes();
  Fixes(const Fixes&) = delete;
  Fixes& operator=(const Fixes&) = delete;
  Fixes(Fixes&&) = delete;
  Fixes& operator=(Fixes&&) = delete;

  // Makes each of them, and holds the latency; says how it went. Goes on where one is refused.
  void make(const std::vector<Fix>& wanted);

  // In reverse order, each said. A file that holds something else by now is left as it is: somebody
  // has changed it since. Goes on where one fails; whether all went well.
  bool take_back();

 private:
  void make_one(const Fix& fix);
  bool take_back_one(const Fix& fix);

  struct Made {
    Fix fix;              // path "" for the latency
    std::string holds{};  // the text that the kernel made of it
  };

  FixTools* tools_;
  Say say_;
  std::vector<Made> made_;
};

}  // namespace isotherm::diagnose
