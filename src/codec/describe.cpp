// Descriptions as indented text and as JSON.
#include "codec/describe.h"

#include <algorithm>

namespace thicket::codec {

namespace {

using Kind = Description::Kind;

bool is_scalar(const Description& d) {
  return d.kind != Kind::list && d.kind != Kind::fields;
}

bool is_printable(ByteView octets) {
  return octets.size() >= 3 && std::all_of(octets.begin(), octets.end(),
                                           [](std::uint8_t c) { return c >= 0x20 && c < 0x7f; });
}

std::string hex_number(std::uint64_t number, std::size_t digits) {
  std::string out(digits, '0');
  for (std::size_t i = digits; i-- > 0; number >>= 4) out[i] = "0123456789abcdef"[number & 15];
  return "0x" + out;
}

std::string scalar_text(const Description& d) {
  switch (d.kind) {
    case Kind::number:
      return std::to_string(d.number);
    case Kind::choice:
      if (d.name.empty()) return "unknown (" + std::to_string(d.number) + ")";
      if (d.name == "GREASE") return "GREASE (" + hex_number(d.number, 4) + ")";
      return d.name + " (" + std::to_string(d.number) + ")";
    case Kind::octets:
      if (d.octets.empty()) return "(empty)";
      return to_hex(d.octets) +
             (is_printable(d.octets) ? " \"" + thicket::to_text(d.octets) + "\"" : std::string{});
    default:
      return "(none)";
  }
}

void write_text(std::string& out, const Description& d, std::size_t indent);

void write_part(std::string& out, std::string_view label, const Description& part,
                std::size_t indent) {
  out.append(indent * 2, ' ');
  out += label;
  const bool short_list = part.kind == Kind::list &&
                          std::all_of(part.parts.begin(), part.parts.end(), [](const auto& p) {
                            return p.kind != Kind::octets && is_scalar(p);
                          });
  if (is_scalar(part)) {
    out += " " + scalar_text(part) + "\n";
  } else if (part.parts.empty()) {
    out += part.kind == Kind::list ? " (none)\n" : " (empty)\n";
  } else if (short_list) {
    out += ' ';
    for (std::size_t i = 0; i < part.parts.size(); ++i) {
      if (i > 0) out += ", ";
      out += scalar_text(part.parts[i]);
    }
    out += '\n';
  } else {
    out += '\n';
    write_text(out, part, indent + 1);
  }
}

void write_text(std::string& out, const Description& d, std::size_t indent) {
  for (std::size_t i = 0; i < d.parts.size(); ++i) {
    const std::string label =
        d.kind == Kind::list ? "[" + std::to_string(i) + "]" : d.names[i] + ":";
    write_part(out, label, d.parts[i], indent);
  }
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

void write_json(std::string& out, const Description& d, std::size_t indent) {
  switch (d.kind) {
    case Kind::nothing:
      out += "null";
      return;
    case Kind::number:
      out += std::to_string(d.number);
      return;
    case Kind::choice:
      out += "{\"name\": " + (d.name.empty() ? std::string("null") : quoted(d.name)) +
             ", \"value\": " + std::to_string(d.number) + "}";
      return;
    case Kind::octets:
      out += quoted(to_hex(d.octets));
      return;
    case Kind::list:
    case Kind::fields:
      break;
  }
  const bool list = d.kind == Kind::list;
  if (d.parts.empty()) {
    out += list ? "[]" : "{}";
    return;
  }
  out += list ? "[" : "{";
  for (std::size_t i = 0; i < d.parts.size(); ++i) {
    out += i == 0 ? "\n" : ",\n";
    out.append((indent + 1) * 2, ' ');
    if (!list) out += quoted(d.names[i]) + ": ";
    write_json(out, d.parts[i], indent + 1);
  }
  out += '\n';
  out.append(indent * 2, ' ');
  out += list ? "]" : "}";
}

}  // namespace

void Description::add(std::string_view field, Description part) {
  names.emplace_back(field);
  parts.push_back(std::move(part));
}

Description described_number(std::uint64_t number) {
  Description out;
  out.kind = Kind::number;
  out.number = number;
  return out;
}

Description described_octets(ByteView octets) {
  Description out;
  out.kind = Kind::octets;
  out.octets = to_bytes(octets);
  return out;
}

Description described_choice(std::uint64_t number, std::string_view name, std::size_t size) {
  Description out;
  out.kind = Kind::choice;
  out.number = number;
  // RFC 9420 13.5: the GREASE values are 0x0A0A, 0x1A1A, ..., 0xEAEA.
  const bool grease = size == 2 && (number & 0x0f0f) == 0x0a0a &&
                      (number >> 8) == (number & 0xff) && number < 0xf000;
  out.name = grease ? "GREASE" : std::string(name);
  return out;
}

std::string to_text(const Description& description) {
  std::string out;
  if (is_scalar(description)) return scalar_text(description) + "\n";
  write_text(out, description, 0);
  return out;
}

std::string to_json(const Description& description) {
  std::string out;
  write_json(out, description, 0);
  return out + "\n";
}

}  // namespace thicket::codec
