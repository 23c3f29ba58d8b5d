#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// The day and the number that the name of a segment holds.
struct SegmentName {
  std::int64_t day = 0;
  int number = 0;

  std::string text() const;
};

bool operator<(const SegmentName& left, const SegmentName& right);

// Reads "19875-2.segment"; nothing for other names, such as those of the old store ("12.segment").
std::optional<SegmentName> ParseSegmentName(const std::string& text);

// The segments among the names of a folder, the oldest first.
std::vector<SegmentName> SortedSegments(const std::vector<std::string>& names);

// The segments that can be deleted if `days` whole days before today are to be kept.
std::vector<SegmentName> Expired(const std::vector<SegmentName>& sorted, std::int64_t today, int days);
