// The table of what an operator can say to a running server: what a verb takes, how it is shown,
// and an example. The command line reads it; what a verb does is in admin_pages.cpp.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace gochat::app {

struct Operand {
  std::string_view shown;  // "NAME", "[PREFIX]"
  std::string_view field;
  bool required() const { return !shown.starts_with('['); }
};

struct VerbFlag {
  std::string_view name;   // "--role"
  std::string_view value;  // "user|admin"; empty: it takes none
  std::string_view field;
  std::string_view meaning;
  bool from_stdin = false;  // its value is the first line of standard input
};

struct Column {
  std::string_view title;
  std::string_view field;
  std::size_t width = 0;  // at least; the last column has any
};

struct Verb {
  std::string_view noun;
  std::string_view name;
  std::span<const Operand> operands;
  std::span<const VerbFlag> flags;
  std::string_view meaning;
  std::string_view example;
  std::span<const Column> columns{};  // of a list
  std::string_view told{};            // of an act: a line in which {field} stands for its value

  bool is_list() const { return !columns.empty(); }
  // On a cluster it is the backends that are asked, and not a process.
  bool on_backends() const { return noun == "dlq"; }
};

std::span<const Verb> verbs();
bool is_noun(std::string_view word);
const Verb* find_verb(std::string_view noun, std::string_view name);

// One line for each verb of the noun; of all nouns when it is empty.
std::string summary_of_verbs(std::string_view noun);
std::string help_of(const Verb& verb);

}  // namespace gochat::app
