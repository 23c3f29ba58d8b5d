"""What `/config` shows. The texts in `golden` are what a reader of the pull request sees."""

from pathlib import Path

from bot.core.config import (
    ConfigProblem,
    EffectiveConfig,
    merge_layers,
    read_layer,
    render_effective,
    render_problems,
)
from tests.core.config.stage import ROOT, effective, layers

GOLDEN = Path(__file__).parent / "golden"
WEB = "web/.code-review-bot.yml"
FILES = {
    ROOT: 'ignore: ["*.lock", "a|b"]\nlanguage: German\nlabel: review\n'
    'instructions: [{paths: ["*.sql"], text: Undo.}]\n',
    WEB: "threshold: major\nignore: [gen/]\n",
}


def test_what_holds_for_the_repository() -> None:
    organisation, _ = read_layer("acme/.github/code-review-bot.yml", "tone: terse\n")
    found = merge_layers((organisation, *layers(FILES)))
    assert render_effective(found) + "\n" == (GOLDEN / "config.md").read_text(encoding="utf-8")


def test_what_holds_for_a_file() -> None:
    shown = render_effective(effective(FILES), "web/a.ts")
    assert "### Configuration for `web/a.ts`" in shown
    assert '| `threshold` | `"major"` | `web/.code-review-bot.yml` |' in shown
    assert "/web/**/gen/" in shown


def test_without_any_file_there_is_little_to_see() -> None:
    shown = render_effective(EffectiveConfig())
    assert shown.startswith(
        "### Configuration of this repository\n\nAll keys have their default values.\n\n<details>"
    )


def test_problems_are_told_as_a_list() -> None:
    problems = tuple(
        ConfigProblem(file=ROOT, line=at, message=f"`x` has `@team{at}` and <b>.", fix="Do #1.")
        for at in range(1, 23)
    )
    shown = render_problems(problems)
    assert shown.startswith(
        "### Configuration\n\n- `.github/code-review-bot.yml:1`: `x` has `@team1` and &lt;b>. Do `#1`.\n"
    )
    assert shown.endswith("\n- and 2 more")
    assert render_problems(()) == ""


def test_what_somebody_wrote_does_nothing_to_the_page() -> None:
    hostile = 'tone: "</details> @everyone `x` | y"\nnonsense-@everyone-</details>: 1\n'
    layer, problems = read_layer("</summary>@x", hostile)
    shown = render_effective(merge_layers((layer,), problems=problems))
    row = next(line for line in shown.split("\n") if line.startswith("| `tone`"))
    assert row.count("|") == 4
    assert "``" in row
    assert "`nonsense-@everyone-</details>`" in shown
