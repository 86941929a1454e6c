// HTTP bodies from a hostile client, read under every type, and echoed through the writer.
#include <string_view>

#include "base/assert.hpp"
#include "base/utf8.hpp"
#include "protocol/http_json.hpp"
#include "protocol/json_writer.hpp"

namespace {

using namespace gochat;
using namespace gochat::protocol;

// What the writer makes of a text is read back as the same text.
void expect_same_after_writing(std::string_view text) {
  JsonWriter json;
  json.begin_object().member("a", text).end_object();
  const auto again = JsonObject::parse(json.so_far());
  GOCHAT_ASSERT(again.ok());
  GOCHAT_ASSERT(*again->required_text({"a"}) == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto body = JsonObject::parse({reinterpret_cast<const char*>(bytes), size});
  if (!body) {
    const auto problem = problem_body(body.error(), {"t", "/api", Language::chinese});
    GOCHAT_ASSERT(JsonObject::parse(problem).ok());
    return 0;
  }
  if (const auto text = body->text({"a", "b"}); text && *text) {
    GOCHAT_ASSERT(count_code_points(**text));
    expect_same_after_writing(**text);
  }
  if (const auto id = body->id({"a", "c"}); id && *id) GOCHAT_ASSERT(**id > 0);
  if (const auto list = body->texts({"a"}, 8); list && *list) GOCHAT_ASSERT((*list)->size() <= 8);
  if (const auto ids = body->ids({"a"}, 8); ids && *ids) {
    for (const auto id : **ids) GOCHAT_ASSERT(id > 0);
  }
  static_cast<void>(body->integer({"a"}).ok() || body->boolean({"a"}).ok() || body->has({"a"}));
  static_cast<void>(choose_language({reinterpret_cast<const char*>(bytes), size}));
  return 0;
}
