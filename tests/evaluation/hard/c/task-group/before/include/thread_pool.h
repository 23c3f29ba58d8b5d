#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

// Runs tasks in some threads, in the order in which they were added.
class ThreadPool {
 public:
  explicit ThreadPool(unsigned threads);

  void Add(std::function<void()> task);

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable added_;
  std::deque<std::function<void()>> tasks_;
  std::vector<std::thread> threads_;
};
