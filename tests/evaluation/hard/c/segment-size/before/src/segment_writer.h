#pragma once

#include <cstdint>
#include <string>

#include "block_index.h"

// Writes blocks to segments of at most 1 GiB: the blocks, then the index, then the number of its entries.
class SegmentWriter {
 public:
  static constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;

  explicit SegmentWriter(std::string folder) : folder_(std::move(folder)) {}
  ~SegmentWriter() { Finish(); }

  // False if the disk refused the block.
  bool Write(std::uint32_t first_key, const void* data, std::uint32_t size);

  // Ends the segment in progress.
  bool Finish();

 private:
  bool Start();

  std::string folder_;
  int number_ = 0;
  int file_ = -1;
  std::uint64_t offset_ = 0;
  BlockIndex index_;
};
