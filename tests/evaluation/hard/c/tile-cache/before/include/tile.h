#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// A decoded picture of a part of the map.
struct Tile {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels;

  std::size_t bytes() const { return sizeof(Tile) + pixels.capacity(); }
};

// The name of a tile, e.g. "satellite/12/2200/1343".
std::string TileName(const std::string& layer, int zoom, int x, int y);
