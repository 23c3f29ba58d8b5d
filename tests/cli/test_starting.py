"""The command line starts at once: a command imports what it needs, and nothing else."""

import subprocess
import sys

import pytest

from bot.cli.commands import COMMANDS

HEAVY = ("openai", "githubkit", "sqlalchemy", "wasmtime", "tiktoken", "graphql", "psycopg", "aiohttp")
WORDS = ("--version", "--help", "jobs --help", "config --help", "config schema", "model --help")


@pytest.mark.parametrize("words", WORDS)
def test_no_library_is_imported_that_the_command_does_not_use(words: str) -> None:
    program = f"""
import sys
from bot.cli import main
sys.argv = ["review-bot", *{words.split()}]
try:
    main()
finally:
    print(*sorted({set(HEAVY)} & sys.modules.keys()), file=sys.stderr)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert "" == ran.stderr.strip()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_its_own_help_says_first(name: str) -> None:
    own = COMMANDS[name].load().get_short_help_str(limit=200)

    assert COMMANDS[name].help.rstrip(".") == own.rstrip(".")
