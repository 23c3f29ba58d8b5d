"""A repository's files: listed, read, and as an archive from a server that may be unkind."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.change import PullRef
from bot.core.errors import Refused
from bot.core.lookups import Lookup, Query
from bot.core.repository_files import ListedFile
from bot.github import GitHubForge, TokenCredentials, repository_files
from bot.repository.process import IndexProcess
from bot.repository.repositories import IndexedCommit, Repositories
from github_simulator import Edit, GrantApp, Push, Rename
from tests.github.repository_scene import CHEAPER, SHA, TARBALL, TREE, archived, paths, shop
from tests.github.scene import GRAPHQL, NOTES, TOKENS, Scene
from tests.repository.sample import FILES

TOTAL = Lookup(id="1", query=Query.DEFINITION, text="total", path="shop/cart.py")


def indexed(process: IndexProcess, folder: Path) -> Repositories:
    return Repositories(folder / "repositories", process)


def every_file(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def found(commit: IndexedCommit, lookup: Lookup = TOTAL) -> list[str]:
    return [f"{passage.path}:{passage.line}" for passage in (await commit.answer(lookup)).passages]


@pytest.fixture
async def process() -> AsyncIterator[IndexProcess]:
    made = IndexProcess()
    yield made
    await made.aclose()


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "archive"


async def test_two_servers_and_two_repositories_have_two_names(town: Scene) -> None:
    async with GitHubForge("https://GitHub.Example/api/v3", TokenCredentials("x")) as other:
        ref = PullRef(repository="Acme/Shop", number=1)
        assert other.repository(ref).name == "github.example/acme/shop"
        assert town.forge.repository(ref).name == f"{town.url.removeprefix('http://')}/acme/shop"


async def test_regular_files_are_listed_without_links_and_submodules(town: Scene) -> None:
    ref, head = await shop(town)
    listed = await town.forge.repository(ref).listing(head)
    assert listed is not None
    assert {file.path for file in listed} == {*FILES, "run.sh"}
    [cart] = [file for file in listed if file.path == "shop/cart.py"]
    assert cart.size == len(FILES["shop/cart.py"])


async def test_a_list_that_github_cuts_off_is_none(town: Scene) -> None:
    ref, head = await shop(town)
    town.simulator.world.archives.most_entries = 5
    assert await paths(town.forge, ref, head) is None


@pytest.mark.parametrize(
    ("edit", "missing"),
    [
        pytest.param(Edit(at="/tree/0/size", value="9"), 1, id="size"),
        pytest.param(Edit(at="/tree/0/size", remove=True), 1, id="no size"),
        pytest.param(Edit(at="/tree/0/sha", value="../x"), 1, id="sha"),
        pytest.param(Edit(at="/tree/0/path", value=7), 1, id="path"),
        pytest.param(Edit(at="/tree/0/mode", value=None), 1, id="mode"),
        pytest.param(Edit(at="/tree/0", value=None), 1, id="entry"),
        pytest.param(Edit(at="/tree/0/url", remove=True), 0, id="url"),
        pytest.param(Edit(at="/tree", value={}), None, id="no list"),
        pytest.param(Edit(at="/tree", remove=True), None, id="no tree"),
        pytest.param(Edit(at="/truncated", value="x"), None, id="truncated"),
        pytest.param(Edit(at="/truncated", remove=True), None, id="not told"),
        pytest.param(Edit(value=[]), None, id="another type"),
    ],
)
async def test_odd_entries_are_left_out_and_odd_lists_are_none(
    town: Scene, edit: Edit, missing: int | None
) -> None:
    ref, head = await shop(town, NOTES)
    everything = await paths(town.forge, ref, head)
    assert everything is not None
    assert everything[0] == "README.md"
    town.fail("GET", TREE, edits=(edit,))
    expected = None if missing is None else everything[missing:]
    assert await paths(town.forge, ref, head) == expected


@pytest.mark.parametrize("graphql", [True, False])
async def test_contents_are_read_by_blob_in_batches(
    town: Scene, monkeypatch: pytest.MonkeyPatch, *, graphql: bool
) -> None:
    monkeypatch.setattr(repository_files, "BATCH", 2)
    ref, head = await shop(town)
    if not graphql:
        town.fail("POST", GRAPHQL, 404, times=20)
    source = town.forge.repository(ref)
    listed = await source.listing(head) or []
    files = [*listed, ListedFile("none.py", "c" * 40, 3), ListedFile("logo.png", "d" * 40, 3)]
    contents = await source.contents(head, files)
    assert contents == {file.git: {**FILES, "run.sh": "exit\n"}[file.path].encode() for file in listed}
    assert town.count("POST", GRAPHQL) == 5


async def test_the_archive_has_every_file(town: Scene, process: IndexProcess, tmp_path: Path) -> None:
    ref, head = await shop(town)
    commit = await indexed(process, tmp_path).at(town.forge.repository(ref), head)
    assert await found(commit) == ["shop/cart.py:12", "shop/money.py:6", "vendor/cart.js:1"]
    read = Lookup(id="1", query=Query.READ, path="run.sh", line=1, end=1)
    assert await found(commit, read) == ["run.sh:1"]
    with pytest.raises(Refused):
        await found(commit, read.model_copy(update={"path": "link"}))


async def test_a_push_lists_and_reads_only_what_changed(
    town: Scene, process: IndexProcess, tmp_path: Path
) -> None:
    ref, head = await shop(town)
    repositories = indexed(process, tmp_path)
    source = town.forge.repository(ref)
    await repositories.at(source, head)
    await town.simulator.push("acme/shop", ref.number, Push(message="Sum less", diff=CHEAPER))
    after = await repositories.at(source, town.simulator.world.pull("acme/shop", ref.number).head.sha)
    assert await found(after) == ["shop/cart.py:12", "vendor/cart.js:1"]
    assert (town.count("GET", TARBALL), town.count("GET", TREE), town.count("POST", GRAPHQL)) == (1, 1, 1)


async def test_a_list_that_is_cut_off_fetches_the_archive_again(
    town: Scene, process: IndexProcess, tmp_path: Path
) -> None:
    ref, head = await shop(town)
    repositories, source = indexed(process, tmp_path), town.forge.repository(ref)
    await repositories.at(source, head)
    await town.simulator.push("acme/shop", ref.number, Push(message="Sum less", diff=CHEAPER))
    town.simulator.world.archives.most_entries = 3
    after = await repositories.at(source, town.simulator.world.pull("acme/shop", ref.number).head.sha)
    assert await found(after) == ["shop/cart.py:12", "vendor/cart.js:1"]
    assert town.count("GET", TARBALL) == 2


async def test_a_hostile_archive_leads_nowhere(town: Scene, process: IndexProcess, tmp_path: Path) -> None:
    ref, head = await shop(town)
    town.simulator.world.archives.conduct = "hostile"
    commit = await indexed(process, tmp_path).at(town.forge.repository(ref), head)
    assert await found(commit) == ["shop/cart.py:12", "shop/money.py:6", "vendor/cart.js:1"]
    assert {path.suffix for path in every_file(tmp_path)} <= {".db", ".db-wal", ".db-shm"}


async def test_a_renamed_repository_is_read_by_its_old_name(town: Scene, into: Path) -> None:
    ref, head = await shop(town)
    town.simulator.rename(Rename(repository="acme/shop", name="store"))
    assert "run.sh" in (await paths(town.forge, ref, head) or [])
    assert await archived(town.forge, ref, head, into)


async def test_without_the_permission_it_is_told(town: Scene, into: Path) -> None:
    ref, head = await shop(town)
    town.simulator.grant_app(GrantApp(permissions={"contents": "none"}))
    town.simulator.world.repository("acme/shop").private = True
    for reading in (archived(town.forge, ref, head, into), paths(town.forge, ref, head)):
        with pytest.raises(Refused, match="contents: read"):
            await reading


async def test_an_unknown_commit_and_an_empty_repository_are_refused(town: Scene, into: Path) -> None:
    ref, _ = await shop(town)
    town.simulator.world.add_repository("acme/empty")
    empty = ref.model_copy(update={"repository": "acme/empty"})
    for reading in (archived(town.forge, ref, SHA, into), paths(town.forge, ref, SHA)):
        with pytest.raises(Refused, match="404"):
            await reading
    with pytest.raises(Refused, match="409 Git Repository is empty"):
        await paths(town.forge, empty, "main")
    with pytest.raises(Refused, match="404"):
        await archived(town.forge, empty, "main", into)


async def test_a_revoked_token_is_replaced(town: Scene, into: Path) -> None:
    ref, head = await shop(town)
    await paths(town.forge, ref, head)
    town.simulator.revoke_tokens()
    assert await archived(town.forge, ref, head, into)
    assert town.count("POST", TOKENS) == 2
