"""What files hold, line by line, as far as diffs have told: pure, and without git.

A diff shows only parts of a file. So a file is a row of `Line` objects, of which many may have a text
that is not known yet. A commit keeps the objects that it does not touch, and hence two versions are
compared by which objects they share, and what a later diff tells of a line is known in all versions.
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
