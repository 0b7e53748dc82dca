// Secrets are gone from memory when their epoch has ended (RFC 9420 9.2, 16.6): the memory of a
// living process is searched from outside for all that it derived.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <bitset>
#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <unordered_map>

#include "memory/noting_provider.h"

namespace thicket::memory {
namespace {

struct Noted {
  std::string label;
  std::string mark;  // before which it was derived
  Bytes secret;
  std::size_t order = 0;
};

// The program epochs, with its standard input and output.
class Living final {
 public:
  enum class Care : std::uint8_t { careful, careless };
  explicit Living(Care care) {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    REQUIRE(pipe(in.data()) == 0);
    REQUIRE(pipe(out.data()) == 0);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(in[0], STDIN_FILENO);
      dup2(out[1], STDOUT_FILENO);
      for (const int file : {in[0], in[1], out[0], out[1]}) close(file);
      const char* careless = care == Care::careless ? "careless" : nullptr;
      execl(THICKET_EPOCHS, THICKET_EPOCHS, careless, nullptr);
      _exit(127);
    }
    REQUIRE(pid_ > 0);
    close(in[0]);
    close(out[1]);
    in_ = in[1];
    out_ = fdopen(out[0], "r");
  }
  Living(const Living&) = delete;
  Living& operator=(const Living&) = delete;
  ~Living() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    close(in_);
    fclose(out_);
  }

  // What it derives until it waits at that mark.
  void until(const std::string& mark, std::vector<Noted>& noted) {
    std::array<char, 4096> line{};
    while (fgets(line.data(), line.size(), out_) != nullptr) {
      std::istringstream words(line.data());
      std::string label;
      std::string value;
      words >> label >> value;
      if (label == "AT") {
        REQUIRE(value == mark);
        return;
      }
      auto octets = from_hex(value);
      REQUIRE(octets);
      for (std::size_t i = 0; i < octets->size(); ++i) {
        (*octets)[i] = static_cast<std::uint8_t>((*octets)[i] ^ mask_of(i));
      }
      noted.push_back({label, mark, *std::move(octets), noted.size()});
    }
    FAIL("the process ended before the mark " << mark);
  }
  void go_on() const { REQUIRE(write(in_, "\n", 1) == 1); }

  struct Area {
    std::string name;
    Bytes octets;
  };
  // All that it may write to, or has.
  std::vector<Area> memory() const {
    const std::string process = "/proc/" + std::to_string(pid_);
    std::ifstream maps(process + "/maps");
    std::ifstream mem(process + "/mem", std::ios::binary);
    REQUIRE(mem);
    std::vector<Area> out;
    for (std::string line; std::getline(maps, line);) {
      std::uint64_t first = 0;
      std::uint64_t last = 0;
      char dash = 0;
      std::string rights;
      std::istringstream words(line);
      words >> std::hex >> first >> dash >> last >> rights;
      if (rights.substr(0, 2) != "rw") continue;
      Bytes octets(last - first);
      mem.seekg(static_cast<std::streamoff>(first));
      mem.read(reinterpret_cast<char*>(octets.data()), static_cast<std::streamsize>(octets.size()));
      if (mem.gcount() != static_cast<std::streamsize>(octets.size())) mem.clear();
      out.push_back({line.substr(std::min(line.size(), std::size_t{73})), std::move(octets)});
    }
    return out;
  }

 private:
  pid_t pid_ = -1;
  int in_ = -1;
  std::FILE* out_ = nullptr;
};

// An allocator writes over the first sixteen octets of what is freed; a half is a find.
constexpr std::size_t piece_size = 16;

struct Find {
  const Noted* what = nullptr;
  std::string area;
};

