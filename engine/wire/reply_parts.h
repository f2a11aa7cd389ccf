// Parts that several replies have in common. Internal to engine/wire.
#pragma once

#include <span>

#include "engine/wire/frame_builder.h"
#include "engine/wire/reply_codec.h"

namespace vencer {

using AttributesOffset = flatbuffers::Offset<flatbuffers::Vector<const wire::AttributeValue*>>;
AttributesOffset write_attributes(flatbuffers::FlatBufferBuilder& fbb,
                                  std::span<const AttributeValue> attributes);

flatbuffers::Offset<wire::TicketReply> write_ticket(flatbuffers::FlatBufferBuilder& fbb,
                                                    const TicketView& ticket,
                                                    const ReplyStamp& stamp);

}  // namespace vencer
