"""Without material that is fetched, a run says so at once instead of failing test by test."""

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


def without(which: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All material is there except one."""
    found, missing = folder / "found", folder / "missing"
    found.touch()
    files = [missing if at == which else found for at in range(len(conftest.MATERIAL))]
    material = [(file, *rest) for file, (_, *rest) in zip(files, conftest.MATERIAL, strict=True)]
    monkeypatch.setattr(conftest, "MATERIAL", material)


@pytest.mark.parametrize(
    ("which", "chosen", "command"),
    [
        (0, "tests", "make npm"),
        (0, "tests/stories", "make npm"),
        (0, "tests/github/test_github_clock.py::x", "make npm"),
        (0, ".", "make npm"),
        (1, "tests/models/test_smollm2.py", "make smollm2"),
        (1, "tests", "make smollm2"),
    ],
)
def test_a_run_that_needs_it_names_the_command(
    which: int, chosen: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(which, tmp_path, monkeypatch)

    with pytest.raises(pytest.UsageError, match=command):
        configure("tests/core", chosen)


@pytest.mark.parametrize("which", [0, 1])
def test_other_tests_run_without_it(which: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without(which, tmp_path, monkeypatch)

    configure("tests/core", "tests/review/test_decide.py")


def test_nothing_is_said_where_it_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without(9, tmp_path, monkeypatch)

    configure("tests")
