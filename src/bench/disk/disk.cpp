// The member, what others say to it, and counts at the door to the operating system.
#include "bench/disk/disk.h"

#include <algorithm>
#include <functional>
#include <sstream>

#include "bench/acts.h"
#include "bench/stopwatch.h"
#include "crypto/seeded_random.h"
#include "group_store/group_rows.h"
#include "store/sqlite/sqlite_store.h"

namespace thicket::bench {

namespace {

class Keeper final {
  // Asks again until all that it meets is loaded.
  template <class Act>
  auto loaded(const Act& act) {
    for (;;) {
      auto outcome = act();
      if (outcome || !outcome.error().is_need()) return std::move(outcome).value();
      group_->supply(outcome.error().need, rows_).value();
    }
  }

 public:
  Keeper(const crypto::Provider& provider, const DiskPlan& plan)
      : provider_(provider),
        random_(plan.seed),
        fixture_(provider, *plan.suite, {.members = plan.members, .seed = plan.seed}),
        own_{plan.members / 3},
        crowd_(fixture_.member(own_, provider)),
        store_(store::open_sqlite(plan.folder + "/group.sqlite", {.watcher = &counter_})),
        sink_(*store_),
        rows_(*store_, fixture_.context().group_id) {
    group::store(sink_, group::WarmGroup::all_rows(*fixture_.member(own_, provider))).value();
    open();
  }
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  const store::FileCounter& counter() const { return counter_; }
  void open() { group_ = group::Group::open(fixture_.environment(provider_), rows_).value(); }
  // As a client does when it starts, with nothing of the log read yet.
  void open_again() const {
    group_store::StoredRows rows(*store_, fixture_.context().group_id);
    group::Group::open(fixture_.environment(provider_), rows).value();
  }
  Bytes others_commit() {
    const auto committer = fixture_.member_beside(*crowd_, another());
    group::CommitPlan plan;
    plan.force_path = true;
    const Bytes message =
        send_and_accept(*committer, committer->commit(plan, group::warm_now, random_).value())
            .outgoing.message;
    receive_and_accept(*crowd_, message);
    return message;
  }
  std::unique_ptr<group::Group> speaker() { return fixture_.member_beside(*crowd_, another()); }
  Bytes said_by(group::Group& speaker) {
    auto sent = speaker.send(text_, random_).value();
    return send_and_accept(speaker, std::move(std::get<group::Staged>(sent))).outgoing.message;
  }
  void receive(ByteView message) {
    group::Staged staged = loaded([&] { return group_->process(message, group::warm_now); });
    const group::Stored stored = group::store(sink_, staged.on_accept()).value();
    group_->accept(std::move(staged), stored).value();
  }
  // Without hearing it back, which is another transition.
  void send() {
    auto sent = loaded([&] { return group_->send(text_, random_); });
    const group::Staged& staged = std::get<group::Staged>(sent);
    staged.release(group::store(sink_, staged.before_send()).value()).value();
  }

 private:
  LeafIndex another() {
    const auto drawn = static_cast<std::uint32_t>(random_.below(fixture_.members() - 1));
    return LeafIndex{drawn < own_.value ? drawn : drawn + 1};
  }

  const Bytes text_ = Bytes(100, 'x');
  const crypto::Provider& provider_;
  crypto::SeededRandom random_;
  const group::WarmGroup fixture_;
  const LeafIndex own_;
  std::unique_ptr<group::Group> crowd_;  // the same member in memory
  store::FileCounter counter_;
  std::unique_ptr<store::Store> store_;
  group_store::StoreSink sink_;
  group_store::StoredRows rows_;
  std::unique_ptr<group::Group> group_;
};

// `act` on what `make` makes, which is not counted.
DiskLine repeat(const std::string& op, std::uint32_t times, const Keeper& keeper,
                const std::function<Bytes()>& make, const std::function<void(ByteView)>& act) {
  DiskLine line;
  line.op = op;
  std::vector<double> cpu;
  for (std::uint32_t i = 0; i < times; ++i) {
    const Bytes input = make();
    const store::FileCounts before = keeper.counter().all();
    const Stopwatch watch;
    act(input);
    cpu.push_back(watch.cpu_us());
    const store::FileCounts one = keeper.counter().all() - before;
    line.written += static_cast<double>(one.octets_written) / times;
    line.syncs += static_cast<double>(one.syncs) / times;
    line.read += static_cast<double>(one.octets_read) / times;
    if (one.syncs == 1) line.one_sync += 1.0 / times;
  }
  std::sort(cpu.begin(), cpu.end());
  line.cpu_us = cpu[cpu.size() / 2];
  line.spread = (cpu[cpu.size() * 3 / 4] - cpu[cpu.size() / 4]) / line.cpu_us;
  return line;
}

}  // namespace

std::vector<DiskLine> measure_disk(const crypto::Provider& provider, const DiskPlan& plan) {
  Keeper keeper(provider, plan);
  const auto nothing = [] { return Bytes(); };
  std::vector<DiskLine> lines;
  lines.push_back(repeat(
      "store_process", plan.times, keeper, [&] { return keeper.others_commit(); },
      [&](ByteView message) { keeper.receive(message); }));
  lines.push_back(
      repeat("store_send", plan.times, keeper, nothing, [&](ByteView) { keeper.send(); }));
  const auto speaker = keeper.speaker();
  lines.push_back(repeat(
      "store_receive", plan.times, keeper, [&] { return keeper.said_by(*speaker); },
      [&](ByteView message) { keeper.receive(message); }));
  lines.push_back(repeat("open", std::min(plan.times, 101U), keeper, nothing,
                         [&](ByteView) { keeper.open_again(); }));
  return lines;
}

std::string to_json(const DiskPlan& plan, const DiskLine& line) {
  std::ostringstream out;
  out.setf(std::ios::fixed);
  out.precision(3);
  out << "{\"op\": \"" << line.op << "\", \"suite\": \"" << plan.suite->name
      << "\", \"tree\": \"warm\", \"members\": " << plan.members << ", \"cpu_us\": " << line.cpu_us
      << ", \"spread\": " << line.spread << ", \"written\": " << line.written
      << ", \"syncs\": " << line.syncs << ", \"one_sync\": " << line.one_sync
      << ", \"read\": " << line.read << "}";
  return out.str();
}

}  // namespace thicket::bench
