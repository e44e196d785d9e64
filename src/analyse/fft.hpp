// The discrete Fourier transform of 2^k complex numbers. In four ways at a time and sorting itself
// (the Stockham form, see C. Van Loan, "Computational Frameworks for the Fast Fourier Transform",
// 1992, section 1.7), because its inner loops go over neighbouring numbers, which compilers
// vectorise. Single precision: what is measured has four digits, and the transform has six.
#pragma once

#include <cstddef>
#include <vector>

namespace isotherm::analyse {

inline constexpr std::size_t kFftMin = 4;

// Real and imaginary parts apart.
struct ComplexNumbers {
  std::vector<float> real;
  std::vector<float> imaginary;
};

class Fft {
 public:
  // `size` is a power of two, kFftMin at least.
  explicit Fft(std::size_t size);

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  // X[k] = sum of x[n] exp(-2 pi i k n / size), unscaled, in place.
  void transform(ComplexNumbers& numbers);

 private:
  std::size_t size_;
  ComplexNumbers twiddles_;  // exp(-2 pi i p / size), p below size
  ComplexNumbers other_;
};

}  // namespace isotherm::analyse
