#include "analyse/fft.hpp"

#include <bit>
#include <cassert>
#include <cmath>
#include <numbers>

namespace isotherm::analyse {
namespace {

struct Twiddle {
  float real = 1.0F;
  float imaginary = 0.0F;
};

// One pass of the transform: from blocks of 4 * quarter * stride numbers.
struct Pass {
  const float* from_real;
  const float* from_imaginary;
  float* to_real;
  float* to_imaginary;
  std::size_t stride;  // transforms that lie side by side
};

void butterfly_4(const Pass& pass, std::size_t p, std::size_t quarter, Twiddle w1) {
  const Twiddle w2{w1.real * w1.real - w1.imaginary * w1.imaginary, 2.0F * w1.real * w1.imaginary};
  const Twiddle w3{w1.real * w2.real - w1.imaginary * w2.imaginary,
                   w1.real * w2.imaginary + w1.imaginary * w2.real};
  const std::size_t s = pass.stride;
  const float* const ar = pass.from_real + s * p;
  const float* const ai = pass.from_imaginary + s * p;
  const std::size_t step = s * quarter;
  float* __restrict const yr = pass.to_real + s * 4 * p;
  float* __restrict const yi = pass.to_imaginary + s * 4 * p;
  for (std::size_t q = 0; q < s; ++q) {
    const float sum_ac_r = ar[q] + ar[q + 2 * step];
    const float sum_ac_i = ai[q] + ai[q + 2 * step];
    const float dif_ac_r = ar[q] - ar[q + 2 * step];
    const float dif_ac_i = ai[q] - ai[q + 2 * step];
    const float sum_bd_r = ar[q + step] + ar[q + 3 * step];
    const float sum_bd_i = ai[q + step] + ai[q + 3 * step];
    // i * (b - d)
    const float dif_bd_r = -(ai[q + step] - ai[q + 3 * step]);
    const float dif_bd_i = ar[q + step] - ar[q + 3 * step];
    yr[q] = sum_ac_r + sum_bd_r;
    yi[q] = sum_ac_i + sum_bd_i;
    const float one_r = dif_ac_r - dif_bd_r;
    const float one_i = dif_ac_i - dif_bd_i;
    yr[q + s] = w1.real * one_r - w1.imaginary * one_i;
    yi[q + s] = w1.real * one_i + w1.imaginary * one_r;
    const float two_r = sum_ac_r - sum_bd_r;
    const float two_i = sum_ac_i - sum_bd_i;
    yr[q + 2 * s] = w2.real * two_r - w2.imaginary * two_i;
    yi[q + 2 * s] = w2.real * two_i + w2.imaginary * two_r;
    const float three_r = dif_ac_r + dif_bd_r;
    const float three_i = dif_ac_i + dif_bd_i;
    yr[q + 3 * s] = w3.real * three_r - w3.imaginary * three_i;
    yi[q + 3 * s] = w3.real * three_i + w3.imaginary * three_r;
  }
}

// The last pass of an odd power: pairs, whose twiddles are 1.
void butterflies_2(const Pass& pass) {
  const std::size_t s = pass.stride;
  for (std::size_t q = 0; q < s; ++q) {
    pass.to_real[q] = pass.from_real[q] + pass.from_real[q + s];
    pass.to_imaginary[q] = pass.from_imaginary[q] + pass.from_imaginary[q + s];
    pass.to_real[q + s] = pass.from_real[q] - pass.from_real[q + s];
    pass.to_imaginary[q + s] = pass.from_imaginary[q] - pass.from_imaginary[q + s];
  }
}

}  // namespace

Fft::Fft(std::size_t size) : size_(size) {
  assert(std::has_single_bit(size) && size >= kFftMin);
  for (std::size_t p = 0; p < size; ++p) {
    const double angle =
        -2.0 * std::numbers::pi * static_cast<double>(p) / static_cast<double>(size);
    twiddles_.real.push_back(static_cast<float>(std::cos(angle)));
    twiddles_.imaginary.push_back(static_cast<float>(std::sin(angle)));
  }
  other_.real.resize(size);
  other_.imaginary.resize(size);
}

void Fft::transform(ComplexNumbers& numbers) {
  assert(numbers.real.size() == size_ && numbers.imaginary.size() == size_);
  std::size_t stride = 1;
  for (std::size_t left = size_; left > 1; stride *= 4, left /= 4) {
    const Pass pass{numbers.real.data(), numbers.imaginary.data(), other_.real.data(),
                    other_.imaginary.data(), stride};
    if (left == 2) {
      butterflies_2(pass);
      left = 4;  // it was the last
    } else {
      const std::size_t quarter = left / 4;
      for (std::size_t p = 0; p < quarter; ++p) {
        butterfly_4(pass, p, quarter,
                    {twiddles_.real[p * stride], twiddles_.imaginary[p * stride]});
      }
    }
    numbers.real.swap(other_.real);
    numbers.imaginary.swap(other_.imaginary);
  }
}

}  // namespace isotherm::analyse
