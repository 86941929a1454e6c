// For tests: certificates made on the spot, in files of the test's own.
#pragma once

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/assert.hpp"

namespace gochat::net {

// When pairs are made, and "now" in tests of them.
constexpr std::chrono::sys_seconds pair_time{std::chrono::seconds{1'800'000'000}};

struct PairShape {
  const char* name = "localhost";
  int days_from = -1;  // from pair_time
  int days_until = 90;
  bool rsa = false;
  std::string password{};  // of the key file
};

struct PemPair {
  std::string certificate;
  std::string key;
};

inline std::string text_of(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  std::string text{bytes, static_cast<std::size_t>(size)};
  BIO_free(bio);
  return text;
}

// Signed by itself: whether a client trusts it is not the server's matter.
inline PemPair make_pair(const PairShape& shape = {}) {
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key{
      shape.rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"), EVP_PKEY_free};
  const std::unique_ptr<X509, void (*)(X509*)> made{X509_new(), X509_free};
  GOCHAT_ASSERT(key && made);
  X509_set_version(made.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
  std::time_t from = pair_time.time_since_epoch().count();
  X509_time_adj_ex(X509_getm_notBefore(made.get()), shape.days_from, 0, &from);
  X509_time_adj_ex(X509_getm_notAfter(made.get()), shape.days_until, 0, &from);
  X509_set_pubkey(made.get(), key.get());
  X509_NAME* const name = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(shape.name), -1, -1, 0);
  X509_set_issuer_name(made.get(), name);
  X509_sign(made.get(), key.get(), EVP_sha256());

  BIO* const certificate = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(certificate, made.get());
  BIO* const secret = BIO_new(BIO_s_mem());
  const bool locked = !shape.password.empty();
  PEM_write_bio_PrivateKey(secret, key.get(), locked ? EVP_aes_128_cbc() : nullptr,
                           reinterpret_cast<const unsigned char*>(shape.password.data()),
                           static_cast<int>(shape.password.size()), nullptr, nullptr);
  return {text_of(certificate), text_of(secret)};
}

class PairFolder {
 public:
  PairFolder() {
    char name[] = "/tmp/gochat-pair-XXXXXX";
    GOCHAT_ASSERT(::mkdtemp(name));
    folder_ = name;
  }
  ~PairFolder() { std::filesystem::remove_all(folder_); }
  PairFolder(const PairFolder&) = delete;
  PairFolder& operator=(const PairFolder&) = delete;

  std::string certificate() const { return folder_ / "cert.pem"; }
  std::string key() const { return folder_ / "key.pem"; }
  void put(const PemPair& pair) const {
    write(certificate(), pair.certificate);
    write(key(), pair.key);
  }
  // As programs that renew certificates do it: under another name, then renamed.
  static void write(const std::string& path, std::string_view text, mode_t mode = 0600) {
    const std::string half = path + ".new";
    const int file = ::open(half.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    GOCHAT_ASSERT(::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    ::fchmod(file, mode);
    ::close(file);
    std::filesystem::rename(half, path);
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace gochat::net
