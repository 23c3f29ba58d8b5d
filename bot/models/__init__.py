"""Models that answer: servers that speak chat completions, and llama.cpp in a process of its own."""
