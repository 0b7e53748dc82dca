// One line a scene, as soon as it is over.
#include "demo/play.h"

#include <cstdio>
#include <ostream>

#include "demo/clock.h"
#include "demo/costs.h"
#include "demo/scenes.h"

namespace thicket::demo {
namespace {

struct Played {
  bool ok = false;
  double ms = 0;
  std::string detail;
};

template <class Act>
Played played(World& world, const Act& act) {
  Played out;
  const double start_us = wall_us();
  try {
    out.detail = act();
    out.ok = true;
  } catch (const Failed& failed) {
    world.progress.clear();
    out.detail = failed.what;
  }
  out.ms = (wall_us() - start_us) / 1000;
  return out;
}

std::string fixed(const char* format, double number) {
  char out[64];
  std::snprintf(out, sizeof out, format, number);
  return out;
}

std::string authenticator_of(World& world) {
  return to_hex(world.ana().group().epoch_authenticator());
}

// A string of JSON. What is not ASCII is UTF-8 of ours.
std::string json(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (const auto octet = static_cast<unsigned char>(c); octet < 0x20) {
      out += "\\u00" + to_hex(ByteView(&octet, 1));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

void print_row(std::ostream& out, std::string_view what, std::string_view who,
               const compare::Cost& cost) {
  char line[192];
  std::snprintf(line, sizeof line, "  %-24.*s %-18.*s %11s %13s %15s %12s\n",
                static_cast<int>(what.size()), what.data(), static_cast<int>(who.size()),
                who.data(), grouped(cost.messages).c_str(), grouped(cost.uploaded).c_str(),
                grouped(cost.delivered).c_str(),
                fixed("%.1f ms", cost.total_cpu_us / 1000).c_str());
  out << line;
}

// What was measured in one suite.
struct Measured {
  const crypto::Suite* suite = nullptr;
  std::uint32_t members = 0;  // who stay: whom the new one joins, and who are left when it is gone
  compare::Scheme costs;
};

void print_costs(std::ostream& out, const compare::Units& units, std::span<const Measured> here) {
  const std::uint32_t members = here.front().members;
  out << "\nWhat one person more, and then one less, cost a group of " << grouped(members)
      << " (all clients together):\n";
  char head[192];
  std::snprintf(head, sizeof head, "  %-24s %-18s %11s %13s %15s %12s\n", "", "", "messages",
                "bytes up", "bytes down", "CPU");
  out << head;
  const auto rows = [&](std::string_view what, compare::Act act) {
    // Who leaves has spoken before.
    const std::uint32_t there = act == compare::Act::message ? members + 1 : members;
    for (const Measured& measured : here) {
      print_row(out, what, measured.costs.name, measured.costs[act]);
      what = "";
    }
    for (const auto& other :
         {compare::pairwise_sessions(there, units), compare::sender_keys(there, units)})
      print_row(out, "", other.name, other[act]);
  };
  rows("add one", compare::Act::join);
  rows("remove one", compare::Act::leave);
  rows("a message of 100 bytes", compare::Act::message);
  for (const Measured& measured : here)
    out << measured.costs.name << ": " << measured.suite->name << ", measured.\n";
  out << "The others, classical: sessions and sender keys of two, measured in this run, times how "
         "many of them it takes\n  (docs/performance/migration.md). Removing somebody from "
         "pairwise "
         "sessions is free because every message is\n  sent to each member apart.\n";
}

}  // namespace

namespace {

// "MLS_..., hybrid confidentiality and classical authentication".
std::string described(const crypto::Suite& suite) {
  return std::string(suite.name) + ", " + std::string(crypto::name_of(suite.confidentiality())) +
         " confidentiality and " + std::string(crypto::name_of(suite.authentication())) +
         " authentication";
}

bool print_scenes(World& world, std::ostream& out) {
  int number = 0;
  for (const Scene& scene : all_scenes()) {
    const Played scene_played = played(world, [&] { return scene.play(world); });
    out << ' ' << ++number << fixed("%9.2f s  ", scene_played.ms / 1000);
    if (!scene_played.ok) out << "FAILED: " << scene.title << ": ";
    out << scene_played.detail << "\n" << std::flush;
    if (!scene_played.ok) return false;
  }
  return true;
}

// One more, and then one less; none if that failed, which is said.
std::optional<Measured> measured_in(World& world, std::ostream& out) {
  Measured here;
  const Played end = played(world, [&] {
    here = {&world.crypto.suite(), static_cast<std::uint32_t>(world.members.size()),
            measure_here(world)};
    return std::string();
  });
  if (end.ok) return here;
  out << "FAILED: one more, and then one less: " << end.detail << "\n";
  return std::nullopt;
}

// The same group in another suite, as far as what is measured depends on: created, and renewed.
std::optional<Measured> measured_beside(const crypto::Provider& provider, WorldPlan plan,
                                        std::ostream& out) {
  World world(provider, std::move(plan));
  const Played group = played(world, [&] {
    create_and_add(world);
    return renew_keys(world);
  });
  if (group.ok) return measured_in(world, out);
  out << "FAILED: the same group in " << world.crypto.suite().name << ": " << group.detail << "\n";
  return std::nullopt;
}

// Classical beside what is not, and the default beside what is.
const crypto::Suite& other_suite(const crypto::Provider& provider, const crypto::Suite& suite) {
  if (suite.confidentiality() == crypto::Strength::classical) return default_suite(provider);
  return *good(crypto::suite_of(CipherSuite{1}), "suite 1");
}

}  // namespace

bool play_for_people(const crypto::Provider& provider, const WorldPlan& plan, std::ostream& out) {
  std::vector<Measured> here;
  std::string agreed;
  {
    World world(provider, plan);
    out << "A group of " << grouped(plan.members) << " through thicket serve, process "
        << world.served.pid() << ", at " << world.served.url() << "\nCipher suite "
        << described(world.crypto.suite()) << (plan.suite ? "" : ": what a new group gets") << "\n"
        << std::flush;
    if (!print_scenes(world, out)) return false;
    const auto measured = measured_in(world, out);
    if (!measured) return false;
    here.push_back(*measured);
    agreed = "All " + grouped(world.members.size()) + " agree on epoch " +
             std::to_string(world.ana().group().epoch().value) + ", epoch authenticator " +
             authenticator_of(world);
  }
  WorldPlan beside = plan;
  beside.suite = &other_suite(provider, *here.front().suite);
  const auto measured = measured_beside(provider, std::move(beside), out);
  if (!measured) return false;
  here.push_back(*measured);
  print_costs(out, compare::measure_units(provider), here);
  out << "\n" << agreed << "\n";
  return true;
}

bool play_for_programs(const crypto::Provider& provider, const WorldPlan& plan, std::ostream& out) {
  World world(provider, plan);
  bool ok = true;
  const auto truth = [](bool value) { return value ? "true" : "false"; };
  for (const Scene& scene : all_scenes()) {
    const Played scene_played = played(world, [&] { return scene.play(world); });
    ok = scene_played.ok;
    out << "{\"scene\":" << json(scene.name) << ",\"ok\":" << truth(ok)
        << ",\"ms\":" << fixed("%.3f", scene_played.ms)
        << ",\"detail\":" << json(scene_played.detail) << "}\n"
        << std::flush;
    if (!ok) break;
  }
  if (ok) ok = played(world, [&] { return world.agree(), std::string(); }).ok;
  out << "{\"ok\":" << truth(ok) << ",\"suite\":" << json(world.crypto.suite().name)
      << ",\"members\":" << world.members.size()
      << ",\"epoch\":" << (ok ? std::to_string(world.ana().group().epoch().value) : "null")
      << ",\"epoch_authenticator\":" << (ok ? json(authenticator_of(world)) : "null") << "}\n";
  return ok;
}

}  // namespace thicket::demo
