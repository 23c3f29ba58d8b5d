#pragma once

#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "tile.h"

// Keeps the tiles that were used last. For the thread of the window only.
class TileCache {
 public:
  explicit TileCache(std::size_t most) : most_(most) {}

  std::shared_ptr<const Tile> Find(const std::string& name);
  void Put(const std::string& name, std::shared_ptr<const Tile> tile);

 private:
  using Entry = std::pair<std::string, std::shared_ptr<const Tile>>;

  std::size_t most_;
  std::list<Entry> entries_;
  std::unordered_map<std::string, std::list<Entry>::iterator> index_;
};
