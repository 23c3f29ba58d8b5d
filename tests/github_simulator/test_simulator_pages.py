"""Lists are paged, and too large diffs are refused."""

from typing import Any

import httpx
import pytest

from tests.github_simulator.conftest import Town

PULL = "/repos/acme/shop/pulls/1"


def many(count: int, lines: int = 1) -> str:
    """A diff that adds `count` files."""
    body = "".join(f"+line {number}\n" for number in range(lines))
    return "".join(
        f"diff --git a/f{n:04} b/f{n:04}\nnew file mode 100644\n--- /dev/null\n+++ b/f{n:04}\n"
        f"@@ -0,0 +1,{lines} @@\n{body}"
        for n in range(count)
    )


async def open_many(town: Town, count: int, lines: int = 1) -> None:
    await town.open(commits=[{"message": "Add files", "diff": many(count, lines)}])


async def walk(client: httpx.AsyncClient, path: str) -> list[list[Any]]:
    """All pages, by following the links."""
    pages, address = [], path
    while address:
        answer = await client.get(address)
        pages.append(answer.json())
        address = answer.links.get("next", {}).get("url", "")
    return pages


@pytest.mark.parametrize(
    ("query", "sizes"),
    [
        ("", [30, 30, 30, 30, 1]),
        ("?per_page=100", [100, 21]),
        ("?per_page=1000", [100, 21]),
        ("?per_page=50&page=2", [50, 21]),
        ("?per_page=0", [30, 30, 30, 30, 1]),
        ("?page=9", [0]),
    ],
)
@pytest.mark.parametrize("prefix", ["", "/api/v3"])
async def test_files_come_in_pages(town: Town, prefix: str, query: str, sizes: list[int]) -> None:
    await open_many(town, 121)
    pages = await walk(await town.client(prefix=prefix), f"{PULL}/files{query}")
    assert [len(page) for page in pages] == sizes


async def test_no_more_than_3000_files_and_250_commits_are_listed(town: Town) -> None:
    later = [{"message": f"m{n}", "diff": many(1).replace("f0000", f"g{n}")} for n in range(255)]
    await town.open(commits=[{"message": "Add files", "diff": many(3010)}, *later])
    client = await town.client()
    files = await walk(client, f"{PULL}/files?per_page=100")
    commits = await walk(client, f"{PULL}/commits?per_page=100")
    assert (sum(map(len, files)), sum(map(len, commits))) == (3000, 250)
    told = (await client.get(PULL)).json()
    assert (told["changed_files"], told["commits"]) == (3265, 256)


@pytest.mark.parametrize(("count", "lines", "limit"), [(301, 1, "files (300)"), (3, 7000, "lines (20000)")])
@pytest.mark.parametrize("media", ["application/vnd.github.v3.diff", "application/vnd.github.patch"])
async def test_a_large_diff_is_refused(town: Town, count: int, lines: int, limit: str, media: str) -> None:
    await open_many(town, count, lines)
    refused = await (await town.client()).get(PULL, headers={"Accept": media})
    assert refused.status_code == 406
    assert f"exceeded the maximum number of {limit}" in refused.json()["message"]
    assert refused.json()["errors"] == [{"resource": "PullRequest", "field": "diff", "code": "too_large"}]


async def test_large_and_binary_files_come_without_a_patch(town: Town) -> None:
    binary = "diff --git a/x.png b/x.png\nindex 1..2 100644\nBinary files a/x.png and b/x.png differ\n"
    await town.open(commits=[{"message": "Grow", "diff": many(1, 20_001) + binary}])
    large, image = (await (await town.client()).get(f"{PULL}/files")).json()
    assert "patch" not in large
    assert "patch" not in image
    assert (large["additions"], image["changes"]) == (20_001, 0)


async def test_the_raw_diff_and_patch_are_what_was_pushed(town: Town) -> None:
    await town.open()
    client = await town.client()
    diff = await client.get(PULL, headers={"Accept": "application/vnd.github.diff"})
    patch = await client.get(PULL, headers={"Accept": "application/vnd.github.v3.patch"})
    [commit] = (await client.get(f"{PULL}/commits")).json()
    assert diff.headers["Content-Type"] == "application/vnd.github.v3.diff; charset=utf-8"
    assert "+    charge(total, retry=True)\n" in diff.text
    assert patch.text.startswith(f"From {commit['sha']} Mon Sep 17 00:00:00 2001\n")
    assert "Subject: [PATCH] Retry payments\n\nThey fail now and then.\n---\n" in patch.text


async def test_contents_are_what_diffs_told(town: Town) -> None:
    opened = await town.open()
    client = await town.client()
    raw = {"Accept": "application/vnd.github.raw+json"}
    where = "/repos/acme/shop/contents"
    added = await client.get(f"{where}/docs/new.md", params={"ref": opened["head"]}, headers=raw)
    assert added.text == "# New\ntext\n"
    head = await client.get(f"{where}/shop/api.py", params={"ref": "change-1"}, headers=raw)
    base = await client.get(f"{where}/shop/api.py", headers=raw)
    assert head.text.split("\n")[10:12] == ["    charge(total, retry=True)", "    log(total)"]
    assert base.text.split("\n")[10:12] == ["    charge(total)", "    return total"]
    for path, ref in (("docs/new.md", "main"), ("logo.png", "change-1"), ("shop", "main"), ("x", "nope")):
        assert (await client.get(f"{where}/{path}", params={"ref": ref})).status_code == 404


async def test_a_comparison_tells_who_is_ahead(town: Town) -> None:
    one, two = ({"message": f"m{n}", "diff": many(1).replace("f0000", f"g{n}")} for n in range(2))
    opened = await town.open(commits=[one, two])
    client = await town.client()
    first, second = (commit["sha"] for commit in (await client.get(f"{PULL}/commits")).json())
    assert second == opened["head"]
    told = (await client.get(f"/repos/acme/shop/compare/{first}...{second}")).json()
    assert (told["status"], told["ahead_by"], [file["filename"] for file in told["files"]]) == (
        "ahead",
        1,
        ["g1"],
    )
    backwards = await client.get(f"/repos/acme/shop/compare/{second}...{first}")
    told = backwards.json()
    assert (told["status"], told["behind_by"], told["files"]) == ("behind", 1, [])
    assert told["merge_base_commit"]["sha"] == first
