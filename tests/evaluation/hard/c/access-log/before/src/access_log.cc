#include "access_log.h"

#include "clock.h"

void AccessLog::Write(const AccessEntry& entry) {
  std::lock_guard<std::mutex> lock(mutex_);
  std::fprintf(out_, "%s %s \"%s\" %d %zu\n", FormatTime(entry.received), entry.client.c_str(),
               entry.request.c_str(), entry.status, entry.bytes);
  std::fflush(out_);
}
