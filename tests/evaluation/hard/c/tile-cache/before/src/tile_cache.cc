#include "tile_cache.h"

std::shared_ptr<const Tile> TileCache::Find(const std::string& name) {
  auto found = index_.find(name);
  if (found == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->second;
}

void TileCache::Put(const std::string& name, std::shared_ptr<const Tile> tile) {
  auto found = index_.find(name);
  if (found != index_.end()) {
    entries_.erase(found->second);
    index_.erase(found);
  }
  entries_.emplace_front(name, std::move(tile));
  index_[name] = entries_.begin();
  if (entries_.size() > most_) {
    index_.erase(entries_.back().first);
    entries_.pop_back();
  }
}
