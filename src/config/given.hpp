// What a file, the environment or a flag gives for a key, before it is judged.
#pragma once

#include <string>
#include <vector>

#include "config/keys.hpp"

namespace gochat::config {

struct Given {
  const Key* key = nullptr;
  std::vector<std::string> texts;
  std::string where;         // "gochat.yaml:14", "GOCHAT_SERVER_LISTEN", "--listen"
  bool secret_file = false;  // the text is the path of a file that holds the secret
  bool from_flag = false;
};

// One line of cause and, where there is one, one of remedy.
struct Problem {
  std::string cause;
  std::string remedy;
  bool of_usage = false;  // the command line is wrong, not what it names
  bool unread = false;    // a file could not be read, and what it holds is not known
};

struct Gathered {
  std::vector<Given> given;
  std::vector<Problem> problems;
};

}  // namespace gochat::config
