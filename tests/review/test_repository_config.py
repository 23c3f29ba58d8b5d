"""A repository's configuration is read from its base branch, in as few calls as possible."""

from collections.abc import Mapping, Sequence

import pytest

from bot.core.change import PullRef
from bot.core.config import operator_layer
from bot.core.errors import Refused, Retry
from bot.core.review import Severity, Template
from bot.review.policy.repository_config import RepositoryConfig
from tests.core.config.stage import ROOT, pull

OPERATOR = operator_layer(language="English", threshold=Severity.NIT, findings=6, drafts=False, bots=False)
HOME = "acme/.github"
Texts = dict[str, str | None]


class Files:
    """The forge's file texts: of the repository's `main`, and of the organisation."""

    def __init__(self, files: Texts, central: Texts | None = None, failure: Exception | None = None) -> None:
        self._files = files
        self._central = central or {}
        self._failure = failure
        self.asked: list[tuple[str, Sequence[str]]] = []

    async def texts(self, ref: PullRef, revision: str, paths: Sequence[str]) -> Mapping[str, str | None]:
        assert revision == "main"
        return self._give(ref.repository, self._files, paths)

    async def texts_of(
        self, repository: str, installation: int | None, paths: Sequence[str]
    ) -> Mapping[str, str | None]:
        assert installation == 3
        return self._give(repository, self._central, paths)

    def _give(self, repository: str, files: Texts, paths: Sequence[str]) -> Mapping[str, str | None]:
        self.asked.append((repository, tuple(paths)))
        if self._failure:
            raise self._failure
        return {path: files[path] for path in paths if path in files}


def configured(config_source: Files) -> RepositoryConfig:
    return RepositoryConfig(config_source, OPERATOR)


async def test_a_repository_without_any_file_costs_one_call_and_one_for_the_organisation() -> None:
    config_source = Files({"AGENTS.md": "Run the tests."})
    found = await configured(config_source).of(pull(), ["src/web/a.ts"])
    assert found.problems == ()
    assert found.origins["findings"] == "operator"
    assert found.guidance == "--- AGENTS.md ---\nRun the tests."
    assert sorted(repository for repository, _ in config_source.asked) == [HOME, "acme/shop"]


async def test_organisation_repository_and_directories_go_over_each_other() -> None:
    config_source = Files(
        {
            ROOT: "findings: 3\n",
            "src/.code-review-bot.yml": "threshold: major\n",
            ".gitattributes": "*.ts linguist-generated\n",
            "src/web/.gitattributes": "a.ts -linguist-generated\n",
        },
        {"code-review-bot.yml": "language: German\nfindings: 9\n"},
    )
    found = await configured(config_source).of(pull(), ["src/web/a.ts", "README.md"])
    assert (found.config.language, found.config.findings) == ("German", 3)
    assert found.origins["language"] == f"{HOME}/code-review-bot.yml"
    assert [layer.directory for layer in found.directories] == ["src"]
    assert len(found.attributes) == 2


async def test_of_several_files_the_first_holds_and_the_others_are_named() -> None:
    config_source = Files(
        {".code-review-bot.yml": "findings: 1", ".github/code-review-bot.yaml": "findings: 2"}
    )
    found = await configured(config_source).of(pull())
    assert found.config.findings == 2
    assert [problem.file for problem in found.problems] == [".code-review-bot.yml"]


async def test_what_the_configuration_names_is_read_in_one_more_call() -> None:
    config_source = Files(
        {
            ROOT: "guidance: [docs/review.md, AGENTS.md, none.md]\n"
            "prompts: {chunk: docs/chunk.md, system: gone.md}\n",
            "docs/review.md": "Look twice.",
            "AGENTS.md": "Be kind.",
            "docs/chunk.md": "{{ diff }}",
        }
    )
    found = await configured(config_source).of(pull())
    assert found.guidance == "--- docs/review.md ---\nLook twice.\n\n--- AGENTS.md ---\nBe kind."
    assert found.prompts == (Template(name="chunk", text="{{ diff }}"),)
    assert [problem.message.partition(",")[0] for problem in found.problems] == [
        "`prompts.system` names gone.md",
        "`guidance` names none.md",
    ]
    assert config_source.asked[-1][1] == ("docs/review.md", "none.md", "docs/chunk.md", "gone.md")
    assert len(config_source.asked) == 3


async def test_prompts_of_the_organisation_are_read_there() -> None:
    config_source = Files({}, {"code-review-bot.yml": "prompts: {chunk: chunk.md}", "chunk.md": "central"})
    found = await configured(config_source).of(pull())
    assert found.prompts == (Template(name="chunk", text="central"),)


async def test_the_organisations_own_repository_is_read_once() -> None:
    config_source = Files({ROOT: "findings: 2"})
    ref = PullRef(repository=HOME, number=1, installation=3)
    found = await configured(config_source).of(pull(ref=ref))
    assert found.origins["findings"] == ROOT
    assert len(config_source.asked) == 1


async def test_what_cannot_be_read_stops_no_review() -> None:
    config_source = Files({}, failure=Refused("the App may not read contents"))
    found = await configured(config_source).of(pull())
    assert {problem.file for problem in found.problems} == {HOME, "acme/shop"}
    assert "the App may not read contents" in found.problems[0].message
    assert found.config.findings == 6


async def test_what_passes_is_tried_again() -> None:
    with pytest.raises(Retry):
        await configured(Files({}, failure=Retry("later"))).of(pull())


async def test_a_file_that_is_no_text_is_told() -> None:
    found = await configured(Files({ROOT: None})).of(pull())
    assert [(problem.file, problem.fix) for problem in found.problems] == [
        (ROOT, "Save it as UTF-8, with less than 64 kB.")
    ]


async def test_directories_are_looked_into_from_the_root_on() -> None:
    paths = [f"d{at:02}/deep/x.py" for at in range(40)]
    config_source = Files(
        {"d00/.code-review-bot.yml": "threshold: major\n", "d39/deep/.code-review-bot.yml": "ignore: [x]\n"}
    )
    found = await configured(config_source).of(pull(), paths)
    assert [layer.directory for layer in found.directories] == ["d00"]
    assert "60 changed directories" in found.problems[0].message
    asked = [path for repository, paths in config_source.asked if repository == "acme/shop" for path in paths]
    assert sum(path.endswith("/.code-review-bot.yml") for path in asked) == 60


async def test_long_guidance_is_cut_so_that_each_file_has_its_share() -> None:
    config_source = Files({"AGENTS.md": "Rule.\n" * 5000, "CONTRIBUTING.md": "Be kind."})
    found = await configured(config_source).of(pull())
    assert len(found.guidance.encode()) <= 6000
    assert found.guidance.startswith("--- AGENTS.md ---\nRule.\n")
    assert "Rule.\n[cut]\n\n--- CONTRIBUTING.md ---\nBe kind." in found.guidance


async def test_what_does_not_pass_is_done_without_in_the_end() -> None:
    config_source = Files({}, failure=Retry("GitHub server error: GET /x returned 500"))
    found = await configured(config_source).of(pull(), patient=False)
    assert {problem.file for problem in found.problems} == {HOME, "acme/shop"}
    assert "GitHub server error" in found.problems[0].message
    with pytest.raises(Retry):
        await configured(Files({}, failure=Retry("limit", after=60))).of(pull(), patient=False)
