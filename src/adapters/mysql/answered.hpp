#pragma once

#include <boost/mysql/results.hpp>

namespace gochat::mysql {

struct Answered {
  boost::mysql::results results;
};

}  // namespace gochat::mysql
