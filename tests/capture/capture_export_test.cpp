#include "capture/capture_export.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "capture/memory_source.hpp"
#include "capture/samples.hpp"
#include "support/fake_clock.hpp"

namespace isotherm::capture {
namespace {

using test::sample_at;

std::string chunk_of(const std::string& name, const std::vector<core::Sample>& samples,
                     bool lateness = true) {
  ChunkCoder coder;
  return coder.encode(test::origin_of(name), {0, 0, test::kNewYear, true}, samples,
                      {lateness, 1, 0.0});
}

std::string inlet() {
  return chunk_of("inlet",
                  {sample_at(0, 20.0625, 61'007), sample_at(1, 0.0, 2'000'000, core::Fault::Crc, 3),
                   sample_at(1001, -0.125, 9, core::Fault::None, 3)});
}

std::string exported(CaptureReader reader, ExportFormat format, const SensorChoice& choice = {}) {
  std::ostringstream out;
  export_text(reader, format, choice, out);
  return out.str();
}

TEST(CaptureExport, CsvIsByteExact) {
  const std::string quoted = chunk_of("a \"b\", c", {sample_at(2, 1e-7)}, false);
  EXPECT_EQ(exported(test::reader_of({inlet(), quoted}), ExportFormat::Csv),
            "time,uptime_s,sensor,unit,slot,value,lateness_us,fault,dropped_total\n"
            "2026-01-01T00:00:00.000000000Z,100.000000000,inlet,degC,0,20.0625,61.007,,0\n"
            "2026-01-01T00:00:00.001000000Z,100.001000000,inlet,degC,1,,2000.000,crc,3\n"
            "2026-01-01T00:00:01.001000000Z,101.001000000,inlet,degC,1001,-0.125,0.009,,3\n"
            "2026-01-01T00:00:00.002000000Z,100.002000000,\"a \"\"b\"\", c\",degC,2,1e-07,,,0\n");
}

TEST(CaptureExport, JsonLinesAreByteExact) {
  const std::string quoted = chunk_of("a \"b\"", {sample_at(2, 21.5)}, false);
  EXPECT_EQ(
      exported(test::reader_of({inlet() + quoted}), ExportFormat::JsonLines),
      R"({"time":"2026-01-01T00:00:00.000000000Z","uptime_s":100.000000000,"sensor":"inlet",)"
      R"("unit":"degC","slot":0,"value":20.0625,"lateness_us":61.007,"fault":"","dropped_total":0})"
      "\n"
      R"({"time":"2026-01-01T00:00:00.001000000Z","uptime_s":100.001000000,"sensor":"inlet",)"
      R"("unit":"degC","slot":1,"value":null,"lateness_us":2000.000,"fault":"crc",)"
      R"("dropped_total":3})"
      "\n"
      R"({"time":"2026-01-01T00:00:01.001000000Z","uptime_s":101.001000000,"sensor":"inlet",)"
      R"("unit":"degC","slot":1001,"value":-0.125,"lateness_us":0.009,"fault":"",)"
      R"("dropped_total":3})"
      "\n"
      R"({"time":"2026-01-01T00:00:00.002000000Z","uptime_s":100.002000000,"sensor":"a \"b\"",)"
      R"("unit":"degC","slot":2,"value":21.5,"lateness_us":null,"fault":"","dropped_total":0})"
      "\n");
}

TEST(CaptureExport, NpyIsByteExact) {
  auto reader = test::reader_of({inlet() + chunk_of("outlet", {sample_at(0, 1.0)})});
  std::ostringstream out;
  const auto result = export_npy(
      reader, [](const Origin& origin) { return origin.name == "inlet"; }, out);
  EXPECT_EQ(result.samples, 3U);
  // 8 + 2 bytes, then the literal with its spaces and line end: 256 in all.
  std::string expected("\x93NUMPY\x01\x00\xF6\x00", 10);
  expected +=
      "{'descr': [('slot', '<u8'), ('time_ns', '<i8'), ('monotonic_ns', '<i8'), ('value', '<f8'), "
      "('lateness_ns', '<i8'), ('dropped_total', '<u4'), ('fault', '|u1')], "
      "'fortran_order': False, 'shape': (3,), }";
  expected.append(255 - expected.size(), ' ');
  expected += '\n';
  // 2026-01-01 is 1767225600 s: 0x18867251EDFA0000 ns; 100 s: 0x174876E800 ns.
  expected += std::string(
      "\x00\x00\x00\x00\x00\x00\x00\x00"
      "\x00\x00\xFA\xED\x51\x72\x86\x18"
      "\x00\xE8\x76\x48\x17\x00\x00\x00"
      "\x00\x00\x00\x00\x00\x10\x34\x40"
      "\x4F\xEE\x00\x00\x00\x00\x00\x00"
      "\x00\x00\x00\x00"
      "\x00",
      45);
  EXPECT_EQ(out.str().size(), 256U + 3 * 45U);
  EXPECT_EQ(out.str().substr(0, 256), expected.substr(0, 256));
  EXPECT_EQ(out.str().substr(256, 45), expected.substr(256));
  // The second is a fault: NaN, 2 ms late, three dropped before it, crc.
  EXPECT_EQ(out.str().substr(256 + 45 + 24, 21), std::string("\x00\x00\x00\x00\x00\x00\xF8\x7F"
                                                             "\x80\x84\x1E\x00\x00\x00\x00\x00"
                                                             "\x03\x00\x00\x00"
                                                             "\x03",
                                                             21));
}

TEST(CaptureExport, DamagedChunksAreLeftOutAndCounted) {
  std::string bytes = inlet();
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  bytes += chunk_of("outlet", {sample_at(0, 1.0)});
  auto reader = test::reader_of({bytes});
  std::ostringstream out;
  const auto result = export_npy(reader, {}, out);
  EXPECT_EQ(result.samples, 1U);
  EXPECT_EQ(result.samples_lost, 3U);
  EXPECT_THAT(result.damaged, testing::ElementsAre(0U));
  EXPECT_THAT(out.str(), testing::HasSubstr("'shape': (1,)"));
  EXPECT_THAT(sensor_names(reader.index()), testing::ElementsAre("inlet", "outlet"));
}

}  // namespace
}  // namespace isotherm::capture
