"""The process that reads repositories. It may run out of memory or crash in a parser without harm."""
