#include "config/read.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "config/checks.hpp"
#include "config/profiles.hpp"
#include "config/values.hpp"
#include "config/words.hpp"
#include "config/yaml.hpp"

namespace gochat::config {
namespace {

constexpr std::size_t secret_bytes_max = 4096;

struct FileText {
  std::string text;
  bool others_read = false;
  std::string cause;  // empty: it was read
};

FileText read_file(const std::string& path, std::size_t bytes_max) {
  FileText file;
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return {{}, false, std::strerror(errno)};
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) {
    file.cause = std::strerror(errno);
  } else if (S_ISDIR(status.st_mode)) {
    file.cause = "it is a folder";
  }
  // Secrets are handed over by group in many clusters, so it is the others who must not read.
  file.others_read = (status.st_mode & S_IROTH) != 0;
  char block[4096];
  while (file.cause.empty()) {
    const auto count = ::read(descriptor, block, sizeof block);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) file.cause = std::strerror(errno);
    if (count <= 0) break;
    file.text.append(block, static_cast<std::size_t>(count));
    if (file.text.size() > bytes_max) {
      file.cause = fmt::format("it is larger than {} bytes", bytes_max);
    }
  }
  ::close(descriptor);
  return file;
}

Problem can_be_read_by_others(const std::string& path) {
  return {fmt::format("{} holds a secret and can be read by others", path),
          "run: chmod o-r " + path, false};
}

void read_config_file(const std::string& path, Gathered& out) {
  const FileText file = read_file(path, file_bytes_max);
  if (!file.cause.empty()) {
    out.problems.push_back(
        {fmt::format("the configuration file {} cannot be read: {}", path, file.cause),
         "name another with --config, or none: every key has a default", false, true});
    return;
  }
  out = read_yaml(file.text, path);
  for (const Given& given : out.given) {
    const bool secret = given.key->traits.secret && !given.secret_file && given.texts[0] != "";
    if (secret && file.others_read) return out.problems.push_back(can_be_read_by_others(path));
  }
}

// The secret instead of the path of its file.
bool open_secret(Given& given, std::vector<Problem>& problems) {
  const std::string path = given.texts.at(0);
  FileText file = read_file(path, secret_bytes_max);
  if (!file.cause.empty()) {
    problems.push_back({fmt::format("{}: {} cannot be read: {}", given.where, path, file.cause),
                        "make it readable for this user, or name another", false, true});
    return false;
  }
  if (file.others_read) {
    problems.push_back(can_be_read_by_others(path));
    return false;
  }
  while (file.text.ends_with('\n') || file.text.ends_with('\r')) file.text.pop_back();
  given.texts = {std::move(file.text)};
  return true;
}

Problem wrong_value(const Given& given) {
  const Key& key = *given.key;
  const std::string takes = what_it_takes(key);
  if (key.traits.secret) {
    return {fmt::format("{}: `{}` is not {}", given.where, key.name, takes), {}, false};
  }
  std::string value;
  for (const std::string& text : given.texts) value += (value.empty() ? "" : ", ") + text;
  return {fmt::format("{}: `{}` is `{}`; it takes {}", given.where, key.name, shown(value), takes),
          {},
          given.from_flag};
}

}  // namespace

Gathered read_shared(const Document& document) {
  if (document.text.size() > file_bytes_max) {
    return {{},
            {{fmt::format("{} is larger than {} bytes", document.name, file_bytes_max),
              "give what differs from the defaults, and nothing else"}}};
  }
  Gathered out = read_yaml(document.text, document.name);
  std::erase_if(out.given, [&](const Given& given) {
    const Key& key = *given.key;
    if (key.shared()) return false;
    out.problems.push_back(
        {fmt::format("{}: `{}` cannot be shared through etcd: {}", given.where, key.name,
                     key.traits.secret
                         ? "it is a secret, and whoever may read there would know it"
                         : "it belongs to one process, or is needed before etcd is reached"),
         "give it to each process: in its file, its environment or as a flag"});
    return true;
  });
  return out;
}

