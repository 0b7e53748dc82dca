// The worker pool: one mutex, a queue of batches, pieces taken a few at a time.
#include "crypto/worker_pool.h"

#include <algorithm>
#include <exception>

namespace thicket::crypto {
namespace {

// Waking a thread costs about as much as one signature check.
constexpr std::size_t worth_spreading = 4;

}  // namespace

// One call of run(); lives on its caller's stack, under the pool's mutex.
struct WorkerPool::Batch {
  const std::function<void(std::size_t)>* work;
  std::size_t count;
  std::size_t taken_at_once;
  std::size_t next = 0;     // the first piece that nobody has begun
  std::size_t running = 0;  // threads with pieces of this batch in hand
  std::exception_ptr failure = nullptr;
  std::condition_variable idle = {};
};

WorkerPool::WorkerPool(std::size_t workers) {
  for (std::size_t i = 1; i < workers; ++i) threads_.emplace_back([this] { serve(); });
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::run(std::size_t count, const std::function<void(std::size_t)>& work) {
  if (threads_.empty() || count < worth_spreading) {
    for (std::size_t i = 0; i < count; ++i) work(i);
    return;
  }
  Batch batch{&work, count, std::clamp<std::size_t>(count / (4 * workers()), 1, 16)};
  std::unique_lock lock(mutex_);
  open_.push_back(&batch);
  wake_.notify_all();
  work_on(batch, lock);
  batch.idle.wait(lock, [&] { return batch.running == 0; });
  if (batch.failure) std::rethrow_exception(batch.failure);
}

void WorkerPool::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] { return stopping_ || !open_.empty(); });
    if (open_.empty()) return;
    work_on(*open_.front(), lock);
  }
}

// Takes pieces of `batch` until none is left. Entered and left with the mutex held; the last one
// out finds running == 0.
void WorkerPool::work_on(Batch& batch, std::unique_lock<std::mutex>& lock) {
  ++batch.running;
  while (batch.next < batch.count) {
    const std::size_t first = batch.next;
    const std::size_t last = std::min(first + batch.taken_at_once, batch.count);
    batch.next = last;
    if (batch.next == batch.count) std::erase(open_, &batch);
    lock.unlock();
    std::exception_ptr failure;
    try {
      for (std::size_t i = first; i < last; ++i) (*batch.work)(i);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    if (failure && !batch.failure) {
      batch.failure = failure;
      batch.next = batch.count;
      std::erase(open_, &batch);
    }
  }
  if (--batch.running == 0) batch.idle.notify_all();
}

}  // namespace thicket::crypto
