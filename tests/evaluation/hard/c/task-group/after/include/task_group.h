#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>

#include "thread_pool.h"

// Tasks of a pool for which one can wait.
class TaskGroup {
 public:
  explicit TaskGroup(ThreadPool& pool) : pool_(pool) {}

  // Waits, but ignores an exception of the tasks: call Wait to learn of it.
  ~TaskGroup();

  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // Tasks may call this for their own group.
  void Add(std::function<void()> task);

  // Returns when all tasks are done. Throws the first exception of a task, once.
  void Wait();

 private:
  void Run(std::function<void()> task);
  void Finish();
  void WaitForTasks(std::unique_lock<std::mutex>& lock);

  ThreadPool& pool_;
  std::mutex mutex_;
  std::condition_variable done_;
  std::size_t pending_ = 0;
  std::exception_ptr error_;
};