// Every secret of which a piece stands in the memory.
std::vector<Find> search(const std::vector<Living::Area>& memory,
                         const std::vector<const Noted*>& wanted) {
  std::unordered_multimap<std::uint64_t, ByteView> pieces;
  std::unordered_map<const std::uint8_t*, const Noted*> owner;
  std::bitset<65536> starts;
  for (const Noted* one : wanted) {
    for (std::size_t at = 0; at + piece_size <= one->secret.size(); at += piece_size) {
      const ByteView piece = ByteView(one->secret).subspan(at, piece_size);
      std::uint64_t head = 0;
      std::memcpy(&head, piece.data(), sizeof(head));
      pieces.emplace(head, piece);
      owner.emplace(piece.data(), one);
      starts.set(head & 0xffff);
    }
  }
  std::map<const Noted*, std::string> found;
  for (const Living::Area& area : memory) {
    for (std::size_t at = 0; at + piece_size <= area.octets.size(); ++at) {
      std::uint64_t head = 0;
      std::memcpy(&head, area.octets.data() + at, sizeof(head));
      if (!starts.test(head & 0xffff)) continue;
      const auto [first, last] = pieces.equal_range(head);
      for (auto piece = first; piece != last; ++piece) {
        if (std::equal(piece->second.begin(), piece->second.end(), area.octets.data() + at)) {
          found.emplace(owner.at(piece->second.data()), area.name);
        }
      }
    }
  }
  std::vector<Find> out;
  for (const auto& [what, name] : found) out.push_back({what, name});
  return out;
}

std::vector<const Noted*> those(const std::vector<Noted>& noted,
                                const std::function<bool(const Noted&)>& wanted) {
  std::vector<const Noted*> out;
  for (const Noted& one : noted) {
    if (one.secret.size() >= piece_size && wanted(one)) out.push_back(&one);
  }
  return out;
}

void none_of(const Living& living, const std::vector<const Noted*>& wanted) {
  CHECK(wanted.size() > 100);
  MESSAGE(wanted.size(), " secrets are looked for");
  const auto found = search(living.memory(), wanted);
  std::map<std::string, std::size_t> by_label;
  for (const Find& find : found) ++by_label[find.what->label + " in " + find.area];
  for (const auto& [where, count] : by_label) {
    FAIL_CHECK("still there: " << count << " of " << where);
  }
}

// What only says that something was derived: tags are sent, and HPKE hashes constants.
bool is_public(const Noted& one) {
  static const std::set<std::string> labels{"tag", "psk_id_hash", "info_hash"};
  return labels.contains(one.label);
}

// What no member keeps beyond the next epoch, whatever its policy.
bool ends_with_epoch(const Noted& one) {
  static const std::set<std::string> labels{
      "joiner",  "welcome",       "epoch", "init",       "exporter",   "external",
      "confirm", "path",          "node",  "membership", "encryption", "eae_prk",
      "dkp_prk", "shared_secret", "dh",    "extract",    "ml_kem",     "combiner"};
  return labels.contains(one.label);
}

}  // namespace

TEST_CASE("a living process holds the secrets of its epoch, and none of those that ended") {
  std::vector<Noted> noted;
  Living living(Living::Care::careful);
  living.until("lived", noted);
  const std::size_t lived = noted.size();
  // The search finds what must be there: the newest of each is the present epoch's.
  for (const std::string label : {"init", "exporter", "sender_data", "resumption", "sk"}) {
    CAPTURE(label);
    auto all = those(noted, [&](const Noted& one) { return one.label == label; });
    // Only DHKEM has a private key of that label.
    if (label == "sk" && all.empty()) continue;
    REQUIRE_FALSE(all.empty());
    CHECK(search(living.memory(), {all.back()}).size() == 1);
  }

  living.go_on();
  living.until("an-epoch-later", noted);
  SUBCASE("one epoch later") {
    none_of(living, those(noted, [&](const Noted& one) {
              return one.order < lived && ends_with_epoch(one);
            }));
  }
  SUBCASE("when everybody has renewed everything, twice") {
    living.go_on();
    living.until("renewed", noted);
    none_of(living,
            those(noted, [&](const Noted& one) { return one.order < lived && !is_public(one); }));
  }
}

TEST_CASE("the search finds secrets that a careless process has copied") {
  std::vector<Noted> noted;
  Living living(Living::Care::careless);
  living.until("lived", noted);
  const auto copied = those(noted, [](const Noted& one) { return one.label == "confirm"; });
  REQUIRE(copied.size() > 10);
  CHECK(search(living.memory(), copied).size() == copied.size());
}

}  // namespace thicket::memory
