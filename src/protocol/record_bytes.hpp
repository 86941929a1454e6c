// What all records of the queue have in common on their way to bytes and back.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "base/result.hpp"
#include "protocol/records.hpp"
#include "protocol/wire_checks.hpp"

namespace gochat::protocol {

template <class Tag>
std::uint64_t wire(StrongId<Tag, std::int64_t> id) {
  GOCHAT_ASSERT(id.number() >= 0);
  return static_cast<std::uint64_t>(id.number());
}

template <class Record>
std::string serialized(const Record& record) {
  std::string bytes;
  const bool done = record.SerializeToString(&bytes);
  GOCHAT_ASSERT(done);
  return bytes;
}

template <class Record>
Result<void> parse_into(Record& record, std::string_view bytes) {
  if (bytes.size() > record_bytes_max) {
    return failed(ErrorCode::invalid_params, "record: longer than record_bytes_max");
  }
  if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return failed(ErrorCode::invalid_params, "record: torn or not a record");
  }
  if (record.version() != record_version) {
    return failed(ErrorCode::invalid_params,
                  "record: version " + std::to_string(record.version()) + " is unknown");
  }
  return {};
}

inline ErrorCode code_of(std::uint32_t number, WireChecks& checks) {
  const auto row = std::find_if(error_rows.begin(), error_rows.end(),
                                [&](const ErrorRow& r) { return r.number == number; });
  if (row != error_rows.end()) return row->code;
  checks.wrong("error_number", "is unknown");
  return ErrorCode::internal;
}

}  // namespace gochat::protocol
