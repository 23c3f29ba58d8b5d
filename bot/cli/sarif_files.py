"""The SARIF files of analysers that `review-bot review --sarif` is given."""

from collections.abc import Iterable
from pathlib import Path

from bot.core.change import Change, ToolReport
from bot.core.errors import Refused
from bot.core.reports import MAX_SARIF, SarifError, read_sarif, with_reports


def with_sarif(change: Change, files: Iterable[Path]) -> Change:
    """The change with the results in `files` that concern it. Raises `Refused` for the first unreadable
    file.
    """
    paths = frozenset(file.path for file in change.files)
    root = str(_repository())
    return with_reports(change, [report for file in files for report in _read(file, paths, root)])


def _read(file: Path, paths: frozenset[str], root: str) -> Iterable[ToolReport]:
    try:
        with file.open("rb") as opened:
            return read_sarif(opened.read(MAX_SARIF + 1), paths, root)
    except OSError as error:
        reason = f"{error.strerror or 'cannot be read'}; name a file that an analyser wrote as SARIF"
    except SarifError as error:
        reason = str(error)
    raise Refused(f"--sarif {file}: {reason}")


def _repository() -> Path:
    """The directory of the git repository that contains the current directory, or else the latter."""
    here = Path.cwd()
    return next((each for each in (here, *here.parents) if (each / ".git").exists()), here)
