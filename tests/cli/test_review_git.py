"""`review-bot review --base`: what a branch and its working tree have beyond a commit."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.core.lookups import Passages
from tests.asking import asking_for_history
from tests.cli.conftest import Run
from tests.cli.github_scene import GitHubScene

Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """A repository in the working directory, with one commit on `main`."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], capture_output=True, check=True, text=True)
        return done.stdout.strip()

    (tmp_path / "gitconfig").write_text("[user]\nname = Mira\nemail = mira@example.org\n", encoding="utf-8")
    git("init", "-q", "-b", "main")
    (tmp_path / ".gitignore").write_text("gitconfig\n*.db\n", encoding="utf-8")
    write("shop/cart.py", "def total(items):\n    return sum(items)\n")
    git("add", ".")
    git("commit", "-qm", "Begin")
    return git


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


def test_a_branch_is_reviewed_with_what_is_not_committed_yet(run: Run, git: Git, town: GitHubScene) -> None:
    git("checkout", "-qb", "topic")
    write("shop/tax.py", "RATE = 0.2\n")
    git("add", ".")
    git("commit", "-qm", "Add the tax\n\nAs the law wants it.")
    write("shop/cart.py", "def total(items):\n    return sum(items) * RATE\n")
    ran = run("review", "--base", "main", "--json")
    asked = str(town.model.asked)

    assert (0, ["shop/cart.py", "shop/tax.py"]) == (ran.status, ran.paths)
    assert "Add the tax" in asked


def test_what_the_base_got_meanwhile_is_not_reviewed(run: Run, git: Git) -> None:
    git("checkout", "-qb", "topic")
    git("checkout", "-q", "main")
    write("shop/meanwhile.py", "x = 1\n")
    git("add", ".")
    git("commit", "-qm", "Meanwhile")
    git("checkout", "-q", "topic")
    write("shop/cart.py", "def total(items):\n    return 0\n")

    assert ["shop/cart.py"] == run("review", "--base", "main", "--json").paths


def test_the_users_own_configuration_of_diffs_does_not_matter(
    run: Run, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "color.ui": "always",
        "diff.noprefix": "true",
        "diff.external": "false",
        "diff.context": "0",
        "diff.relative": "true",
        "diff.renames": "false",
        "diff.shout.textconv": "tr a-z A-Z <",
        "log.showSignature": "true",
    }.items():
        git("config", "--global", name, value)
    write("shop/.gitattributes", "*.py diff=shout\n")
    git("mv", "shop/cart.py", "shop/basket.py")
    git("add", ".")
    monkeypatch.chdir("shop")
    told = run("review", "--base", "main", "--json").json["files"]

    assert [("shop/.gitattributes", None), ("shop/basket.py", "shop/cart.py")] == [
        (file["path"], file["previous"]) for file in told
    ]


def test_files_that_git_does_not_track_are_named(run: Run, git: Git) -> None:
    write("shop/new.py", "x = 1\n")
    before = run("review", "--base", "HEAD", "--json")
    git("add", "-N", "shop/new.py")
    after = run("review", "--base", "HEAD", "--json")

    assert ([], ["shop/new.py"]) == (before.paths, after.paths)
    assert "not reviewed" in before.err
    assert "shop/new.py" in before.err
    assert "shop/new.py" not in after.err


def test_a_working_tree_without_changes_has_no_files(run: Run, git: Git) -> None:
    ran = run("review", "--base", "main", "--json")
    shown = run("review", "--base", "main").out

    assert (0, [], "") == (ran.status, ran.json["files"], ran.err)
    assert "There is nothing to review: the working tree has no changes since main.\n" == shown


def test_a_file_with_a_conflict_is_named(run: Run, git: Git) -> None:
    git("checkout", "-qb", "topic")
    write("shop/cart.py", "def total(items):\n    return 1\n")
    git("commit", "-qam", "One")
    git("checkout", "-q", "main")
    write("shop/cart.py", "def total(items):\n    return 2\n")
    git("commit", "-qam", "Two")
    subprocess.run(["git", "merge", "-q", "topic"], capture_output=True, check=False)
    ran = run("review", "--base", "HEAD", "--json")

    assert (0, ["shop/cart.py"]) == (ran.status, ran.paths)


@pytest.mark.parametrize("base", ["nowhere", "--output=stolen", "main:shop", ""])
def test_a_base_that_is_no_commit_is_named(run: Run, git: Git, tmp_path: Path, base: str) -> None:
    ran = run("review", f"--base={base}")

    assert (1, 1) == (ran.status, ran.err.count("\n"))
    assert f"--base {base}: not a commit in this repository" in ran.err
    assert not (tmp_path / "stolen").exists()


def test_a_base_without_a_commit_in_common_is_told(run: Run, git: Git) -> None:
    git("checkout", "-q", "--orphan", "other")
    git("commit", "-qm", "Begin anew")
    ran = run("review", "--base", "main")

    assert (1, 1) == (ran.status, ran.err.count("\n"))
    assert "no commit in common" in ran.err


def test_where_there_is_no_repository_that_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    ran = run("review", "--base", "main")

    assert (1, 1) == (ran.status, ran.err.count("\n"))
    assert "not a git repository" in ran.err


def test_where_there_is_no_git_that_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    ran = run("review", "--base", "main")

    assert 1 == ran.status
    assert "--base needs git" in ran.err


def prompt(town: GitHubScene) -> str:
    return str(town.model.asked[0]["messages"][-1]["content"])


def test_the_model_sees_what_changed_lines_call_and_what_uses_them(
    run: Run, git: Git, town: GitHubScene
) -> None:
    write("shop/money.py", "def scaled(sum, share):\n    return sum / share\n")
    write("shop/orders.py", "from shop.cart import total\n\n\ndef place(cart):\n    assert total(cart) > 0\n")
    git("add", ".")
    git("commit", "-qm", "Add money and orders")
    write("shop/cart.py", "def total(items):\n    return scaled(sum(items), len(items))\n")
    ran = run("review", "--base", "main", "--json")

    assert (0, False) == (ran.status, "sees only the diff" in ran.out)
    assert "shop/money.py (definition of scaled)\ndef scaled(sum, share):\n    return sum / share" in prompt(
        town
    )
    assert "shop/orders.py (use of total, in place)" in prompt(town)


def test_nothing_is_looked_up_when_the_operator_says_so(
    run: Run, git: Git, town: GitHubScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEW_LOOKUPS", "false")
    write("shop/money.py", "def scaled(sum, share):\n    return sum / share\n")
    git("add", ".")
    git("commit", "-qm", "Add money")
    write("shop/cart.py", "def total(items):\n    return scaled(sum(items), len(items))\n")
    run("review", "--base", "main", "--json")

    assert "sum / share" not in prompt(town)


def test_the_history_ends_where_the_branch_begins(run: Run, git: Git) -> None:
    git("checkout", "-qb", "topic")
    write("shop/cart.py", "def total(items):\n    return 0\n")
    git("commit", "-qam", "Under review")
    write("shop/cart.py", "def total(items):\n    return 1\n")
    with asking_for_history() as told:
        assert run("review", "--base", "main", "--json").status == 0

    answer = told["shop/cart.py"]
    assert isinstance(answer, Passages)
    assert [passage.text.split("\n")[2] for passage in answer.passages] == ["Begin"]


def test_a_diff_alone_has_no_history(run: Run, git: Git) -> None:
    write("shop/cart.py", "def total(items):\n    return 0\n")
    with asking_for_history() as told:
        assert run("review", "--diff", "-", "--json", stdin=git("diff").encode() + b"\n").status == 0

    assert told == {}
