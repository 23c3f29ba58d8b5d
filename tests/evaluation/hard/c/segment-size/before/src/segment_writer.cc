#include "segment_writer.h"

#include <fcntl.h>
#include <unistd.h>

bool SegmentWriter::Start() {
  const std::string path = folder_ + "/" + std::to_string(++number_) + ".segment";
  file_ = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  offset_ = 0;
  index_.Clear();
  return file_ >= 0;
}

bool SegmentWriter::Write(std::uint32_t first_key, const void* data, std::uint32_t size) {
  if (file_ >= 0 && offset_ + size > kMostBytes && !Finish()) return false;
  if (file_ < 0 && !Start()) return false;
  if (write(file_, data, size) != static_cast<ssize_t>(size)) return false;
  index_.Add(first_key, offset_, size, Checksum(data, size));
  offset_ += size;
  return true;
}

bool SegmentWriter::Finish() {
  if (file_ < 0) return true;
  const auto& entries = index_.entries();
  const std::uint64_t count = entries.size();
  bool good = write(file_, entries.data(), count * sizeof(BlockEntry)) >= 0;
  good = write(file_, &count, sizeof count) == sizeof count && good;
  good = close(file_) == 0 && good;
  file_ = -1;
  return good;
}
