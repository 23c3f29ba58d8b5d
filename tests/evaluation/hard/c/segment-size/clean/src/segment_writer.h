#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "block_index.h"

// When a segment ends.
struct SegmentLimits {
  // At most this: the index holds offsets of 32 bits.
  std::uint64_t most_bytes = UINT32_MAX;
  // Blocks of one segment: the index stays in memory while the segment is open.
  std::size_t most_blocks = std::size_t{1} << 20;
};

// Writes blocks to segments: the blocks, then the index, then the number of its entries. Segments are named by
// their day (UTC) and a number.
class SegmentWriter {
 public:
  explicit SegmentWriter(std::string folder, SegmentLimits limits = SegmentLimits())
      : folder_(std::move(folder)), limits_(limits) {}
  ~SegmentWriter() { Finish(); }

  SegmentWriter(const SegmentWriter&) = delete;
  SegmentWriter& operator=(const SegmentWriter&) = delete;

  // Writes a block that was made at a time (seconds since 1970). False if the disk refused it: the segment then
  // ends with the block before.
  bool Write(std::int64_t time, std::uint32_t first_key, const void* data, std::uint32_t size);

  // Ends the segment in progress.
  bool Finish();

 private:
  bool Start(std::int64_t day);
  bool IsFull(std::int64_t day, std::uint32_t size) const;
  bool WriteAll(const void* data, std::size_t size);

  std::string folder_;
  SegmentLimits limits_;
  std::int64_t day_ = 0;
  int number_ = 0;
  int file_ = -1;
  std::uint64_t offset_ = 0;
  BlockIndex index_;
};
