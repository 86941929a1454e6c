#pragma once

#include <atomic>
#include <cstdint>

#include "async/executor.hpp"
#include "ports/password_hasher.hpp"
#include "ports/random.hpp"

namespace gochat::crypto {

struct BcryptOptions {
  unsigned cost = 10;  // 4 to 31; each step doubles the work
};

// bcrypt ($2b$) on a pool that nobody else uses. An unknown user costs one hash of the same cost.
class BcryptHasher final : public PasswordHasher {
 public:
  BcryptHasher(Executor& pool, Random& random, BcryptOptions options = {});

  Task<Result<std::string>> hash(std::string password) override;
  Task<Result<bool>> verify(std::string password, std::string stored) override;

  // Of what is hashed from now on. On the loop that asks for hashes.
  void use_cost(unsigned cost);

  std::uint64_t hashes() const { return hashes_; }

 private:
  Executor& pool_;
  Random& random_;
  unsigned cost_ = 0;
  std::string nobody_;  // a hash that no password has, for users who do not exist
  std::atomic<std::uint64_t> hashes_ = 0;
};

}  // namespace gochat::crypto
