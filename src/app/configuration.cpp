#include "app/configuration.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/log.hpp"
#include "config/keys.hpp"
#include "config/values.hpp"
#include "protocol/http_json.hpp"
#include "protocol/json_writer.hpp"

namespace gochat::app {

using log::Field;

namespace {

constexpr std::string_view level_key = "log.level";

// Asked of the log and not of the configuration: the operator may have changed it since.
void apply_log_level(const config::Config& wanted, std::string_view from) {
  const auto level = log::level_of(wanted.log.level);
  if (!level || *level == log::level()) return;
  log::set_level(*level);
  log::write(*level, "applied",
             {{Field::key, level_key}, {Field::level, wanted.log.level}, {Field::source, from}});
}

void say(const std::vector<config::Problem>& problems) {
  for (const config::Problem& problem : problems) {
    const std::string reason = problem.remedy.empty()
                                   ? problem.cause
                                   : fmt::format("{}; {}", problem.cause, problem.remedy);
    log::error("the configuration is not applied", {{Field::reason, reason}});
  }
}

std::string_view origin_of(const config::Reading& reading, const config::Key& key) {
  const auto given = reading.origins.find(key.name);
  return given == reading.origins.end() ? "default" : std::string_view{given->second};
}

}  // namespace

void Configuration::begin_with(config::Documents shared) {
  shares_ = true;
  newest_ = std::move(shared);
  if (take(newest_, Stage::starting)) return;
  const config::Documents kept = read_copy();
  if (!kept.empty() && take(kept, Stage::starting)) {
    log::warn("starts with what was shared and in order last", {{Field::path, copy_path()}});
  } else {
    log::warn("starts without what is shared through etcd");
    if (!take({}, Stage::starting)) apply_(in_force());  // the file has been changed just now
  }
  good_ = false;
}

bool Configuration::share(config::Documents shared) {
  newest_ = std::move(shared);
  return take(newest_, Stage::running);
}

void Configuration::read_again() {
  if (take(newest_, Stage::running)) log::info("the configuration was read again");
}

bool Configuration::take(const config::Documents& shared, Stage stage) {
  const config::Loaded loaded = config::load(arguments_, shared);
  good_ = loaded.reading.good();
  if (!good_) {
    counts_.refused.add();
    say(loaded.reading.problems);
    if (stage == Stage::running) log::warn("what was in force before stays in force");
    return false;
  }
  adopt(loaded.reading, stage);
  if (shares_) keep_copy(shared);
  return true;
}

void Configuration::adopt(const config::Reading& wanted, Stage stage) {
  waiting_.clear();
  for (const config::Key& key : config::keys()) {
    const bool differs = !config::same(key, wanted.config, in_force_.config);
    const bool at_run_time = key.traits.applied == config::Applied::at_run_time;
    const bool now = at_run_time || (stage == Stage::starting && key.shared());
    const std::string_view from = origin_of(wanted, key);
    if (differs && !now) {
      waiting_.insert(key.name);
      log::warn("changed, and applied at the next start",
                {{Field::key, key.name}, {Field::source, from}});
      continue;
    }
    if (const auto given = wanted.origins.find(key.name); given != wanted.origins.end()) {
      in_force_.origins[key.name] = given->second;
    } else {
      in_force_.origins.erase(key.name);
    }
    config::copy(key, wanted.config, in_force_.config);
    if (differs && key.name != level_key) {
      log::info("applied", {{Field::key, key.name}, {Field::source, from}});
    }
  }
  apply_log_level(in_force(), origin_of(in_force_, *config::find_key(level_key)));
  counts_.applied.add();
  apply_(in_force());
}

std::vector<Configuration::Row> Configuration::rows() const {
  std::vector<Row> rows;
  for (config::InForce& row : config::in_force(in_force_)) {
    rows.push_back({row.key, config::written(*row.key, in_force()), std::move(row.from),
                    waiting_.contains(row.key->name)});
  }
  return rows;
}

std::string Configuration::copy_path() const { return in_force().server.data + "/shared.jsonl"; }

config::Documents Configuration::read_copy() const {
  config::Documents documents;
  std::ifstream file{copy_path()};
  for (std::string line; std::getline(file, line);) {
    const auto object = protocol::JsonObject::parse(line);
    if (!object) return {};
    const auto name = object->text({"name"});
    const auto text = object->text({"text"});
    if (!name || !*name || !text || !*text) return {};
    documents.push_back({std::string{**name}, std::string{**text}});
  }
  return documents;
}

// Written under another name first, so never half.
void Configuration::keep_copy(const config::Documents& shared) {
  const std::string path = copy_path();
  const std::string half = path + ".new";
  std::error_code error;
  {
    std::ofstream out{half, std::ios::trunc};
    for (const config::Document& document : shared) {
      protocol::JsonWriter line;
      line.begin_object().member("name", document.name).member("text", document.text).end_object();
      out << line.so_far() << '\n';
    }
    out.flush();
    if (!out) error = std::make_error_code(std::errc::io_error);
  }
  if (!error) std::filesystem::rename(half, path, error);
  if (error) {
    log::warn("what the cluster shares has no copy for a start with a bad one",
              {{Field::path, path}, {Field::reason, error.message()}});
  }
}

}  // namespace gochat::app
