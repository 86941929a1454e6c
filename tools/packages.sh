# Installs what the build and the tests need, from the distribution's archive, when it is missing.

PACKAGES=(
  clang-19 clang-format-19 clang-tidy-19 lld-19 libclang-rt-19-dev llvm-19
  cmake ninja-build ccache mold pkg-config python3 git curl
  libboost1.83-dev libcrypt-dev libfmt-dev libgrpc++-dev libhiredis-dev liblz4-dev libprotobuf-dev librdkafka-dev
  libsasl2-dev libsimdjson-dev libsqlite3-dev libssl-dev libutf8proc-dev libyaml-cpp-dev libzstd-dev zlib1g-dev
  protobuf-compiler
  libgmock-dev libgtest-dev python3-aiohttp
)
# The servers that a cluster stands on, and what starts and asks them.
CLUSTER_PACKAGES=(
  etcd-client etcd-server kcat mariadb-client-core mariadb-server-core maven openjdk-17-jre-headless
  redis-sentinel redis-server redis-tools
)
# What only the tests need: a browser with fonts for what people type, certificates, a judge of metrics, a gRPC client.
TEST_PACKAGES=(
  chromium fonts-dejavu-core fonts-noto-color-emoji fonts-wqy-microhei openssl prometheus python3-grpcio
  "${CLUSTER_PACKAGES[@]}"
)
NODE_MAJOR_MIN=20
APT_SOURCES=${APT_SOURCES:-/etc/apt}

as_root() {
  if [[ $(id -u) -eq 0 ]]; then
    "$@"
  elif [[ ${CI:-} == true ]]; then
    sudo -n "$@"
  else
    sudo "$@"
  fi
}

missing_packages() {  # <package>...
  local package
  for package in "$@"; do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
      echo "$package"
  done
}

candidate_of() { apt-cache policy "$1" 2>/dev/null | sed -n 's/^  Candidate: //p'; }

has_candidate() {
  local candidate
  candidate=$(candidate_of "$1")
  [[ -n $candidate && $candidate != "(none)" ]]
}

# Prints the machine's own stanza of this release with the suite changed to its backports, so that
# the mirror, the proxy and the key that the machine trusts are used and none is written down here.
backports_deb822() {  # <codename> <file.sources>...
  awk -v codename="$1" '
    BEGIN { RS = ""; FS = "\n" }
    {
      ours = 0; disabled = 0; stanza = ""
      for (i = 1; i <= NF; i++) {
        line = $i
        if (line ~ /^#/) continue
        if (tolower(line) ~ /^enabled:[ \t]*(no|false|off|0)/) disabled = 1
        if (tolower(line) ~ /^types:/) line = "Types: deb"
        if (tolower(line) ~ /^suites:/) {
          count = split(line, suites, /[ \t]+/)
          for (j = 2; j <= count; j++) if (suites[j] == codename) ours = 1
          line = "Suites: " codename "-backports"
        }
        stanza = stanza line "\n"
      }
      if (ours && !disabled) { printf "%s", stanza; exit }
    }' "${@:2}"
}

backports_one_line() {  # <codename> <file.list>...
  awk -v codename="$1" '
    $1 == "deb" {
      for (i = 2; i < NF; i++) if ($i == codename) { $i = codename "-backports"; print; exit }
    }' "${@:2}"
}

add_backports() {
  local codename files stanza
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  shopt -s nullglob
  files=("$APT_SOURCES"/sources.list.d/*.sources)
  if ((${#files[@]})); then
    stanza=$(backports_deb822 "$codename" "${files[@]}")
    if [[ -n $stanza ]]; then
      as_root tee "$APT_SOURCES/sources.list.d/gochat-backports.sources" >/dev/null <<<"$stanza"
      return
    fi
  fi
  files=("$APT_SOURCES"/sources.list.d/*.list)
  [[ ! -f $APT_SOURCES/sources.list ]] || files+=("$APT_SOURCES/sources.list")
  if ((${#files[@]})); then
    stanza=$(backports_one_line "$codename" "${files[@]}")
    if [[ -n $stanza ]]; then
      as_root tee "$APT_SOURCES/sources.list.d/gochat-backports.list" >/dev/null <<<"$stanza"
      return
    fi
  fi
  echo "dev: no source of \`$codename\` in $APT_SOURCES to copy for its backports" >&2
  echo "dev: add $codename-backports by hand and run this again" >&2
  return 1
}

install_packages() {  # [package...]: what the build needs when none is named
  (($#)) || set -- "${PACKAGES[@]}"
  if ! command -v dpkg-query >/dev/null; then
    command -v clang++-19 >/dev/null && return
    echo "dev: this is not Debian or Ubuntu, and there is no clang++-19" >&2
    echo "dev: install the equivalents of: $*" >&2
    return 1
  fi
  local missing package
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  echo "dev: installing ${missing[*]}"
  as_root apt-get update -qq || return 1
  if [[ " ${missing[*]} " == *" libboost1.83-dev "* ]] && ! has_candidate libboost1.83-dev; then
    echo "dev: libboost1.83-dev comes from backports; adding them beside the machine's own sources"
    add_backports && as_root apt-get update -qq || return 1
  fi
  for package in "${missing[@]}"; do
    if ! has_candidate "$package"; then
      echo "dev: no source of this machine offers $package" >&2
      echo "dev: Debian 12 and 13 and Ubuntu 24.04 do; on others install it by hand" >&2
      return 1
    fi
  done
  without_starting_services as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# A machine on which tests run gets no daemons by that.
without_starting_services() {  # <command>...
  local policy=/usr/sbin/policy-rc.d status=0
  if [[ -e $policy ]]; then
    "$@"
    return
  fi
  as_root install -m 755 /dev/stdin "$policy" <<<$'#!/bin/sh\nexit 101'
  "$@" || status=$?
  as_root rm -f "$policy"
  return $status
}

# The distribution's Node and npm, where there is no npm and they are new enough.
install_node() {
  local candidate
  ! command -v npm >/dev/null || return 0
  candidate=$(candidate_of nodejs)
  if [[ ${candidate%%.*} =~ ^[0-9]+$ ]] && ((${candidate%%.*} >= NODE_MAJOR_MIN)); then
    install_packages nodejs npm
  else
    echo "dev: there is no npm, and no source of this machine offers Node $NODE_MAJOR_MIN" >&2
    return 1
  fi
}

# The locked packages, without running their scripts; a copy of the lock spares a second time.
install_node_modules() {
  local folder=tests/e2e
  local stamp=$folder/node_modules/.lock
  install_node || return
  cmp -s "$folder/package-lock.json" "$stamp" && return
  npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --silent || return
  cp "$folder/package-lock.json" "$stamp"
}
