// A secret row for each own key package, under its reference.
#include "group_store/own_key_packages.h"

namespace thicket::group_store {

void put_own(store::Batch& batch, ByteView key_package_ref, const group::OwnKeyPackage& own) {
  batch.put(key_package_space, key_package_ref, group::encode_own(own).reveal());
}

Result<std::optional<group::OwnKeyPackage>> StoredKeyPackages::find(ByteView key_package_ref) {
  auto row = store_.get(key_package_space, key_package_ref);
  if (!row) return std::optional<group::OwnKeyPackage>();
  const SecretBytes secret(std::move(*row));
  return std::optional(THICKET_TRY(group::decode_own(provider_, secret.reveal())));
}

std::vector<Bytes> StoredKeyPackages::references() {
  std::vector<Bytes> out;
  for (store::Row& row : store_.scan(key_package_space, {})) {
    const SecretBytes secret(std::move(row.value));
    out.push_back(std::move(row.key));
  }
  return out;
}

}  // namespace thicket::group_store
