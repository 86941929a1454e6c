// The adapters of the crypto room pass the suites of their ports.
#include <gtest/gtest.h>

#include "adapters/crypto/bcrypt_hasher.hpp"
#include "adapters/crypto/jwt_signer.hpp"
#include "async/executor.hpp"
#include "contract/small_ports_contracts.hpp"
#include "support/seeded_random.hpp"

namespace gochat::contract {
namespace {

crypto::Key key(std::uint8_t filled_with) {
  crypto::Key made{};
  made.fill(filled_with);
  return made;
}

class JwtSubject final : public Subject<TokenSigner> {
 public:
  support::TaskLoop& loop() override { return loop_; }
  TokenSigner& port() override { return ours_; }
  TokenSigner& another() override { return theirs_; }

 private:
  support::TaskLoop loop_;
  crypto::JwtSigner ours_{key(1), key(2)};
  crypto::JwtSigner theirs_{key(3), key(4)};
};

class BcryptSubject final : public Subject<PasswordHasher> {
 public:
  support::TaskLoop& loop() override { return loop_; }
  PasswordHasher& port() override { return hasher_; }

 private:
  support::TaskLoop loop_{support::Time::steady};
  support::SeededRandom random_{1};
  ThreadPool pool_{2, 100, "bcrypt"};
  crypto::BcryptHasher hasher_{pool_, random_, {.cost = 4}};
};

const SubjectFactory<TokenSigner> jwt{"jwt", [] { return std::make_unique<JwtSubject>(); }};
const SubjectFactory<PasswordHasher> bcrypt{"bcrypt",
                                            [] { return std::make_unique<BcryptSubject>(); }};

INSTANTIATE_TEST_SUITE_P(Crypto, TokenSignerContract, ::testing::Values(jwt), subject_name);
INSTANTIATE_TEST_SUITE_P(Crypto, PasswordHasherContract, ::testing::Values(bcrypt), subject_name);

}  // namespace
}  // namespace gochat::contract
