#include "clock.h"

const char* FormatTime(std::time_t time) {
  static char text[40];
  std::tm parts{};
  localtime_r(&time, &parts);
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %z", &parts);
  return text;
}

std::string FileTime(std::time_t time) {
  char text[32];
  std::tm parts{};
  localtime_r(&time, &parts);
  std::strftime(text, sizeof text, "%Y%m%d-%H%M%S", &parts);
  return text;
}
