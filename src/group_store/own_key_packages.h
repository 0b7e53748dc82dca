// Own key packages in a Store: found by a Welcome that names one, erased by the delta of the join.
#pragma once

#include "group/key_package.h"
#include "store/store.h"

namespace thicket::group_store {

inline constexpr std::string_view key_package_space = "own_key_packages";

// To be stored before the key package is published.
void put_own(store::Batch& batch, ByteView key_package_ref, const group::OwnKeyPackage& own);

class StoredKeyPackages final : public group::KeyPackageSource {
 public:
  StoredKeyPackages(store::Store& store, const crypto::Provider& provider)
      : store_(store), provider_(provider) {}
  StoredKeyPackages(const StoredKeyPackages&) = delete;
  StoredKeyPackages& operator=(const StoredKeyPackages&) = delete;
  Result<std::optional<group::OwnKeyPackage>> find(ByteView key_package_ref) override;
  // Of all that wait to be used.
  std::vector<Bytes> references();

 private:
  store::Store& store_;
  const crypto::Provider& provider_;
};

}  // namespace thicket::group_store
