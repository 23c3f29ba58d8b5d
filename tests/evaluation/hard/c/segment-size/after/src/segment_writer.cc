#include "segment_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace {

constexpr std::int64_t kSecondsPerDay = 24 * 60 * 60;

// Rounds down also for times before 1970.
std::int64_t DayOf(std::int64_t time) {
  return time / kSecondsPerDay - (time % kSecondsPerDay < 0 ? 1 : 0);
}

}  // namespace

bool SegmentWriter::Start(std::int64_t day) {
  // Numbers go on within a day and after a restart: O_EXCL refuses the names that exist.
  number_ = day == day_ ? number_ : 0;
  day_ = day;
  do {
    const std::string path = folder_ + "/" + std::to_string(day) + "-" + std::to_string(++number_) + ".segment";
    file_ = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  } while (file_ < 0 && errno == EEXIST);
  offset_ = 0;
  index_.Clear();
  return file_ >= 0;
}

bool SegmentWriter::IsFull(std::int64_t day, std::uint32_t size) const {
  // An empty segment takes any block, as a block that is larger than the limit would never find a place.
  if (index_.entries().empty()) return false;
  return day != day_ || offset_ + size > limits_.most_bytes || index_.entries().size() >= limits_.most_blocks;
}

bool SegmentWriter::WriteAll(const void* data, std::size_t size) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = write(file_, at, size);
    if (written < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    // A disk that is nearly full writes a part; the next call then says why.
    at += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

bool SegmentWriter::Write(std::int64_t time, std::uint32_t first_key, const void* data, std::uint32_t size) {
  const std::int64_t day = DayOf(time);
  if (file_ >= 0 && IsFull(day, size) && !Finish()) return false;
  if (file_ < 0 && !Start(day)) return false;
  if (!WriteAll(data, size)) {
    // The position is moved back too: the index is written there.
    if (ftruncate(file_, static_cast<off_t>(offset_)) == 0 && lseek(file_, static_cast<off_t>(offset_), SEEK_SET) >= 0) {
      Finish();
    } else {
      // Without an index the segment counts as incomplete, and `repair` takes care of it.
      close(file_);
      file_ = -1;
    }
    return false;
  }
  index_.Add(first_key, offset_, size, Checksum(data, size));
  offset_ += size;
  return true;
}

bool SegmentWriter::Finish() {
  if (file_ < 0) return true;
  const auto& entries = index_.entries();
  const std::uint64_t count = entries.size();
  bool good = WriteAll(entries.data(), count * sizeof(BlockEntry));
  good = good && WriteAll(&count, sizeof count);
  // Closed in any case, also after an error.
  good = close(file_) == 0 && good;
  file_ = -1;
  return good;
}
