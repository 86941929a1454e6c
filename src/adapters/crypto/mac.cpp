#include "adapters/crypto/mac.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace gochat::crypto {

Mac mac_of(const Key& key, std::string_view bytes) {
  Mac mac{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), mac.data(), &size);
  return mac;
}

}  // namespace gochat::crypto
