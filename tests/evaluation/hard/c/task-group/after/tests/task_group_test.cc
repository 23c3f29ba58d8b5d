#include "task_group.h"

#include <atomic>
#include <cassert>
#include <stdexcept>
#include <string>

// A group that nobody uses has nothing to wait for.
static void TestEmptyGroup() {
  ThreadPool pool(1);
  TaskGroup group(pool);
  group.Wait();
}

// One thread: the task that waits must help with the queue, else nothing goes on.
static void TestNestedGroup() {
  ThreadPool pool(1);
  std::atomic<bool> inner_waited{false};
  TaskGroup outer(pool);
  outer.Add([&] {
    TaskGroup inner(pool);
    for (int i = 0; i < 100; ++i) inner.Add([] {});
    inner.Wait();
    inner_waited = true;
  });
  outer.Wait();
  while (!inner_waited) std::this_thread::yield();
}

static void TestWaitCanFollowWait() {
  ThreadPool pool(2);
  TaskGroup group(pool);
  group.Add([] {});
  group.Wait();
  group.Add([] {});
  group.Wait();
}

// The pool must run what is in its queue before it ends.
static void TestPoolEmptiesItsQueue() {
  std::atomic<int> ran{0};
  {
    ThreadPool pool(2);
    for (int i = 0; i < 50; ++i) pool.Add([&ran] { ++ran; });
  }
  assert(ran == 50);
}

int main() {
  TestEmptyGroup();
  TestNestedGroup();
  TestWaitCanFollowWait();
  TestPoolEmptiesItsQueue();
  return 0;
}
