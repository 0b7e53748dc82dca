// A member of a warm group who keeps it in an SQLite file: what transitions write and sync, folding
// and checkpoints included, and what opening costs.
#pragma once

#include <string>
#include <vector>

#include "crypto/crypto.h"

namespace thicket::bench {

struct DiskPlan {
  std::uint32_t members = 0;
  const crypto::Suite* suite = nullptr;
  std::uint64_t seed = 1;
  std::uint32_t times = 1000;  // of each operation
  std::string folder;          // where the file is made, and left
};

struct DiskLine {
  std::string op;       // open, store_process, store_send, store_receive
  double cpu_us = 0;    // median, the cryptography of it included
  double spread = 0;    // as in measure.h
  double written = 0;   // octets, mean
  double syncs = 0;     // mean, those of checkpoints included
  double one_sync = 0;  // share of the transitions that synced exactly once
  double read = 0;      // octets, mean
};

// Throws MachineFailure as the store does.
std::vector<DiskLine> measure_disk(const crypto::Provider& provider, const DiskPlan& plan);

std::string to_json(const DiskPlan& plan, const DiskLine& line);

}  // namespace thicket::bench
