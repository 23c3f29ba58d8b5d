"""Trees and tarballs: what is at a commit, as a list and by a link that expires."""

import io
import tarfile

import httpx
import pytest

from github_simulator import Fault, WriteFile
from tests.github_simulator.conftest import Town

TREE = "/repos/acme/shop/git/trees"
TARBALL = "/repos/acme/shop/tarball"


async def head_of(town: Town) -> str:
    await town.open()
    return town.simulator.world.pull("acme/shop", 1).head.sha


async def unpacked(client: httpx.AsyncClient, ref: str) -> dict[str, tarfile.TarInfo]:
    link = (await client.get(f"{TARBALL}/{ref}")).headers["Location"]
    packed = (await client.get(link)).content
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as archive:
        return {entry.name: entry for entry in archive}


async def test_a_tree_lists_files_and_directories(town: Town) -> None:
    head, client = await head_of(town), await town.as_installation()
    whole = (await client.get(f"{TREE}/{head}", params={"recursive": "1"})).json()
    assert [(entry["path"], entry["type"], entry["mode"]) for entry in whole["tree"]] == [
        ("docs", "tree", "040000"),
        ("docs/new.md", "blob", "100644"),
        ("logo.png", "blob", "100644"),
        ("shop", "tree", "040000"),
        ("shop/api.py", "blob", "100644"),
    ]
    top = (await client.get(f"{TREE}/{head}")).json()
    assert [entry["path"] for entry in top["tree"]] == ["docs", "logo.png", "shop"]
    assert (whole["sha"], whole["truncated"], top["truncated"]) == (head, False, False)


async def test_a_long_tree_is_truncated(town: Town) -> None:
    head, client = await head_of(town), await town.as_installation()
    town.simulator.world.archives.most_entries = 2
    cut = (await client.get(f"{TREE}/{head}?recursive=1")).json()
    assert (len(cut["tree"]), cut["truncated"]) == (2, True)


async def test_a_file_has_the_same_blob_in_every_answer(town: Town) -> None:
    head, client = await head_of(town), await town.as_installation()
    tree = (await client.get(f"{TREE}/{head}?recursive=1")).json()["tree"]
    [listed] = [entry for entry in tree if entry["path"] == "docs/new.md"]
    read = (await client.get(f"/repos/acme/shop/contents/docs/new.md?ref={head}")).json()
    assert (listed["sha"], listed["size"]) == (read["sha"], read["size"])


async def test_an_archive_is_below_one_directory(town: Town) -> None:
    head, client = await head_of(town), await town.as_installation()
    entries = await unpacked(client, head)
    top = f"acme-shop-{head[:7]}"
    assert set(entries) == {top, f"{top}/docs/new.md", f"{top}/logo.png", f"{top}/shop/api.py"}
    assert entries[f"{top}/docs/new.md"].size == len("# New\ntext\n")
    town.simulator.world.archives.conduct = "hostile"
    assert {"..", "/etc/outside.txt", f"{top}/../../outside.txt"} <= set(await unpacked(client, head))


async def test_a_branch_has_a_tree_and_an_archive(town: Town) -> None:
    client = await town.client()
    town.simulator.write_file(WriteFile(repository="acme/shop", path="a.py", text="x"))
    town.simulator.write_file(WriteFile(repository="acme/shop", path="b.py", text="x", branch="release/1.0"))
    for ref, names in (("main", ["a.py"]), ("release/1.0", ["a.py", "b.py"])):
        tree = (await client.get(f"{TREE}/{ref}")).json()["tree"]
        assert [entry["path"] for entry in tree] == names
        assert len(await unpacked(client, ref)) == len(names) + 1


async def test_a_link_expires_and_needs_no_credentials(town: Town) -> None:
    head = await head_of(town)
    town.simulator.world.repository("acme/shop").private = True
    link = (await (await town.as_installation()).get(f"{TARBALL}/{head}")).headers["Location"]
    stranger = await town.client()
    assert (await stranger.get(link)).headers["Content-Type"] == "application/x-gzip"
    assert (await stranger.get(link.partition("?")[0])).status_code == 404
    town.simulator.world.offset += 301
    assert (await stranger.get(link)).status_code == 404


@pytest.mark.parametrize("path", [TREE, TARBALL])
async def test_who_may_not_read_contents_is_refused(town: Town, path: str) -> None:
    head = await head_of(town)
    town.simulator.world.repository("acme/shop").private = True
    assert (await (await town.as_installation(checks="read")).get(f"{path}/{head}")).status_code == 403
    assert (await (await town.client()).get(f"{path}/{head}")).status_code == 404
    assert (await (await town.as_installation()).get(f"{path}/{'0' * 40}")).status_code == 404


async def test_an_empty_repository_has_neither(town: Town) -> None:
    town.simulator.world.add_repository("acme/shop")
    client = await town.as_installation()
    assert (await client.get(f"{TREE}/main")).status_code == 409
    assert (await client.get(f"{TARBALL}/main")).status_code == 404


async def test_a_fault_replaces_the_link(town: Town) -> None:
    client, head = await town.client(), await head_of(town)
    town.simulator.inject(Fault(method="GET", path="/repos/{owner}/{repo}/tarball/{ref}", status=503))
    assert (await client.get(f"{TARBALL}/{head}")).status_code == 503
