#pragma once

#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

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
  // `most` is the number of lines that may wait for the disk.
  explicit AccessLog(std::FILE* out, std::size_t most = 10'000);

  // Writes what waits, then ends the thread.
  ~AccessLog();

  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  // Never waits for the disk.
  void Write(const AccessEntry& entry);

  // The number of lines that were dropped since the start.
  std::uint64_t dropped() const;

 private:
  void Run();
  void WriteBatch(const std::vector<std::string>& lines, std::uint64_t dropped);

  std::FILE* const out_;
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> waiting_;
  std::uint64_t dropped_ = 0;
  std::uint64_t reported_ = 0;
  bool ending_ = false;
  // The last member: the thread uses all others, so they must exist when it starts.
  std::thread writer_;
};