Reading read(const Sources& sources) {
  Reading reading;
  Gathered all;
  const auto add = [&all](const Gathered& more) {
    all.given.insert(all.given.end(), more.given.begin(), more.given.end());
    all.problems.insert(all.problems.end(), more.problems.begin(), more.problems.end());
  };
  if (!sources.file.empty()) read_config_file(sources.file, all);
  for (const Document& document : sources.shared) add(read_shared(document));
  add(read_environment(sources.environment));
  all.given.insert(all.given.end(), sources.flags.begin(), sources.flags.end());
  reading.problems = std::move(all.problems);

  // The profile first, wherever it is named: what is given for a key beats what a profile says.
  Config named;
  for (const Given& given : all.given) {
    if (given.key->name == profile_key) assign(*given.key, named, given.texts);
  }
  apply_profile(named.server.profile, reading.config);
  for (Given& given : all.given) {
    if (given.secret_file && !open_secret(given, reading.problems)) continue;
    if (assign(*given.key, reading.config, given.texts)) {
      reading.origins[given.key->name] = given.where;
    } else {
      reading.problems.push_back(wrong_value(given));
    }
  }
  return reading;
}

namespace {

// Ours to read though its name is not ours.
bool is_foreign(std::string_view variable) {
  return std::ranges::any_of(
      keys(), [&](const Key& key) { return key.traits.foreign_variable == variable; });
}

}  // namespace

Environment own_environment() {
  Environment own;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text{*entry};
    const auto equals = text.find('=');
    if (equals == text.npos) continue;
    const bool says_something = equals + 1 < text.size();
    const bool foreign = says_something && is_foreign(text.substr(0, equals));
    if (!text.starts_with("GOCHAT_") && !foreign) continue;
    own.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return own;
}

namespace {

Loaded gather(const std::vector<std::string>& arguments, const Documents& shared) {
  CommandLine line = read_flags(arguments);
  Loaded loaded;
  loaded.words = std::move(line.words);
  loaded.file = std::move(line.file);
  if (const char* file = std::getenv("GOCHAT_CONFIG"); loaded.file.empty() && file) {
    loaded.file = file;
  }
  if (line.problems.empty()) {
    loaded.reading = read({loaded.file, own_environment(), std::move(line.given), shared});
  } else {
    loaded.reading.problems = std::move(line.problems);
  }
  return loaded;
}

// Where the first of the keys that a problem names was given.
void place(Problem& problem, const std::map<std::string_view, std::string>& origins) {
  auto first = problem.cause.npos;
  std::string where;
  for (const auto& [key, origin] : origins) {
    const auto at = problem.cause.find(fmt::format("`{}`", key));
    if (at >= first) continue;
    first = at;
    where = origin + ": ";
  }
  problem.cause.insert(0, where);
}

}  // namespace

Meant meant_server(const std::vector<std::string>& arguments) {
  Loaded loaded = gather(arguments, {});
  std::string data = loaded.reading.config.server.data;
  if (data.empty()) data = default_home();
  return {std::move(data), std::move(loaded.reading.config), std::move(loaded.words),
          std::move(loaded.reading.problems)};
}

Loaded load(const std::vector<std::string>& arguments, const Documents& shared) {
  Loaded loaded = gather(arguments, shared);
  // What follows compares keys with each other, which says nothing while one of them is wrong.
  if (!loaded.reading.good()) return loaded;
  auto whole = complete(loaded.reading.config);
  if (!whole) {
    loaded.reading.problems.push_back({whole.error().hint, {}, false});
    return loaded;
  }
  loaded.reading.config = std::move(*whole);
  loaded.reading.problems = check(loaded.reading.config);
  for (Problem& problem : loaded.reading.problems) place(problem, loaded.reading.origins);
  return loaded;
}

}  // namespace gochat::config
