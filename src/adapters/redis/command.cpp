#include "adapters/redis/command.hpp"

#include <openssl/evp.h>

#include <array>
#include <utility>

#include "adapters/redis/resp.hpp"
#include "base/bytes.hpp"

namespace gochat::redis {
namespace {

std::string sha1(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  const int done = EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  GOCHAT_ASSERT(done == 1);
  return to_hex({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace

Script::Script(std::string_view name, std::string source)
    : name_{name}, source_{std::move(source)}, sha_{sha1(source_)} {}

std::string beside(const Key& key, std::string_view what) {
  return "{" + key.text + "}:" + std::string{what};
}

Command run(const Script& script, Key key, std::vector<std::string> words) {
  return {
      .name = script.name(), .key = std::move(key), .words = std::move(words), .script = &script};
}

void append(std::string& out, const Command& command, bool with_source) {
  const std::size_t keys = (command.key.text.empty() ? 0 : 1) + command.keys_beside.size();
  append_head(out, (command.script != nullptr ? 3 : 1) + keys + command.words.size());
  if (command.script == nullptr) {
    append_word(out, command.name);
  } else {
    append_word(out, with_source ? "EVAL" : "EVALSHA");
    append_word(out, with_source ? command.script->source() : command.script->sha());
    append_word(out, std::to_string(keys));
  }
  if (!command.key.text.empty()) append_word(out, command.key.text);
  for (const std::string& key : command.keys_beside) append_word(out, key);
  for (const std::string& word : command.words) append_word(out, word);
}

}  // namespace gochat::redis
