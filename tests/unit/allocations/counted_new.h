// Every operator new of this program is counted. In a file of its own: where the compiler sees both
// ends of a pair it takes the one for another's.
#pragma once

#include <cstdint>

namespace vencer::testing {

std::uint64_t allocations_so_far();

}  // namespace vencer::testing
