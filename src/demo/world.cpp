// Work spread over threads, and what all must agree on.
#include "demo/world.h"

#include <atomic>
#include <exception>
#include <thread>

namespace thicket::demo {
namespace {

Bytes random_octets(Random& random, std::size_t size) {
  Bytes out(size);
  random.fill(out);
  return out;
}

}  // namespace

const crypto::Suite& default_suite(const crypto::Provider& provider) {
  const group::SuitePolicy policy = group::default_suites();
  return *good(group::preferred_suite({policy, crypto::default_profile(), provider}, clock_now()),
               "the default suite");
}

World::World(const crypto::Provider& library, WorldPlan what)
    : crypto(library, what.suite ? *what.suite : default_suite(library)),
      plan(std::move(what)),
      served(directory.path()),
      group_id(random_octets(library.random(), 16)) {
  const unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  for (unsigned i = 0; i < threads; ++i)
    lines_.push_back(std::make_unique<Line>(served.url(), library.random()));
}

Member& World::invite(std::string name) {
  members.push_back(std::make_unique<Member>(crypto, std::move(name)));
  return *members.back();
}

std::unique_ptr<Member> World::take_out(std::size_t position) {
  auto out = std::move(members[position]);
  members.erase(members.begin() + static_cast<std::ptrdiff_t>(position));
  return out;
}

void World::each(std::string_view doing, const Work& work) {
  progress.start(doing, members.size());
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr thrown;
  const auto run = [&](Line& line) {
    try {
      for (std::size_t i = next++; i < members.size(); i = next++) {
        work(*members[i], line);
        progress.step();
      }
    } catch (...) {
      next = members.size();
      const std::lock_guard lock(mutex);
      if (!thrown) thrown = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> threads;
    for (const auto& line : lines_) threads.emplace_back([&run, &line] { run(*line); });
  }
  progress.clear();
  if (thrown) std::rethrow_exception(thrown);
}

double World::catch_up(const Seen& seen) {
  std::mutex mutex;
  double cpu_us = 0;
  each("reading the log", [&](Member& member, Line& line) {
    const auto caught_up = member.catch_up(line);
    if (seen) seen(member, caught_up.events);
    const std::lock_guard lock(mutex);
    cpu_us += caught_up.cpu_us;
  });
  return cpu_us;
}

void World::agree() const {
  const group::Group& first = members.front()->group();
  for (const auto& member : members) {
    const group::Group& group = member->group();
    expect(group.epoch() == first.epoch(), member->name() + " is in the epoch of the others");
    expect(equal(group.epoch_authenticator(), first.epoch_authenticator()),
           member->name() + " has the epoch authenticator of the others");
    expect(group.member_count() == members.size(), "everybody is counted");
  }
}

}  // namespace thicket::demo
