#include "net/certificate.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>

#include "net/tls_rules.hpp"

namespace gochat::net {

namespace {

using Time = Certificate::Time;

Error unusable(std::string cause, std::string remedy) {
  Error error = failed(ErrorCode::unavailable, std::move(cause));
  error.hint = std::move(remedy);
  return error;
}

std::string day_of(Time time) {
  const std::time_t seconds = time.time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

std::optional<Time> time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return Time{std::chrono::seconds{timegm(&parts)}};
}

// A file that cannot be opened is told apart from one that holds something else.
Result<void> can_be_read(const std::string& path, const char* what) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "re"),
                                                             std::fclose};
  if (file) return {};
  return unusable(fmt::format("the {} {} cannot be read: {}", what, path, std::strerror(errno)),
                  "make it readable for this user, or name another file");
}

// The owner alone; a group may read what belongs to root, as system services have it.
Result<void> is_private(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return {};  // told already
  const mode_t forbidden = status.st_uid == 0 ? 037 : 077;
  if ((status.st_mode & forbidden) == 0) return {};
  return unusable(fmt::format("the key file {} can be read by others", path),
                  fmt::format("run: chmod 600 {}", path));
}

std::string text_of_file(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
}

// OpenSSL would ask the terminal.
int no_password(char*, int, int, void*) { return 0; }

Result<void> use_files(SSL_CTX* context, const CertificateFiles& files) {
  SSL_CTX_set_default_passwd_cb(context, no_password);
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1) {
    return unusable(fmt::format("{} does not hold a certificate in PEM", files.certificate),
                    "give the full chain, the server's own certificate first");
  }
  const bool is_key =
      SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) == 1;
  if (is_key && SSL_CTX_check_private_key(context) == 1) return {};
  if (is_key || ERR_GET_LIB(ERR_peek_last_error()) == ERR_LIB_X509) {
    return unusable(fmt::format("the key {} does not belong to the certificate {}", files.key,
                                files.certificate),
                    "give the two files that were issued together");
  }
  return unusable(fmt::format("{} does not hold a key in PEM, or one with a password", files.key),
                  "give the key without a password, in a file of its own");
}

Result<void> trust(SSL_CTX* context, const std::string& authorities) {
  if (authorities.empty()) return {};
  if (auto read = can_be_read(authorities, "file of authorities"); !read) return read;
  if (SSL_CTX_load_verify_file(context, authorities.c_str()) == 1) return {};
  return unusable(fmt::format("{} does not hold certificates in PEM", authorities),
                  "give the certificates of whoever issues those of the other side");
}

// Of all that is sent: a server's certificate is no better than those it hangs on.
Result<Time> judge_times(SSL_CTX* context, const std::string& path, Time now) {
  Time expires = Time::max();
  const auto judge = [&](X509* one) -> Result<void> {
    const auto from = time_of(X509_get0_notBefore(one));
    const auto until = time_of(X509_get0_notAfter(one));
    if (!from || !until)
      return unusable(fmt::format("the certificate {} has no time in which it is good", path),
                      "have it issued again");
    if (*until <= now)
      return unusable(fmt::format("the certificate {} expired on {}", path, day_of(*until)),
                      "renew it, or correct the clock of this machine");
    if (*from > now)
      return unusable(fmt::format("the certificate {} is not good before {}", path, day_of(*from)),
                      "wait until then, or correct the clock of this machine");
    expires = std::min(expires, *until);
    return {};
  };
  if (auto own = judge(SSL_CTX_get0_certificate(context)); !own) return own.error();
  STACK_OF(X509)* others = nullptr;
  SSL_CTX_get0_chain_certs(context, &others);
  for (int n = 0; n < sk_X509_num(others); ++n) {
    if (auto other = judge(sk_X509_value(others, n)); !other) return other.error();
  }
  return expires;
}

}  // namespace

Result<Certificate::Shown> Certificate::load(const CertificateFiles& files, Time now) {
  if (auto read = can_be_read(files.certificate, "certificate"); !read) return read.error();
  if (auto read = can_be_read(files.key, "key"); !read) return read.error();
  if (auto kept = is_private(files.key); !kept) return kept.error();
  TlsContext context = make_tls_context();
  if (!context) return unusable("TLS cannot be set up: no memory", {});
  if (auto used = use_files(context.get(), files); !used) return used.error();
  const auto expires = judge_times(context.get(), files.certificate, now);
  if (!expires) return expires.error();
  if (auto trusted = trust(context.get(), files.authorities); !trusted) return trusted.error();
  Pem pem;
  pem.certificate = text_of_file(files.certificate);
  pem.key = text_of_file(files.key);
  if (!files.authorities.empty()) pem.authorities = text_of_file(files.authorities);
  return Shown{std::move(context), *expires, std::move(pem)};
}

Result<Certificate::Pem> Certificate::read(const CertificateFiles& files, Time now) {
  if (!files.certificate.empty()) {
    auto loaded = load(files, now);
    if (!loaded) return std::move(loaded).error();
    return std::move(loaded->pem);
  }
  const TlsContext context = make_tls_context();
  if (!context) return unusable("TLS cannot be set up: no memory", {});
  if (auto trusted = trust(context.get(), files.authorities); !trusted) return trusted.error();
  Pem pem;
  if (!files.authorities.empty()) pem.authorities = text_of_file(files.authorities);
  return pem;
}

Certificate::Marks Certificate::look(const CertificateFiles& files) {
  const auto mark = [](const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return FileMark{};
    return FileMark{status.st_dev, status.st_ino, status.st_size,
                    status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec, status.st_mode};
  };
  return {mark(files.certificate), mark(files.key), mark(files.authorities)};
}

Result<std::shared_ptr<Certificate>> Certificate::open(CertificateFiles files, Time now) {
  std::shared_ptr<Certificate> opened{new Certificate{std::move(files)}};
  // Before they are read: what changes meanwhile is seen by the first refresh.
  opened->judged_ = look(opened->files_);
  auto shown = load(opened->files_, now);
  if (!shown) return std::move(shown).error();
  opened->shown_ = std::move(*shown);
  return opened;
}

Result<bool> Certificate::refresh(Time now) {
  const Marks marks = look(files_);
  if (marks == judged_) {
    settling_.reset();
    return false;
  }
  if (settling_ != marks) {
    settling_ = marks;
    return false;
  }
  judged_ = marks;
  settling_.reset();
  auto shown = load(files_, now);
  if (!shown) return std::move(shown).error();
  shown_ = std::move(*shown);
  return true;
}

Result<bool> Certificate::use(CertificateFiles files, Time now) {
  const Marks marks = look(files);
  if (files == files_ && marks == judged_) return false;
  auto shown = load(files, now);
  if (!shown) return std::move(shown).error();
  files_ = std::move(files);
  judged_ = marks;
  settling_.reset();
  shown_ = std::move(*shown);
  return true;
}

}  // namespace gochat::net
