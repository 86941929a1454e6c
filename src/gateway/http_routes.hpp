// Every HTTP route of the API, registered in groups. The order of the groups means nothing.
#pragma once

#include <string>

#include "async/timer.hpp"
#include "gateway/frame_router.hpp"
#include "gateway/http_router.hpp"
#include "gateway/receipts.hpp"
#include "gateway/upstream_publisher.hpp"
#include "gateway/witness.hpp"
#include "ports/clock.hpp"
#include "ports/logic_api.hpp"
#include "ports/random.hpp"
#include "ports/ticket_store.hpp"

namespace gochat::gateway {

// What handlers need; all of it outlives the router.
struct RouteRooms {
  LogicApi& logic;
  UpstreamPublisher& publisher;
  Receipts& receipts;
  Random& random;
  Clock& clock;
  TicketStore& tickets;
  Witness& witness;
  GatewayName self;
  std::string epoch;
  Duration receipt_time_max;
};

void add_http_routes(HttpRouter& router, const RouteRooms& rooms);

void add_auth_routes(HttpRouter& router, const RouteRooms& rooms);
void add_people_routes(HttpRouter& router, const RouteRooms& rooms);
void add_conversation_routes(HttpRouter& router, const RouteRooms& rooms);
void add_message_routes(HttpRouter& router, const RouteRooms& rooms);
void add_group_routes(HttpRouter& router, const RouteRooms& rooms);

// A 64-bit id in a path or query: digits only, above 0.
Result<std::int64_t> id_of(std::string_view text, std::string_view field);
// A number in a query, absent being `otherwise`.
Result<std::uint64_t> number_param(const net::HttpRequest& request, std::string_view name,
                                   std::uint64_t otherwise);

}  // namespace gochat::gateway
