#include "task_group.h"

#include <chrono>
#include <utility>

TaskGroup::~TaskGroup() {
  std::unique_lock<std::mutex> lock(mutex_);
  WaitForTasks(lock);
}

void TaskGroup::Add(std::function<void()> task) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    // Before the task is in the queue: it may be done when Add returns.
    ++pending_;
  }
  try {
    pool_.Add([this, task = std::move(task)]() mutable { Run(std::move(task)); });
  } catch (...) {
    Finish();
    throw;
  }
}

void TaskGroup::Wait() {
  std::unique_lock<std::mutex> lock(mutex_);
  WaitForTasks(lock);
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

// A task of the pool can wait for a group. It helps with the queue, as otherwise all threads could wait.
void TaskGroup::WaitForTasks(std::unique_lock<std::mutex>& lock) {
  while (pending_ > 0) {
    lock.unlock();
    const bool ran = pool_.RunOne();
    lock.lock();
    // With a limit, since a running task can add tasks, for which nobody notifies.
    if (!ran) done_.wait_for(lock, std::chrono::milliseconds(10), [this] { return pending_ == 0; });
  }
}

void TaskGroup::Run(std::function<void()> task) {
  try {
    task();
  } catch (...) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!error_) error_ = std::current_exception();
  }
  // What the task holds must be gone as well when Wait returns.
  task = nullptr;
  Finish();
}

void TaskGroup::Finish() {
  std::lock_guard<std::mutex> lock(mutex_);
  // Under the lock: behind it, a waiting destructor could already have removed done_.
  if (--pending_ == 0) done_.notify_all();
}
