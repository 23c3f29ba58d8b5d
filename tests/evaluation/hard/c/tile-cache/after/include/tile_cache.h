#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "tile.h"

// Keeps the tiles that were used last, within a budget of bytes. For the thread of the window only.
class TileCache {
 public:
  struct Use {
    std::size_t tiles = 0;
    std::size_t bytes = 0;
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;
  };

  explicit TileCache(std::size_t budget) : budget_(budget) {}

  // The index refers to the list: a copy would refer to the list of the original.
  TileCache(const TileCache&) = delete;
  TileCache& operator=(const TileCache&) = delete;

  std::shared_ptr<const Tile> Find(std::string_view name);

  // Keeps a tile. A tile that is larger than a quarter of the budget only removes the old one of that name.
  void Put(std::string name, std::shared_ptr<const Tile> tile);

  // Lowers or raises the budget, e.g. if the system reports that memory is short.
  void SetBudget(std::size_t budget);

  Use use() const;

 private:
  struct Entry {
    std::string name;
    std::shared_ptr<const Tile> tile;
    std::size_t bytes;
  };
  using Entries = std::list<Entry>;

  void Remove(std::string_view name);
  void Shrink();

  std::size_t budget_;
  std::size_t bytes_ = 0;
  std::uint64_t hits_ = 0;
  std::uint64_t misses_ = 0;
  Entries entries_;
  // The keys are views of the names in entries_. Elements of a list keep their place, also in a splice.
  std::unordered_map<std::string_view, Entries::iterator> index_;
};
