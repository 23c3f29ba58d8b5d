"""Without the material from npm, a run says so at once instead of failing test by test."""

from pathlib import Path

import pytest

from tests import conftest


class Config:
    """As much of pytest's configuration as the hook reads."""

    def __init__(self, *args: str) -> None:
        self.args = args
        self.invocation_params = pytest.Config.InvocationParams(
            args=args, plugins=None, dir=Path(__file__).parent.parent
        )


def configure(*args: str) -> None:
    conftest.pytest_configure(Config(*args))  # type: ignore[arg-type]


@pytest.mark.parametrize("chosen", ["tests", "tests/stories", "tests/github/test_github_clock.py::x", "."])
def test_a_run_that_needs_it_names_the_command(
    chosen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conftest, "FETCHED", tmp_path / "missing")

    with pytest.raises(pytest.UsageError, match="make npm"):
        configure("tests/core", chosen)


def test_other_tests_run_without_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "FETCHED", tmp_path / "missing")

    configure("tests/core", "tests/review/test_decide.py")


def test_nothing_is_said_where_it_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "FETCHED", tmp_path)

    configure("tests")
