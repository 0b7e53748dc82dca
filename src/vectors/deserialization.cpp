// Vector lengths: a header says how long a vector is.  RFC 9420 2.1.2.
#include "vectors/kinds.h"

namespace thicket::vectors {

void check_deserialization(const Setting&, const Field& test) {
  const Bytes header = test["vlbytes_header"].octets();
  codec::Reader in(header);
  const std::size_t length = test["vlbytes_header"].accepted(in.length());
  test["vlbytes_header"].accepted(in.end());
  test["length"].equals(length);
  codec::Writer out;
  out.length(length);
  test["vlbytes_header"].equals(out.view());
}

Json generate_deserialization(const Source& source) {
  Json cases = Json::array();
  std::vector<std::size_t> lengths = {0, 1, 63, 64, 16383, 16384, codec::vector_size_max};
  for (std::size_t bits : {6u, 14u, 30u}) {
    lengths.push_back(source.random.size_below(std::size_t{1} << bits));
  }
  for (std::size_t length : lengths) {
    codec::Writer out;
    out.length(length);
    cases.push_back({{"vlbytes_header", hex(out.view())}, {"length", length}});
  }
  return cases;
}

}  // namespace thicket::vectors
