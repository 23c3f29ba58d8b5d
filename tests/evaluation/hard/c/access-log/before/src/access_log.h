#pragma once

#include <ctime>
#include <cstdio>
#include <mutex>
#include <string>

struct AccessEntry {
  std::time_t received;
  std::string client;
  std::string request;
  int status;
  std::size_t bytes;
};

// Writes a line for each request. Request threads share one log.
class AccessLog {
 public:
  explicit AccessLog(std::FILE* out) : out_(out) {}

  void Write(const AccessEntry& entry);

 private:
  std::FILE* out_;
  std::mutex mutex_;
};
