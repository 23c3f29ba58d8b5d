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

  // Runs what is in the queue, then ends the threads. No thread may call Add by then, except for tasks.
  ~ThreadPool();

  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  void Add(std::function<void()> task);

  // Runs the next task of the queue in the calling thread; false if the queue is empty.
  bool RunOne();

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable added_;
  std::deque<std::function<void()>> tasks_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};
