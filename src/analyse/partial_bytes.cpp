#include "analyse/partial.hpp"
#include "capture/bytes.hpp"
#include "core/histogram.hpp"

namespace isotherm::analyse {
namespace {

using capture::append_double;
using capture::append_varint;
using capture::ByteReader;

// Both directions of each field stand beside each other: archive(field, bytes) writes it and
// archive(field, reader) reads it.
class Writer {
 public:
  void number(std::uint64_t value) { append_varint(bytes_, value); }
  void number(std::uint32_t value) { append_varint(bytes_, value); }
  void number(double value) { append_double(bytes_, value); }
  void flag(bool value) { append_varint(bytes_, value ? 1 : 0); }
  template <typename Vector>
  std::size_t size(Vector& vector) {
    append_varint(bytes_, vector.size());
    return vector.size();
  }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : reader_(bytes) {}

  void number(std::uint64_t& value) { value = reader_.varint(); }
  void number(std::uint32_t& value) { value = static_cast<std::uint32_t>(reader_.varint()); }
  void number(double& value) { value = reader_.real(); }
  void flag(bool& value) { value = reader_.varint() != 0; }
  template <typename Vector>
  std::size_t size(Vector& vector) {
    const std::uint64_t wanted = reader_.varint();
    // Each element takes a byte at least.
    fine_ = fine_ && wanted <= reader_.rest().size();
    vector.resize(fine_ ? static_cast<std::size_t>(wanted) : 0);
    return vector.size();
  }
  [[nodiscard]] bool well() const { return fine_ && reader_.ok() && reader_.at_end(); }

 private:
  ByteReader reader_;
  bool fine_ = true;
};

template <typename Archive, typename Vector>
void numbers(Archive& archive, Vector& vector) {
  archive.size(vector);
  for (auto& value : vector) {
    archive.number(value);
  }
}

template <typename Archive, typename Run>
void equal_run(Archive& archive, Run& run) {
  archive.number(run.first);
  archive.number(run.last);
  archive.number(run.samples);
  archive.number(run.value);
}

template <typename Archive, typename Line>
void line_sums(Archive& archive, Line& line) {
  archive.number(line.count);
  for (auto* value : {&line.x_mean, &line.y_mean, &line.xx, &line.xy, &line.yy}) {
    archive.number(*value);
  }
}

template <typename Archive, typename Allan>
void allan_part(Archive& archive, Allan& allan) {
  for (auto& sum : allan.inside) {
    archive.number(sum.squares);
    archive.number(sum.terms);
  }
  archive.size(allan.blocks);
  for (auto& block : allan.blocks) {
    archive.number(block.index);
    archive.number(block.count);
    archive.number(block.sum);
  }
  archive.number(allan.head_first);
  numbers(archive, allan.head);
  archive.number(allan.tail_first);
  numbers(archive, allan.tail);
  archive.flag(allan.unbroken);
  archive.number(allan.values);
}

template <typename Archive, typename Spikes>
void spike_part(Archive& archive, Spikes& spikes) {
  archive.number(spikes.samples);
  archive.number(spikes.stretches);
  archive.flag(spikes.at_begin);
  archive.flag(spikes.at_end);
  archive.number(spikes.largest);
  archive.number(spikes.largest_slot);
}

template <typename Archive, typename Values>
void value_counts(Archive& archive, Values& values) {
  archive.size(values);
  for (auto& one : values) {
    archive.number(one.value);
    archive.number(one.count);
  }
}

// All but the chunks, whose numbers are of other types.
template <typename Archive, typename AnyPartial>
void figures(Archive& archive, AnyPartial& partial) {
  archive.number(partial.good);
  archive.number(partial.not_finite);
  for (auto& count : partial.faults) {
    archive.number(count);
  }
  value_counts(archive, partial.values);
  archive.number(partial.min_slot);
  archive.number(partial.max_slot);
  line_sums(archive, partial.line);
  archive.number(partial.resolution);
  allan_part(archive, partial.allan);
  archive.number(partial.spectrum.segments);
  numbers(archive, partial.spectrum.power);
  equal_run(archive, partial.equal.head);
  equal_run(archive, partial.equal.tail);
  equal_run(archive, partial.equal.longest);
  archive.number(partial.equal.stretches);
  spike_part(archive, partial.spikes);
  archive.number(partial.lateness.samples);
  archive.number(partial.lateness.max_ns);
}

}  // namespace

std::string partial_bytes(const Partial& partial) {
  Writer writer;
  figures(writer, partial);
  writer.size(partial.pieces);
  for (const PieceRead& piece : partial.pieces) {
    writer.number(std::uint64_t{piece.chunk});
    writer.number(piece.first_dropped);
    writer.number(piece.last_dropped);
  }
  writer.size(partial.lost);
  for (const ChunkLost& lost : partial.lost) {
    writer.number(std::uint64_t{lost.chunk});
    writer.number(static_cast<std::uint64_t>(lost.fault));
  }
  writer.size(partial.lateness.buckets);
  for (const auto& [bucket, count] : partial.lateness.buckets) {
    writer.number(std::uint64_t{bucket});
    writer.number(count);
  }
  return writer.take();
}

bool parse_partial(std::string_view bytes, Partial& partial) {
  Reader reader(bytes);
  const auto place = [&reader] {
    std::uint64_t number = 0;
    reader.number(number);
    return static_cast<std::size_t>(number);
  };
  figures(reader, partial);
  reader.size(partial.pieces);
  for (PieceRead& piece : partial.pieces) {
    piece.chunk = place();
    reader.number(piece.first_dropped);
    reader.number(piece.last_dropped);
  }
  reader.size(partial.lost);
  bool known = true;
  for (ChunkLost& lost : partial.lost) {
    lost.chunk = place();
    const std::size_t fault = place();
    known = known && fault <= static_cast<std::size_t>(capture::ChunkFault::Payload);
    lost.fault = static_cast<capture::ChunkFault>(known ? fault : 0);
  }
  reader.size(partial.lateness.buckets);
  for (auto& [bucket, count] : partial.lateness.buckets) {
    bucket = place();
    known = known && bucket < core::histogram_buckets::kCount;
    reader.number(count);
  }
  return known && reader.well();
}

}  // namespace isotherm::analyse
