#include "segment_names.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>
#include <tuple>

namespace {

constexpr std::string_view kEnd = ".segment";

template <typename Number>
bool Parse(std::string_view text, Number* number) {
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, *number);
  // from_chars also succeeds if only the beginning is a number.
  return result.ec == std::errc() && result.ptr == end;
}

}  // namespace

std::string SegmentName::text() const {
  return std::to_string(day) + "-" + std::to_string(number) + std::string(kEnd);
}

bool operator<(const SegmentName& left, const SegmentName& right) {
  return std::tie(left.day, left.number) < std::tie(right.day, right.number);
}

std::optional<SegmentName> ParseSegmentName(const std::string& text) {
  std::string_view rest = text;
  if (rest.size() < kEnd.size() || rest.substr(rest.size() - kEnd.size()) != kEnd) return std::nullopt;
  rest.remove_suffix(kEnd.size());
  // The last one, as a day before 1970 begins with a minus.
  const auto dash = rest.rfind('-');
  if (dash == std::string_view::npos) return std::nullopt;
  SegmentName name;
  if (!Parse(rest.substr(0, dash), &name.day) || !Parse(rest.substr(dash + 1), &name.number)) return std::nullopt;
  if (name.number < 1) return std::nullopt;
  return name;
}

std::vector<SegmentName> SortedSegments(const std::vector<std::string>& names) {
  std::vector<SegmentName> found;
  for (const auto& name : names) {
    if (const auto parsed = ParseSegmentName(name)) found.push_back(*parsed);
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<SegmentName> Expired(const std::vector<SegmentName>& sorted, std::int64_t today, int days) {
  // Of today and the days before it: with 0 days only the segments of today are kept.
  const SegmentName first_kept{today - days, 0};
  return {sorted.begin(), std::lower_bound(sorted.begin(), sorted.end(), first_kept)};
}
