"""A change and the settings of its review, as the repository wants them."""

import pytest

from bot.core.config import EffectiveConfig, apply_config, filter_review
from bot.core.config.apply import MOST_REQUESTED, NOT_REQUESTED, unmatched
from bot.core.review import Features, Finding, FindingSource, Review, Severity, Side, Template
from tests.core.config.stage import ROOT, SETTINGS, change, effective

WEB = "web/.code-review-bot.yml"


def skips(found: EffectiveConfig, *paths: str, only: tuple[str, ...] = ()) -> dict[str, str | None]:
    tailored, _ = apply_config(change(*paths), SETTINGS, found, only)
    return {file.path: file.skip for file in tailored.files}


def test_ignored_files_say_by_what() -> None:
    found = effective({ROOT: 'ignore: ["*.lock", "!web/keep.lock"]', WEB: "ignore: [gen/]"})
    assert skips(found, "a.lock", "web/keep.lock", "web/src/gen/x.ts", "gen/x.ts", "a.py") == {
        "a.lock": f"excluded by `ignore` in {ROOT}",
        "web/keep.lock": None,
        "web/src/gen/x.ts": f"excluded by `ignore` in {WEB}",
        "gen/x.ts": None,
        "a.py": None,
    }


def test_the_last_pattern_that_fits_wins_even_inside_an_ignored_directory() -> None:
    """Unlike in .gitignore, where nothing gets out of an ignored directory again."""
    found = effective({ROOT: "ignore: [dist/, '!dist/types.d.ts']"})
    assert skips(found, "dist/types.d.ts", "dist/x.js") == {
        "dist/types.d.ts": None,
        "dist/x.js": f"excluded by `ignore` in {ROOT}",
    }


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        (("web/a.ts",), {"web/a.ts"}),
        (("web",), {"web/a.ts", "web/b/c.ts"}),
        (("./web/b/",), {"web/b/c.ts"}),
        (("*.py", "/web/b"), {"x.py", "api/x.py", "web/b/c.ts"}),
        (("x.py",), {"x.py"}),
        (("nowhere",), set()),
        (("[",), set()),
    ],
)
def test_only_what_was_asked_for(asked: tuple[str, ...], kept: set[str]) -> None:
    found = skips(EffectiveConfig(), "web/a.ts", "web/b/c.ts", "x.py", "api/x.py", only=asked)
    assert {path for path, skip in found.items() if skip is None} == kept
    assert {skip for skip in found.values() if skip} <= {NOT_REQUESTED}


def test_paths_that_fit_no_file_are_told_each_by_itself() -> None:
    changed = change("web/a.ts", "web/b/c.ts", "x.py")
    asked = ("web", "nowhere", "./x.py", "*.go", "[", "web/b/", "nowhere")

    assert unmatched(changed, asked) == ("nowhere", "*.go", "[")


def test_paths_of_a_long_command_are_looked_for_in_one_pass() -> None:
    changed = change(*(f"src/{number}/file.py" for number in range(3_000)))
    asked = [f"no/such/{number}" for number in range(MOST_REQUESTED - 1)] + ["src/2999"]

    assert len(unmatched(changed, asked)) == MOST_REQUESTED - 1


def test_a_file_that_is_asked_for_by_name_is_reviewed_even_if_ignored() -> None:
    found = effective({ROOT: "ignore: [gen/]"})
    assert skips(found, "gen/a.ts", "gen/b.ts", only=("gen/a.ts",)) == {
        "gen/a.ts": None,
        "gen/b.ts": NOT_REQUESTED,
    }
    assert skips(found, "gen/a.ts", only=("gen/",)) == {"gen/a.ts": f"excluded by `ignore` in {ROOT}"}


def test_files_know_their_rules_and_marks() -> None:
    found = effective(
        {
            ROOT: """
            instructions:
              - {paths: ["*.sql"], text: "Can it be undone?"}
              - {paths: ["*.md"], text: Never asked for here.}
              - {paths: ["**", "!docs/"], text: Mind the tests.}
            """,
            WEB: "instructions: [{paths: [/db/], text: Ask the web team.}]",
        },
        attributes="*.sql linguist-generated\n",
    )
    tailored, settings = apply_config(change("web/db/x.sql", "docs/y", "z"), SETTINGS, found)
    assert settings.rules == ("Can it be undone?", "Mind the tests.", "Ask the web team.")
    assert [file.rules for file in tailored.files] == [(0, 1, 2), (), (1,)]
    assert [file.marks for file in tailored.files] == [("generated",), (), ()]


def test_the_settings_are_the_repositorys() -> None:
    operator = SETTINGS.model_copy(
        update={
            "templates": (Template(name="system", text="built in"), Template(name="chunk", text="built in")),
            "features": Features(texts=False),
            "portion": 900,
        }
    )
    found = effective(
        {ROOT: "language: German\ntone: terse\nfindings: 2\nfeatures: {diagram: no}"}
    ).model_copy(update={"guidance": "Be kind.", "prompts": (Template(name="chunk", text="ours"),)})
    _, settings = apply_config(change("a"), operator, found)
    assert (settings.language, settings.tone, settings.findings) == ("German", "terse", 2)
    assert settings.guidance == "Be kind."
    assert settings.portion == 900
    assert settings.features == Features(texts=False, diagram=False)
    assert {template.name: template.text for template in settings.templates} == {
        "system": "built in",
        "chunk": "ours",
    }


def test_the_function_is_given_the_lowest_bar_and_the_rest_is_sifted() -> None:
    found = effective({ROOT: "threshold: critical\nconfidence: 0.9", WEB: "threshold: nit\nconfidence: 0.1"})
    _, settings = apply_config(change("web/a", "api/b"), SETTINGS, found)
    assert (settings.threshold, settings.confidence) == (Severity.NIT, 0.1)
    _, settings = apply_config(change("api/b"), SETTINGS, found)
    assert (settings.threshold, settings.confidence) == (Severity.CRITICAL, 0.9)
    findings = (
        finding("web/a", Severity.NIT, 0.2),
        finding("api/b", Severity.MAJOR, 1),
        finding("api/b", Severity.CRITICAL, 0.5),
        finding("api/b", Severity.CRITICAL, 0.9),
    )
    kept = filter_review(Review(purpose="", effort=1, findings=findings, unsure=findings), found)
    assert [(each.path, each.severity, each.confidence) for each in kept.findings] == [
        ("web/a", "nit", 0.2),
        ("api/b", "critical", 0.9),
    ]
    assert [(each.path, each.severity, each.confidence) for each in kept.unsure] == [
        ("web/a", "nit", 0.2),
        ("api/b", "critical", 0.5),
        ("api/b", "critical", 0.9),
    ]


def test_a_large_change_and_a_large_configuration_go_together() -> None:
    patterns = [f"dir{at}/**/*_{at}*x*.ts" for at in range(500)]
    found = effective({ROOT: "ignore:\n" + "".join(f"- '{pattern}'\n" for pattern in patterns)})
    paths = [f"dir{at % 500}/some/where/deep/file_{at % 500}_x_{at}.ts" for at in range(3000)]
    assert set(skips(found, *paths).values()) == {f"excluded by `ignore` in {ROOT}"}


def finding(path: str, severity: Severity, confidence: float) -> Finding:
    return Finding(
        path=path,
        line=1,
        end=1,
        side=Side.RIGHT,
        severity=severity,
        category="tests",
        confidence=confidence,
        title="",
        body="",
        source=FindingSource.MODEL,
    )
