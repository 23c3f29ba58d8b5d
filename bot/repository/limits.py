"""Limits of the index and of the answers to look-ups, against large and hostile repositories."""

MiB = 1024 * 1024

# The index of one commit.
FILES = 200_000
FILE = 500_000  # bytes of one text; larger files are left out
TEXTS = 512 * MiB  # bytes of all texts
UNPACKED = 4096 * MiB  # bytes of an unpacked archive, with what is not text
PATH = 1024  # bytes
HEADER = 64 * 1024  # bytes of an extended header in an archive
BUILDING = 180.0  # seconds

# The cache on disk: commits of one repository, and bytes of all repositories.
COMMITS = 8
CACHE = 2048 * MiB

# One look-up.
LOOKING = 10.0  # seconds
PARSING = 4.0  # seconds, after which no further file is parsed for it
PASSAGES = 30
OUTLINE = 500  # definitions of one file
PASSAGE = 8_000  # bytes
LINES = 400  # of one passage
CANDIDATES = 400  # files that are searched for a word
SCANNED = 2_000  # files that are searched for a text without known words
PARSED = 60  # files that are parsed for definitions
AROUND = 3  # lines before and after a use
SMALL = 14  # lines of a definition that is shown as a whole around a use
