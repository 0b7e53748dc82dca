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

void print_row(std::ostream& out, std::string_view what, std::string_view who, const Cost& cost) {
  char line[160];
  std::snprintf(line, sizeof line, "  %-24.*s %-13.*s %11s %13s %15s %12s\n",
                static_cast<int>(what.size()), what.data(), static_cast<int>(who.size()),
                who.data(), grouped(cost.messages).c_str(), grouped(cost.uploaded).c_str(),
                grouped(cost.delivered).c_str(), fixed("%.1f ms", cost.cpu_us / 1000).c_str());
  out << line;
}

void print_costs(std::ostream& out, World& world, const Costs& here) {
  const Primitives cost = measure_primitives(world.provider);
  // `members` stay: those whom the new one joins, and who are left when it is gone.
  const std::uint64_t members = world.members.size();
  const Costs pairwise = pairwise_sessions(members, cost);
  const Costs senders = sender_keys(members, cost);
  out << "\nWhat one person more, and then one less, cost a group of " << grouped(members)
      << " (all clients together):\n";
  char head[160];
  std::snprintf(head, sizeof head, "  %-24s %-13s %11s %13s %15s %12s\n", "", "", "messages",
                "bytes up", "bytes down", "CPU");
  out << head;
  const auto three = [&](std::string_view what, const Cost Costs::*row) {
    print_row(out, what, "here", here.*row);
    print_row(out, "", "pairwise", pairwise.*row);
    print_row(out, "", "sender keys", senders.*row);
  };
  three("add one", &Costs::add);
  three("remove one", &Costs::remove);
  three("a message of 100 bytes", &Costs::message);
  out << "Here: measured. The others: counts by the formulas of docs/demo.md, times primitives "
         "measured in this run:\n  key pair "
      << fixed("%.1f", cost.generate) << ", X25519 " << fixed("%.1f", cost.agree) << ", sign "
      << fixed("%.1f", cost.sign) << ", verify " << fixed("%.1f", cost.verify) << ", HMAC "
      << fixed("%.2f", cost.hmac) << ", AES-GCM " << fixed("%.2f", cost.aead)
      << " us. Removing somebody from pairwise sessions is free\n  because every message is sent "
         "to each member apart.\n";
}

}  // namespace

bool play_for_people(const crypto::Provider& provider, WorldPlan plan, std::ostream& out) {
  World world(provider, std::move(plan));
  out << "A group of " << grouped(world.plan.members) << " through thicket serve, process "
      << world.served.pid() << ", at " << world.served.url() << "\n"
      << std::flush;
  int number = 0;
  for (const Scene& scene : all_scenes()) {
    const Played scene_played = played(world, [&] { return scene.play(world); });
    out << ' ' << ++number << fixed("%9.2f s  ", scene_played.ms / 1000);
    if (!scene_played.ok) out << "FAILED: " << scene.title << ": ";
    out << scene_played.detail << "\n" << std::flush;
    if (!scene_played.ok) return false;
  }
  Costs here;
  const Played end = played(world, [&] {
    here = measure_here(world);
    return std::string();
  });
  if (!end.ok) {
    out << "FAILED: one more, and then one less: " << end.detail << "\n";
    return false;
  }
  print_costs(out, world, here);
  out << "\nAll " << grouped(world.members.size()) << " agree on epoch "
      << world.ana().group().epoch().value << ", epoch authenticator " << authenticator_of(world)
      << "\n";
  return true;
}

bool play_for_programs(const crypto::Provider& provider, WorldPlan plan, std::ostream& out) {
  World world(provider, std::move(plan));
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
  out << "{\"ok\":" << truth(ok) << ",\"members\":" << world.members.size()
      << ",\"epoch\":" << (ok ? std::to_string(world.ana().group().epoch().value) : "null")
      << ",\"epoch_authenticator\":" << (ok ? json(authenticator_of(world)) : "null") << "}\n";
  return ok;
}

}  // namespace thicket::demo
