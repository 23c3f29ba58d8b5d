#pragma once

#include <cstdint>
#include <vector>

// An entry of the index as it stands in the file.
struct BlockEntry {
  std::uint32_t first_key;
  std::uint32_t offset;
  std::uint32_t size;
  std::uint32_t checksum;
};
static_assert(sizeof(BlockEntry) == 16);

// The index of a segment: its blocks in the order of their keys.
class BlockIndex {
 public:
  void Add(std::uint32_t first_key, std::uint64_t offset, std::uint32_t size, std::uint32_t checksum);

  // The block that can hold the key; null if the key is before the first block.
  const BlockEntry* Find(std::uint32_t key) const;

  const std::vector<BlockEntry>& entries() const { return entries_; }
  void Clear() { entries_.clear(); }

 private:
  std::vector<BlockEntry> entries_;
};

std::uint32_t Checksum(const void* data, std::size_t size);
