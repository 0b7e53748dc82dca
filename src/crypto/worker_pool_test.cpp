// The worker pool: every piece once, whoever calls, whatever a piece does.
#include "crypto/worker_pool.h"

#include <doctest/doctest.h>

#include <atomic>
#include <set>
#include <stdexcept>

#include "crypto/awslc/awslc.h"
#include "crypto/counting.h"
#include "crypto/crypto.h"
#include "crypto/seeded_random.h"

namespace thicket::crypto {

TEST_CASE("every piece runs once, for any number of pieces and workers") {
  for (const std::size_t workers : {std::size_t{1}, std::size_t{2}, std::size_t{5}}) {
    WorkerPool pool(workers);
    CHECK(pool.workers() == workers);
    for (const std::size_t count : {0u, 1u, 3u, 4u, 5u, 17u, 1000u}) {
      std::vector<int> runs(count);  // each element is written by the one piece that owns it
      pool.run(count, [&](std::size_t i) { ++runs[i]; });
      CHECK(runs == std::vector<int>(count, 1));
    }
  }
}

TEST_CASE("pieces run at once on as many threads as there are workers") {
  constexpr std::size_t workers = 3;
  WorkerPool pool(workers);
  std::mutex mutex;
  std::condition_variable all_here;
  std::set<std::thread::id> threads;
  // Each piece waits until three threads hold one: with fewer at once this would never end.
  pool.run(12, [&](std::size_t) {
    std::unique_lock lock(mutex);
    threads.insert(std::this_thread::get_id());
    all_here.notify_all();
    all_here.wait(lock, [&] { return threads.size() == workers; });
  });
  CHECK(threads.size() == workers);
  CHECK(threads.contains(std::this_thread::get_id()));
}

TEST_CASE("several threads use one pool at once, and each gets its own results") {
  WorkerPool pool(3);
  std::vector<std::thread> callers;
  std::atomic<int> right{0};
  for (std::size_t caller = 0; caller < 6; ++caller) {
    callers.emplace_back([&, caller] {
      for (std::size_t round = 0; round < 50; ++round) {
        std::vector<std::size_t> results(40);
        pool.run(results.size(), [&](std::size_t i) { results[i] = i * caller + round; });
        bool all = true;
        for (std::size_t i = 0; i < results.size(); ++i) all &= results[i] == i * caller + round;
        if (all) ++right;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(right == 6 * 50);
}

TEST_CASE("a piece may itself spread work over the pool it runs on") {
  WorkerPool pool(2);
  std::atomic<int> pieces{0};
  pool.run(8, [&](std::size_t) { pool.run(8, [&](std::size_t) { ++pieces; }); });
  CHECK(pieces == 64);
}

TEST_CASE("what a piece throws is thrown to the caller, and the pool goes on working") {
  for (const std::size_t workers : {std::size_t{1}, std::size_t{3}}) {
    WorkerPool pool(workers);
    for (int round = 0; round < 20; ++round) {
      CHECK_THROWS_AS(pool.run(50,
                               [&](std::size_t i) {
                                 if (i % 10 == 7) throw std::runtime_error("piece");
                               }),
                      std::runtime_error);
    }
    std::atomic<int> pieces{0};
    pool.run(50, [&](std::size_t) { ++pieces; });
    CHECK(pieces == 50);
  }
}

TEST_CASE("one provider seals, signs and verifies on several threads at once") {
  const auto provider = make_awslc({.workers = 3});
  const CountingProvider counting(*provider);
  constexpr int callers = 4;
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int caller = 0; caller < callers; ++caller) {
    threads.emplace_back([&, caller] {
      SeededRandom random(static_cast<std::uint64_t>(caller));
      for (const Suite& suite : all_suites()) {
        const Crypto crypto(counting, suite);
        const SignaturePrivateKey signer = crypto.generate_signature_key(random);
        const KemPrivateKeyRef key = crypto.generate_key_pair(random);
        const HpkeInfo info = crypto.hpke_info("label", {});
        const Bytes text = counting.random().bytes(32);
        const std::vector<SealJob> jobs(6, SealJob{key->public_key(), text});
        bool all = true;
        for (const HPKECiphertext& sealed : *crypto.seal_many(jobs, info, random)) {
          all &= equal(crypto.decrypt_with_label(*key, info, sealed)->reveal(), text);
        }
        const Bytes signature = counting.sign(suite.signature, *signer.key, text);
        const std::vector<VerifyJob> checks(
            6, VerifyJob{suite.signature, signer.public_key, text, signature});
        all &= counting.verify_many(checks) == std::vector<bool>(6, true);
        if (all) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(right == callers * static_cast<int>(all_suites().size()));
  CHECK(counting.counts().verifications == 6 * callers * all_suites().size());
}

}  // namespace thicket::crypto
