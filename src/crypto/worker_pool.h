// A few threads that independent pieces of work are spread over.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace thicket::crypto {

// Safe from any thread at once, and from within a piece of work: the caller always works on its own
// batch, so that it never waits for a thread that waits for it.
class WorkerPool final {
 public:
  // `workers` pieces run at once, the caller's thread being one of them: 1 starts no thread.
  explicit WorkerPool(std::size_t workers);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  std::size_t workers() const { return threads_.size() + 1; }
  // work(0) .. work(count - 1), each once; returns when all are done. A few pieces run on the
  // caller's thread alone. The first exception of a piece is thrown here, after the pieces that had
  // begun have ended.
  void run(std::size_t count, const std::function<void(std::size_t)>& work);

 private:
  struct Batch;
  void serve();
  void work_on(Batch& batch, std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Batch*> open_;  // batches with pieces that nobody has begun
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace thicket::crypto
