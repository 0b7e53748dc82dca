// Errors as values: builders and the sentence a person reads.
#include "base/error.h"

namespace thicket {

Error broken(Rule rule) {
  Error error;
  error.rule = rule;
  return error;
}

Error needs(Need need) {
  Error error = broken(Rule::internal_need);
  error.need = std::move(need);
  return error;
}

Error Error::at(std::string_view field) && {
  path = std::string(field);
  return std::move(*this);
}

Error Error::of(LeafIndex index) && {
  leaf = index;
  return std::move(*this);
}

Error Error::because(std::string what) && {
  detail = std::move(what);
  return std::move(*this);
}

Error Error::under(std::string_view field) && {
  std::string whole(field);
  if (!path.empty()) {
    if (path.front() != '[') whole += '.';
    whole += path;
  }
  path = std::move(whole);
  return std::move(*this);
}

std::string describe(const Error& error) {
  const RuleText& text = text_of(error.rule);
  std::string out = "rule " + std::string(text.name) + " broken";
  if (!error.path.empty()) out += " at " + error.path;
  if (error.leaf) out += ", leaf " + std::to_string(error.leaf->value);
  if (!error.detail.empty()) out += " (" + error.detail + ")";
  const bool rfc =
      !text.section.empty() && text.section.front() >= '0' && text.section.front() <= '9';
  out += rfc ? "; RFC 9420 " + std::string(text.section) + " asks: " : "; asked is: ";
  return out + std::string(text.sentence);
}

}  // namespace thicket
