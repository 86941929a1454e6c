// The library's own code, compiled once for the room.
#include <boost/mysql/src.hpp>
