#include "thread_pool.h"

#include <utility>

ThreadPool::ThreadPool(unsigned threads) {
  threads_.reserve(threads);
  for (unsigned i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { Run(); });
  }
}

ThreadPool::~ThreadPool() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  added_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void ThreadPool::Add(std::function<void()> task) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  added_.notify_one();
}

bool ThreadPool::RunOne() {
  std::unique_lock<std::mutex> lock(mutex_);
  if (tasks_.empty()) return false;
  auto task = std::move(tasks_.front());
  tasks_.pop_front();
  lock.unlock();
  task();
  return true;
}

void ThreadPool::Run() {
  for (;;) {
    std::unique_lock<std::mutex> lock(mutex_);
    added_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
    // Also when the pool ends: the queue is emptied first, and running tasks may add to it.
    if (tasks_.empty()) return;
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
  }
}
