#include "thread_pool.h"

#include <utility>

ThreadPool::ThreadPool(unsigned threads) {
  for (unsigned i = 0; i < threads; ++i) {
    std::thread([this] { Run(); }).detach();
  }
}

void ThreadPool::Add(std::function<void()> task) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  added_.notify_one();
}

void ThreadPool::Run() {
  for (;;) {
    std::unique_lock<std::mutex> lock(mutex_);
    added_.wait(lock, [this] { return !tasks_.empty(); });
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
  }
}
