#include "access_log.h"

#include <utility>

#include "clock.h"

namespace {

// Quotes and control characters come from clients and must not end the quoted part or the line.
std::string Escaped(const std::string& text) {
  static const char* const kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || c == '"' || c == '\\') {
      out += "\\x";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 0xf];
    } else {
      out += c;
    }
  }
  return out;
}

std::string Line(const AccessEntry& entry) {
  std::tm parts{};
  localtime_r(&entry.received, &parts);
  char at[40];
  std::strftime(at, sizeof at, "%Y-%m-%d %H:%M:%S %z", &parts);
  std::string line = at;
  line.reserve(line.size() + entry.client.size() + entry.request.size() + 40);
  line += ' ';
  line += entry.client;
  line += " \"";
  line += Escaped(entry.request);
  line += "\" ";
  line += std::to_string(entry.status);
  line += ' ';
  line += std::to_string(entry.bytes);
  line += '\n';
  return line;
}

}  // namespace

AccessLog::AccessLog(std::FILE* out, std::size_t most) : out_(out), most_(most), writer_([this] { Run(); }) {}

AccessLog::~AccessLog() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  writer_.join();
}

void AccessLog::Write(const AccessEntry& entry) {
  // Outside of the lock, since the work on long requests takes longer than all the rest.
  std::string line = Line(entry);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (waiting_.size() >= most_) {
      ++dropped_;
      return;
    }
    waiting_.push_back(std::move(line));
  }
  changed_.notify_one();
}

std::uint64_t AccessLog::dropped() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return dropped_;
}

void AccessLog::Run() {
  std::vector<std::string> lines;
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    // The two vectors change places and keep their memory for the next batch.
    lines.swap(waiting_);
    const std::uint64_t dropped = dropped_ - std::exchange(reported_, dropped_);
    lock.unlock();
    WriteBatch(lines, dropped);
    lines.clear();
    lock.lock();
  }
}

void AccessLog::WriteBatch(const std::vector<std::string>& lines, std::uint64_t dropped) {
  for (const auto& line : lines) std::fwrite(line.data(), 1, line.size(), out_);
  // Behind the lines: what was dropped came while these waited.
  if (dropped > 0) std::fprintf(out_, "# %llu lines dropped\n", static_cast<unsigned long long>(dropped));
  // Once per batch. An error cannot be reported anywhere else, so the next batch tries again.
  std::fflush(out_);
}
