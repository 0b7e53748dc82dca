// A file of scripts, as the working group writes them: steps with an action, actors and what else
// the action takes.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace thicket::interop {

// Thrown where a script does not say what it must, by its step.
struct BadScript {
  std::string what;
};

// Names of fields are compared without capitals and underscores: scripts spell some in several
// ways, and the working group's runner does not care for capitals either.
class Step final {
 public:
  explicit Step(const nlohmann::json& step);
  const std::string& action() const { return action_; }
  const std::string& actor() const { return actor_; }

  // Of an absent field: "", 0, false, nothing.
  std::string text(const std::string& field) const;
  std::vector<std::string> texts(const std::string& field) const;
  std::size_t number(const std::string& field) const;
  std::vector<std::size_t> numbers(const std::string& field) const;
  bool flag(const std::string& field) const;
  // Of all fields, as they are compared.
  std::vector<std::string> names() const;
  // The objects of a list, or the one object.
  std::vector<Step> parts(const std::string& field) const;
  // The octets of a base64 field, "" of an absent one.
  std::string octets(const std::string& field) const;

 private:
  const nlohmann::json* find(const std::string& field) const;
  nlohmann::json fields_;
  std::string action_;
  std::string actor_;
};

struct Script {
  std::string name;  // "commit/add": the file's and its own
  std::vector<Step> steps;
};

// Throw BadScript; the first std::runtime_error where there is no such file.
std::vector<Script> read_scripts(const std::string& file);
std::vector<Script> parse_scripts(const std::string& name, const std::string& content);

}  // namespace thicket::interop
