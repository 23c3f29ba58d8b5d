#include "clock.h"

#include <cstdio>

// Renames a log that has become large. Returns the new name, empty after an error.
std::string Rotate(const std::string& path, std::time_t now) {
  const std::string target = path + "." + FileTime(now);
  return std::rename(path.c_str(), target.c_str()) == 0 ? target : "";
}
