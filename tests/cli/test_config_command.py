"""`review-bot config`: files are checked, what holds in a checkout is shown, the schema is printed."""

from pathlib import Path

from tests.cli.conftest import Run


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


def test_a_file_in_order(run: Run) -> None:
    write("a.yml", "ignore: [dist/]\n")
    ran = run("config", "check", "a.yml")
    assert (ran.status, ran.out) == (0, "1 file checked, no problems found\n")


def test_what_is_wrong_is_told_with_its_place(run: Run) -> None:
    write("a.yml", "ignroe: [dist/]\nfindings: 51\nlabel: x\n")
    write("b.yml", "tone: [\n")
    Path("c.yml").write_bytes(b"tone: a\nlanguage: \xff\n")
    ran = run("config", "check", "a.yml", "b.yml", "c.yml")
    assert ran.status == 1
    *first, broken, last = ran.out.splitlines()
    assert first == [
        "a.yml:1:1: Unknown key `ignroe`. Did you mean `ignore`?",
        "a.yml:2:11: `findings` should be less than or equal to 50, not 51.",
        (
            "a.yml: `label` is set, but `on` does not include `label`, so the label triggers nothing. "
            "Add `label` to `on`."
        ),
    ]
    assert broken.startswith("b.yml:1:1: The file is not valid YAML, so it is ignored: ")
    assert last == "c.yml:2: This is not UTF-8. Save it as UTF-8."


def test_the_file_of_a_directory_is_checked_as_one(run: Run) -> None:
    Path(".git").mkdir()
    write(".code-review-bot.yml", "language: German\n")
    write("web/.code-review-bot.yml", "language: German\n")
    assert run("config", "check", ".code-review-bot.yml").status == 0
    assert (
        "`language` applies to the whole repository" in run("config", "check", "web/.code-review-bot.yml").out
    )


def test_a_file_that_is_not_there(run: Run) -> None:
    ran = run("config", "check", "gone.yml")
    assert (ran.status, ran.err) == (1, "review-bot: gone.yml: No such file or directory\n")


def test_the_schema_is_json(run: Run) -> None:
    assert run("config", "schema").json["properties"]["ignore"]["type"] == "array"


def test_what_holds_in_a_checkout(run: Run) -> None:
    write("shop/.github/code-review-bot.yml", "language: German\nprompts: {chunk: gone.md}\n")
    write("shop/web/.code-review-bot.yml", "threshold: major\n")
    write("shop/node_modules/x/.code-review-bot.yml", "threshold: nit\n")
    whole = run("config", "show", "--repository", "shop")
    assert whole.status == 0
    assert "German" in whole.out
    assert "web/.code-review-bot.yml" in whole.out
    assert "node_modules" not in whole.out
    assert "names gone.md" in " ".join(whole.out.split())
    one = run("config", "show", "--repository", "shop", "--path", "web/a.ts")
    assert "Configuration for web/a.ts" in one.out
    assert "major" in one.out


def test_no_directory(run: Run) -> None:
    ran = run("config", "show", "--repository", "nowhere")
    assert (ran.status, ran.err) == (1, "review-bot: --repository nowhere: not a directory\n")
