"""File contents, line by line, as far as diffs have shown them; pure code, without git.

A diff shows only parts of a file. So a file is a list of `Line` objects, many with a text that is still
unknown. A commit keeps the objects that it does not change. So two versions are compared by the objects that
they share, and a line that a later diff shows becomes known in all versions.
"""

from github_simulator.content.commit import commit_files
from github_simulator.content.compare import compare_trees
from github_simulator.content.ledger import Conflict
from github_simulator.content.lines import Binary, Line, Text
from github_simulator.content.merge import merge_trees
from github_simulator.content.tree import Entry, Tree, whole_file

__all__ = [
    "Binary",
    "Conflict",
    "Entry",
    "Line",
    "Text",
    "Tree",
    "commit_files",
    "compare_trees",
    "merge_trees",
    "whole_file",
]
