// Messages that were taken back before they came. Task tells a large group of a message in shards,
// while its recall goes by itself and may be here first: who was told "recalled" of a message that
// it did not know must not be shown its words afterwards.
#pragma once

#include <cstddef>
#include <string>

#include "base/bounded_map.hpp"
#include "protocol/records.hpp"

namespace gochat::gateway {

class RecentRecalls {
 public:
  static constexpr std::size_t kept_max =
      10'000;  // above, the one not met for longest is forgotten

  // Keeps recalls that pass; takes the words out of a message whose recall has passed.
  void pass(protocol::DownstreamRecord& record);

 private:
  struct Recalled {};
  BoundedMap<std::string, Recalled> known_{kept_max};
};

}  // namespace gochat::gateway
