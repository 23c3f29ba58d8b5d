"""`review-bot` itself."""

from bot import __version__
from tests.cli.conftest import Run


def test_it_tells_its_version(run: Run) -> None:
    assert (0, f"review-bot {__version__}\n") == (run("--version").status, run("--version").out)


def test_without_words_it_shows_its_commands(run: Run) -> None:
    assert "serve" in run().out
