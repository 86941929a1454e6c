#include "adapters/mysql/rows.hpp"

#include <boost/mysql/field_view.hpp>

#include "adapters/mysql/answered.hpp"

namespace gochat::mysql {
namespace {

boost::mysql::field_view field(const Answered& answered, std::size_t row, std::size_t column) {
  return answered.results.rows().at(row).at(column);
}

}  // namespace

bool Row::is_null(std::size_t column) const { return field(*answered_, number_, column).is_null(); }

std::int64_t Row::int64(std::size_t column) const {
  const auto value = field(*answered_, number_, column);
  if (value.is_int64()) return value.get_int64();
  return value.is_uint64() ? static_cast<std::int64_t>(value.get_uint64()) : 0;
}

std::uint64_t Row::uint64(std::size_t column) const {
  return static_cast<std::uint64_t>(int64(column));
}

std::string_view Row::text(std::size_t column) const {
  const auto value = field(*answered_, number_, column);
  if (value.is_string()) return {value.get_string().data(), value.get_string().size()};
  if (!value.is_blob()) return {};
  const auto bytes = value.get_blob();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::size_t Rows::size() const { return answered_->results.rows().size(); }

std::uint64_t Rows::affected() const { return answered_->results.affected_rows(); }

std::uint64_t Rows::inserted_id() const { return answered_->results.last_insert_id(); }

}  // namespace gochat::mysql
