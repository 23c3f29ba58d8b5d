#pragma once

#include <ctime>
#include <string>

// "2024-05-31 13:07:09 +0200" in local time, as log files show it.
const char* FormatTime(std::time_t time);

// The same for a file name: "20240531-130709".
std::string FileTime(std::time_t time);
