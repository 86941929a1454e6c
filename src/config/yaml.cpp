#include "config/yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

#include "config/words.hpp"

namespace gochat::config {
namespace {

constexpr std::string_view file_suffix = "_file";

// Takes the parser's events rather than its tree: they keep line numbers and repeated keys, and an
// alias is never expanded.
class Handler final : public YAML::EventHandler {
 public:
  Handler(const std::string& name, std::string_view text) : name_{name} {
    while (!text.empty()) {
      const auto end = std::min(text.find('\n'), text.size());
      raw_.push_back(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  Gathered take() { return std::move(out_); }

  void complain(const YAML::Mark& mark, std::string cause, std::string remedy = {}) {
    if (out_.problems.size() >= file_problems_max) return;
    out_.problems.push_back({where(mark) + ": " + cause, std::move(remedy), false});
  }

  // The parser takes a line that is indented by a tab for a value that goes on.
  bool indented_by_tabs() {
    for (std::size_t n = 0; n < raw_.size(); ++n) {
      const auto indent = raw_[n].substr(0, raw_[n].find_first_not_of(" \t"));
      if (indent.find('\t') == indent.npos || indent.size() == raw_[n].size()) continue;
      YAML::Mark mark;
      mark.line = static_cast<int>(n);
      complain(mark, "the line is indented by a tab", "YAML wants spaces");
      return true;
    }
    return false;
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ != 2) return;
    complain(mark, "a second document begins here", "remove it and the line --- before it");
    skipped_ = 1;  // to the end
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    if (skipped_ > 0) return;
    if (level_ == Level::keys && key_) {
      if (key_->key) {
        complain(key_->mark, fmt::format("`{}` has no value", key_->name),
                 "write \"\" for an empty one, or remove the line");
      }
    } else if (level_ == Level::keys || (level_ == Level::sections && !section_)) {
      complain(mark, "a key has no name");
    } else if (level_ == Level::list) {
      complain(mark, fmt::format("an item of `{}` has no value", key_->name));
      return;
    }
    // An empty section, which has all its lines as comments, is in order.
    end_value();
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    if (skipped_ > 0) return;
    complain(mark, "aliases are not read here", "write the value itself");
    if (level_ != Level::list) end_value();
  }

  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                const std::string& text) override {
    if (skipped_ > 0) return;
    switch (level_) {
      case Level::outside:
        return complain(mark, "this is no section", shape_of_a_file);
      case Level::sections:
        return section_ ? no_section(mark) : open_section(mark, text);
      case Level::keys:
        if (!key_) return open_key(mark, text);
        if (closes_its_quote(mark)) give({text});
        return end_value();
      case Level::list:
        if (closes_its_quote(mark)) list_.push_back(text);
    }
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    if (skipped_ > 0) {
      ++skipped_;
    } else if (level_ == Level::keys && key_) {
      level_ = Level::list;
      list_.clear();
    } else {
      complain(mark, "a list stands where none belongs", shape_of_a_file);
      skipped_ = 1;
    }
  }

  void OnSequenceEnd() override {
    if (skipped_ > 0) return end_skipped();
    give(std::exchange(list_, {}));
    level_ = Level::keys;
    end_value();
  }

  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    if (skipped_ > 0) {
      ++skipped_;
    } else if (level_ == Level::outside) {
      level_ = Level::sections;
    } else if (level_ == Level::sections && section_ && !section_->empty()) {
      level_ = Level::keys;
    } else if (level_ == Level::sections && section_) {
      skipped_ = 1;  // of an unknown section, which is named already
    } else if (level_ == Level::keys && key_) {
      if (key_->key) {
        complain(key_->mark,
                 fmt::format("`{}` takes a value, not a section of its own", key_->name));
      }
      skipped_ = 1;
    } else {
      complain(mark, "a section stands where none belongs", shape_of_a_file);
      skipped_ = 1;
    }
  }

  void OnMapEnd() override {
    if (skipped_ > 0) return end_skipped();
    if (level_ == Level::keys) {
      level_ = Level::sections;
      end_value();
    } else {
      level_ = Level::outside;
    }
  }

 private:
  static constexpr const char* shape_of_a_file =
      "the file has sections, such as `log:`, and below them indented keys, such as `level: info`";

  enum class Level : std::uint8_t { outside, sections, keys, list };
  struct Pending {
    std::string name;
    YAML::Mark mark;
    const Key* key = nullptr;  // none: unknown or repeated, and named already
    bool secret_file = false;
  };

  std::string where(const YAML::Mark& mark) const {
    return fmt::format("{}:{}", name_, mark.line + 1);
  }

