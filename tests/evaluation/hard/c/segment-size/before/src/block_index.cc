#include "block_index.h"

#include <algorithm>

void BlockIndex::Add(std::uint32_t first_key, std::uint64_t offset, std::uint32_t size, std::uint32_t checksum) {
  entries_.push_back({first_key, static_cast<std::uint32_t>(offset), size, checksum});
}

const BlockEntry* BlockIndex::Find(std::uint32_t key) const {
  auto behind = std::upper_bound(entries_.begin(), entries_.end(), key,
                                 [](std::uint32_t left, const BlockEntry& right) { return left < right.first_key; });
  return behind == entries_.begin() ? nullptr : &*(behind - 1);
}

std::uint32_t Checksum(const void* data, std::size_t size) {
  // FNV-1a
  std::uint32_t hash = 2166136261u;
  for (const auto* at = static_cast<const unsigned char*>(data); size > 0; ++at, --size) {
    hash = (hash ^ *at) * 16777619u;
  }
  return hash;
}
