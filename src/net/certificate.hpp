// The certificate that a server shows, with its key: read from two files, judged, and read again
// when they change. Connections that are open keep the one they began with.
#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "net/tls_session.hpp"

namespace gochat::net {

struct CertificateFiles {
  std::string certificate;  // PEM: the server's own first, then those between it and the root
  std::string key;          // PEM, readable by its owner alone
  // PEM: who may have issued the other side's; empty: the other side shows none.
  std::string authorities{};
  bool operator==(const CertificateFiles&) const = default;
};

class Certificate {
 public:
  using Time = std::chrono::sys_seconds;

  // The error names the cause in `detail` and the remedy in `hint`.
  static Result<std::shared_ptr<Certificate>> open(CertificateFiles files, Time now);

  // Looks at the files. True: they hold another pair, and new connections are shown it. An error:
  // they have changed into something that cannot be used; what was shown is still shown, and the
  // same files are not complained of again. Files that are being written are left alone until two
  // calls have seen the same.
  Result<bool> refresh(Time now);
  // The same at once and of these files, without waiting until they have settled. True: another
  // pair is shown. After an error the files and the pair are those of before.
  Result<bool> use(CertificateFiles files, Time now);

  const TlsContext& context() const { return shown_.context; }
  // What the files held, in the order of CertificateFiles, for a library that takes no context.
  struct Pem {
    std::string certificate;
    std::string key;
    std::string authorities;
  };
  // Judges files by the same rules and keeps nothing. A client may be without a certificate, and
  // without authorities of its own.
  static Result<Pem> read(const CertificateFiles& files, Time now);
  const Pem& pem() const { return shown_.pem; }
  // When the chain's first certificate to expire does.
  Time expires() const { return shown_.expires; }
  // Whole ones; below 0 when it has expired.
  std::int64_t days_left(Time now) const {
    return std::chrono::floor<std::chrono::days>(shown_.expires - now).count();
  }

 private:
  struct Shown {
    TlsContext context;
    Time expires;
    Pem pem;
  };
  struct FileMark {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    std::int64_t changed_ns = 0;
    mode_t mode = 0;
    bool operator==(const FileMark&) const = default;
  };
  using Marks = std::array<FileMark, 3>;

  explicit Certificate(CertificateFiles files) : files_{std::move(files)} {}
  static Result<Shown> load(const CertificateFiles& files, Time now);
  static Marks look(const CertificateFiles& files);

  CertificateFiles files_;
  Shown shown_;
  Marks judged_{};
  std::optional<Marks> settling_;
};

}  // namespace gochat::net