  // The parser takes a quote that is never closed for a text that goes on to the end of the file.
  bool closes_its_quote(const YAML::Mark& mark) {
    const auto row = static_cast<std::size_t>(mark.line);
    const auto column = static_cast<std::size_t>(mark.column);
    if (row >= raw_.size() || column >= raw_[row].size()) return true;
    const std::string_view rest = raw_[row].substr(column);
    const char quote = rest.front();
    if (quote != '"' && quote != '\'') return true;
    for (std::size_t n = 1; n < rest.size(); ++n) {
      if (rest[n] == quote) return true;
      if (quote == '"' && rest[n] == '\\') ++n;
    }
    complain(mark, "a quote is not closed on its line");
    return false;
  }

  void no_section(const YAML::Mark& mark) {
    if (!section_->empty()) {
      complain(mark, fmt::format("`{}` is a section and has no value of its own", *section_),
               shape_of_a_file);
    }
    end_value();
  }

  void open_section(const YAML::Mark& mark, const std::string& text) {
    section_ = std::string{};
    const auto known = sections();
    if (std::ranges::find(known, text) == known.end()) {
      const bool dotted = find_key(text) != nullptr;
      complain(mark,
               fmt::format("unknown section `{}`{}", shown(text),
                           did_you_mean(dotted ? "" : nearest(text, known))),
               dotted ? shape_of_a_file : "");
    } else if (!first_line(text, mark)) {
      section_ = text;
    }
  }

  void open_key(const YAML::Mark& mark, const std::string& text) {
    Pending pending{*section_ + "." + text, mark};
    pending.key = find_key(pending.name);
    if (!pending.key && pending.name.ends_with(file_suffix)) {
      const Key* secret = find_key(
          std::string_view{pending.name}.substr(0, pending.name.size() - file_suffix.size()));
      pending.secret_file = secret && secret->traits.secret;
      if (pending.secret_file) pending.key = secret;
    }
    if (!pending.key) {
      complain(mark, fmt::format("unknown key `{}`{}", shown(pending.name),
                                 did_you_mean(nearest_key(pending.name))));
    } else if (first_line(pending.name, mark)) {
      pending.key = nullptr;
    }
    key_ = std::move(pending);
  }

  // True, with a problem, when the name was there before.
  bool first_line(const std::string& name, const YAML::Mark& mark) {
    const auto [known, fresh] = lines_.emplace(name, mark.line + 1);
    if (!fresh) {
      complain(mark, fmt::format("`{}` is there twice, first on line {}", name, known->second),
               "keep one of them");
    }
    return !fresh;
  }

  void give(std::vector<std::string> texts) {
    if (!key_->key) return;
    const bool one_of_list = level_ != Level::list && key_->key->is_list();
    if (level_ == Level::list && !key_->key->is_list()) {
      complain(key_->mark, fmt::format("`{}` takes one value, not a list", key_->name));
    } else if (one_of_list) {
      complain(key_->mark, fmt::format("`{}` is a list", key_->name),
               fmt::format("write {}: [first, second]", key_->key->last()));
    } else {
      out_.given.push_back(
          {key_->key, std::move(texts), where(key_->mark), key_->secret_file, false});
    }
  }

  // A value, or a key that was none, has been read to its end.
  void end_value() {
    if (level_ == Level::keys) {
      key_ = key_ ? std::nullopt : std::optional{Pending{}};
    } else if (level_ == Level::sections) {
      section_ = section_ ? std::nullopt : std::optional{std::string{}};
    }
  }

  void end_skipped() {
    if (--skipped_ == 0 && level_ != Level::list) end_value();
  }

  std::string name_;
  std::vector<std::string_view> raw_;  // the lines as they are
  Gathered out_;
  Level level_ = Level::outside;
  int documents_ = 0;
  std::size_t skipped_ = 0;             // depth inside of what is not read
  std::optional<std::string> section_;  // empty: unknown or repeated
  std::optional<Pending> key_;
  std::vector<std::string> list_;
  std::map<std::string, int> lines_;
};

}  // namespace

Gathered read_yaml(std::string_view text, const std::string& name) {
  if (text.size() > file_bytes_max) {
    return {{}, {{fmt::format("{} is larger than {} bytes", name, file_bytes_max), {}, false}}};
  }
  Handler handler{name, text};
  if (handler.indented_by_tabs()) return handler.take();
  std::istringstream stream{std::string{text}};
  try {
    YAML::Parser parser{stream};
    if (parser.HandleNextDocument(handler)) parser.HandleNextDocument(handler);
  } catch (const YAML::Exception& error) {
    handler.complain(error.mark, "this is not YAML: " + shown(error.msg));
  }
  return handler.take();
}

}  // namespace gochat::config
