"""The index of a repository: an SQLite file with the texts of its latest reviewed commits.

Texts are stored once, by their Git blob id, whatever the number of commits. Nothing is written to disk under
a name that the repository chooses. All modules of this package run in a child process.
"""
