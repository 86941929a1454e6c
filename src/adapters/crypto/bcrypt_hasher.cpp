#include "adapters/crypto/bcrypt_hasher.hpp"

#include <crypt.h>
#include <openssl/crypto.h>

#include <array>
#include <memory>

#include "base/assert.hpp"
#include "domain/limits.hpp"

namespace gochat::crypto {
namespace {

constexpr std::size_t salt_bytes = 16;

// Empty when libxcrypt refuses the setting.
std::string bcrypt(const std::string& password, const std::string& setting) {
  // 32 KiB: too much for a pool thread's stack in a sanitized build, and it must be cleaned.
  const auto scratch = std::make_unique<crypt_data>();
  const char* made = crypt_r(password.c_str(), setting.c_str(), scratch.get());
  std::string hash = made && made[0] == '$' ? made : "";
  OPENSSL_cleanse(scratch.get(), sizeof *scratch);
  return hash;
}

std::string new_setting(Random& random, unsigned cost) {
  std::array<std::uint8_t, salt_bytes> salt{};
  random.fill(salt);
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> text{};
  const char* made =
      crypt_gensalt_rn("$2b$", cost, reinterpret_cast<const char*>(salt.data()),
                       static_cast<int>(salt.size()), text.data(), static_cast<int>(text.size()));
  GOCHAT_ASSERT(made != nullptr);
  return made;
}

// bcrypt reads no further than 72 bytes or a NUL: what it would cut is refused.
bool hashable(const std::string& password) {
  return password.size() <= limits::password_bytes_max && password.find('\0') == std::string::npos;
}

}  // namespace

BcryptHasher::BcryptHasher(Executor& pool, Random& random, BcryptOptions options)
    : pool_{pool}, random_{random} {
  use_cost(options.cost);
}

void BcryptHasher::use_cost(unsigned cost) {
  GOCHAT_ASSERT(cost >= 4 && cost <= 31);
  if (cost == cost_) return;
  cost_ = cost;
  // A setting without a digest: as much work as any hash, and equal to none.
  nobody_ = new_setting(random_, cost_);
}

Task<Result<std::string>> BcryptHasher::hash(std::string password) {
  if (!hashable(password)) {
    co_return refused(ErrorCode::invalid_params, "password: at most 72 bytes, without NUL");
  }
  std::string setting = new_setting(random_, cost_);
  auto work = [this, password = std::move(password),
               setting = std::move(setting)]() mutable -> Result<std::string> {
    ++hashes_;
    std::string hash = bcrypt(password, setting);
    OPENSSL_cleanse(password.data(), password.size());
    if (hash.empty()) return failed(ErrorCode::internal, "bcrypt refused its setting");
    return hash;
  };
  co_return co_await run_on(pool_, std::move(work));
}

Task<Result<bool>> BcryptHasher::verify(std::string password, std::string stored) {
  const bool possible = !stored.empty() && hashable(password);
  std::string setting = possible ? std::move(stored) : nobody_;
  auto work = [this, possible, password = std::move(password),
               setting = std::move(setting)]() mutable -> Result<bool> {
    ++hashes_;
    const std::string hash = bcrypt(password, setting);
    OPENSSL_cleanse(password.data(), password.size());
    return possible && hash.size() == setting.size() &&
           CRYPTO_memcmp(hash.data(), setting.data(), hash.size()) == 0;
  };
  co_return co_await run_on(pool_, std::move(work));
}

}  // namespace gochat::crypto
