// What the server does with the body of a request before anything else looks at it.
#pragma once

#include <cstdint>
#include <span>

namespace vencer::fuzz {

// Verifies the body (8-aligned) as a request of this frame type and decodes it whole; what a
// Commands frame says is written anew and must be read back as the same commands. Returns whether
// it verified.
bool read_request(std::uint16_t frame_type, std::span<const std::byte> body);

}  // namespace vencer::fuzz
