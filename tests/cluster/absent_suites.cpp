// The suites of ports that no adapter here stands behind: they run in contract_test alone.
#include <gtest/gtest.h>

#include "contract/message_queue_contract.hpp"
#include "contract/people_contracts.hpp"
#include "contract/small_ports_contracts.hpp"

namespace gochat::contract {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(TokenSignerContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PasswordHasherContract);
// Where no etcd is, there is nobody to try.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(CoordinatorContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ServiceDirectoryContract);

}  // namespace gochat::contract
