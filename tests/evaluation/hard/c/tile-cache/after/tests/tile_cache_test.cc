#include "tile_cache.h"

#include <cassert>

static std::shared_ptr<const Tile> MakeTile(std::size_t bytes) {
  auto tile = std::make_shared<Tile>();
  tile->pixels.resize(bytes);
  return tile;
}

static void TestFindCounts() {
  TileCache cache(100'000);
  cache.Put("street/1/0/0", MakeTile(1'000));

  assert(cache.Find("street/1/0/0") != nullptr);
  assert(cache.Find("street/1/0/1") == nullptr);
  assert(cache.use().hits == 1 && cache.use().misses == 1);
}

static void TestReplaces() {
  TileCache cache(100'000);
  cache.Put("street/1/0/0", MakeTile(2'000));
  cache.Put("street/1/0/0", MakeTile(1'000));

  assert(cache.use().tiles == 1);
  assert(cache.use().bytes < 2'000);
}

// The old tile must go, or the map would show it again after the new one was too large.
static void TestLargeTilesAreNotKept() {
  TileCache cache(10'000);
  cache.Put("satellite/1/0/0", MakeTile(1'000));
  cache.Put("satellite/1/0/0", MakeTile(3'000));

  assert(cache.Find("satellite/1/0/0") == nullptr);
  assert(cache.use().bytes == 0);
}

int main() {
  TestFindCounts();
  TestReplaces();
  TestLargeTilesAreNotKept();
  return 0;
}
