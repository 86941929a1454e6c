#include "protocol/http_json.hpp"

#include "protocol/strict_json.hpp"

namespace gochat::protocol {

static_assert(json_depth_max == strict::depth_max);

namespace {

Error invalid(std::string hint) { return refused(ErrorCode::invalid_params, std::move(hint)); }

Error missing(Names names) { return invalid(std::string{*names.begin()} + " is missing"); }

template <class T, class Read>
Result<std::optional<T>> optional_of(const Result<std::optional<strict::element>>& found,
                                     Names names, Read read) {
  if (!found) return found.error();
  if (!*found) return std::optional<T>{};
  auto value = read(**found, *names.begin());
  if (!value) return std::move(value).error();
  return std::optional<T>{*std::move(value)};
}

template <class T, class Read>
Result<std::vector<T>> list_of(const strict::element& value, std::string_view name,
                               std::size_t count_max, Read read) {
  simdjson::dom::array items;
  if (value.get_array().get(items)) return invalid(std::string{name} + " is a list");
  std::vector<T> list;
  for (const auto item : items) {
    if (list.size() == count_max) {
      return invalid(std::string{name} + " holds at most " + std::to_string(count_max));
    }
    auto one = read(item, name);
    if (!one) return std::move(one).error();
    list.push_back(*one);
  }
  return list;
}

}  // namespace

struct JsonObject::Document {
  simdjson::dom::document memory;
  strict::element root;
  bool empty = false;

  // Null counts as absent; two spellings must agree.
  Result<std::optional<strict::element>> find(Names names) const {
    std::optional<strict::element> found;
    std::string_view found_as;
    if (empty) return found;
    for (const auto name : names) {
      strict::element value;
      if (root.at_key(name).get(value) || value.is_null()) continue;
      if (found && !strict::agree(*found, value)) return strict::disagreement(found_as, name);
      found = value;
      found_as = name;
    }
    return found;
  }
};

JsonObject::JsonObject(std::unique_ptr<Document> document) : document_{std::move(document)} {}
JsonObject::JsonObject(JsonObject&&) noexcept = default;
JsonObject& JsonObject::operator=(JsonObject&&) noexcept = default;
JsonObject::~JsonObject() = default;

Result<JsonObject> JsonObject::parse(std::string_view json) {
  auto document = std::make_unique<Document>();
  if (json.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    document->empty = true;
    return JsonObject{std::move(document)};
  }
  if (json.size() > http_body_bytes_max) {
    return refused(ErrorCode::too_large,
                   "the body is longer than " + std::to_string(http_body_bytes_max) + " bytes");
  }
  auto root = strict::parse(json, document->memory);
  if (!root) return std::move(root).error();
  if (!root->is_object()) return invalid("the body is a JSON object");
  document->root = *root;
  return JsonObject{std::move(document)};
}

Result<std::optional<std::string_view>> JsonObject::text(Names names) const {
  return optional_of<std::string_view>(document_->find(names), names, strict::as_text);
}

Result<std::optional<std::int64_t>> JsonObject::integer(Names names) const {
  return optional_of<std::int64_t>(document_->find(names), names, strict::as_integer);
}

Result<std::optional<bool>> JsonObject::boolean(Names names) const {
  return optional_of<bool>(document_->find(names), names, strict::as_boolean);
}

Result<std::optional<std::int64_t>> JsonObject::id(Names names) const {
  return optional_of<std::int64_t>(document_->find(names), names, strict::as_id);
}

Result<std::optional<std::vector<std::string_view>>> JsonObject::texts(
    Names names, std::size_t count_max) const {
  using List = std::vector<std::string_view>;
  return optional_of<List>(document_->find(names), names, [&](const auto& value, auto name) {
    return list_of<std::string_view>(value, name, count_max, strict::as_text);
  });
}

Result<std::optional<std::vector<std::int64_t>>> JsonObject::ids(Names names,
                                                                 std::size_t count_max) const {
  using List = std::vector<std::int64_t>;
  return optional_of<List>(document_->find(names), names, [&](const auto& value, auto name) {
    return list_of<std::int64_t>(value, name, count_max, strict::as_id);
  });
}

bool JsonObject::has(Names names) const {
  const auto found = document_->find(names);
  return !found || found->has_value();
}

Result<std::string_view> JsonObject::required_text(Names names) const {
  const auto value = text(names);
  if (!value) return value.error();
  if (!*value) return missing(names);
  return **value;
}

Result<std::int64_t> JsonObject::required_id(Names names) const {
  const auto value = id(names);
  if (!value) return value.error();
  if (!*value) return missing(names);
  return **value;
}

}  // namespace gochat::protocol
