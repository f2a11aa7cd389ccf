#include "engine/wire/backup_codec.h"

#include "engine/wire/flatbuffer_read.h"
#include "engine/wire/frame_builder.h"
#include "engine/wire/wire_enums.h"

namespace vencer {

StartBackup decode_backup(std::span<const std::byte> body) {
  const auto* backup = flatbuffer_root<wire::Backup>(body);
  return {backup->end(), backup->partition()};
}

ReadFileRequest decode_read_file(std::span<const std::byte> body) {
  const auto* read = flatbuffer_root<wire::ReadFile>(body);
  return {read->file(), read->offset(), read->length(), read->partition()};
}

void encode_backup_reply(std::uint64_t correlation, const BackupPlan& plan, Bytes& out) {
  flatbuffers::FlatBufferBuilder& fbb = frame_builder();
  std::vector<flatbuffers::Offset<wire::BackupFile>> files;
  for (const BackupFile& file : plan.files) {
    const auto name = fbb.CreateString(file.name);
    files.push_back(wire::CreateBackupFile(fbb, name, file.bytes, file.content));
  }
  const auto list = fbb.CreateVector(files);
  const auto server = fbb.CreateString(plan.server);
  flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>> skipped;
  if (!plan.skipped.empty()) skipped = fbb.CreateVectorOfStrings(plan.skipped);
  fbb.Finish(wire::CreateBackupReply(
      fbb, server, plan.identity_high, plan.identity_low, plan.partition, plan.epoch,
      plan.last_group, plan.event_sequence, static_cast<wire::ClockSource>(plan.clock_source),
      static_cast<wire::Durability>(plan.durability), list, plan.semantics_version, skipped));
  append_frame(wire::FrameType::backup_reply, correlation, fbb, out);
}

void encode_file_part(std::uint64_t correlation, const ReadFileRequest& request,
                      std::span<const std::byte> bytes, Bytes& out) {
  flatbuffers::FlatBufferBuilder& fbb = frame_builder();
  const auto content =
      fbb.CreateVector(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  fbb.Finish(wire::CreateFilePart(fbb, request.file, request.offset, content));
  append_frame(wire::FrameType::file_part, correlation, fbb, out);
}

}  // namespace vencer
