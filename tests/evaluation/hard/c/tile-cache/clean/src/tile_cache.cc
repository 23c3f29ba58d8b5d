#include "tile_cache.h"

#include <utility>

std::shared_ptr<const Tile> TileCache::Find(std::string_view name) {
  auto found = index_.find(name);
  if (found == index_.end()) {
    ++misses_;
    return nullptr;
  }
  ++hits_;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->tile;
}

void TileCache::Put(std::string name, std::shared_ptr<const Tile> tile) {
  Remove(name);
  // The size counts once: a tile that is decoded further must not change the sum when it leaves.
  const std::size_t bytes = tile->bytes() + name.size();
  if (bytes > budget_ / 4) return;
  entries_.push_front(Entry{std::move(name), std::move(tile), bytes});
  // The name of the entry, not the parameter, which is empty by now.
  index_.emplace(entries_.front().name, entries_.begin());
  bytes_ += bytes;
  Shrink();
}

void TileCache::SetBudget(std::size_t budget) {
  budget_ = budget;
  Shrink();
}

TileCache::Use TileCache::use() const {
  Use use;
  use.tiles = entries_.size();
  use.bytes = bytes_;
  use.hits = hits_;
  use.misses = misses_;
  return use;
}

void TileCache::Remove(std::string_view name) {
  auto found = index_.find(name);
  if (found == index_.end()) return;
  auto entry = found->second;
  bytes_ -= entry->bytes;
  index_.erase(found);
  entries_.erase(entry);
}

void TileCache::Shrink() {
  // No check for an empty list: without entries bytes_ is 0 and so not above the budget.
  while (bytes_ > budget_) {
    const std::string_view oldest = entries_.back().name;
    bytes_ -= entries_.back().bytes;
    index_.erase(oldest);
    entries_.pop_back();
  }
}
