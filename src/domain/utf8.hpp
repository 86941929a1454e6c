// Message and name rules count code points; the counting itself is the foundation's.
#pragma once

#include "base/utf8.hpp"  // IWYU pragma: export
