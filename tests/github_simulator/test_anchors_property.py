"""For any change and any findings, GitHub accepts every inline comment."""

import os
from collections.abc import Sequence
from typing import NamedTuple

from aiohttp import web
from aiohttp.typedefs import Handler
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.core.change import Change, File, PullRef
from bot.core.config.values import Configuration
from bot.core.diff import parse_diff
from bot.core.findings.visible_lines import VisibleLines
from bot.core.rendering import PlacementKind, Report, place, render_inline
from bot.core.review import Coverage, Finding, Review, Side
from bot.github import GitHubForge, TokenCredentials
from bot.github.reviews import _content
from bot.review.publish.finding_tracker import FindingTracker
from bot.review.publish.null_state import NullState
from bot.review.publish.publisher import Publisher
from github_simulator import Simulator, served
from github_simulator.api.anchors import Spot, place_draft, read_draft
from github_simulator.control_requests import NewCommit, OpenPull
from github_simulator.state import Pull, World
from github_simulator.state.branches import Opening, open_pull
from github_simulator.state.repositories import Written
from tests.github_simulator.changes import as_diff, reviewed

EXAMPLES = int(os.environ.get("EXAMPLES", "200"))  # `make properties` tries ten times as many, as CI does
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
ALL = 1_000


class Opened(NamedTuple):
    world: World
    pull: Pull

    @property
    def spot(self) -> Spot:
        return Spot(self.world, self.pull, self.pull.head, self.pull.author, by_app=True)


def opened(changed: Sequence[File]) -> Opened:
    """The pull request on a new simulated GitHub, without a network."""
    world = World(app=1)
    repository = world.add_repository("acme/shop")
    written = (Written("Change", as_diff(changed)),)
    return Opened(world, open_pull(world, repository, Opening("", "", world.account("ada"), written)))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=SLOW)
@given(reviewed())
def test_github_takes_every_comment_that_is_put_on_lines(said: tuple[list[File], list[Finding]]) -> None:
    changed, found = said
    town = opened(changed)
    seen = town.pull.files
    for placed in place(found, seen, ALL):
        event(placed.where)
        if placed.where is PlacementKind.SUMMARY:
            continue
        file = next(file for file in seen if file.path == placed.finding.path)
        comment = render_inline(placed.finding, "k", file, whole=placed.where is PlacementKind.FILE)
        assert comment.whole == (placed.where is PlacementKind.FILE)
        if not comment.whole:
            place_draft(town.spot, seen, read_draft(_content(comment)))
        assert_offer_fits(placed.finding, file, comment.body)


def assert_offer_fits(finding: Finding, file: File, body: str) -> None:
    """Only the bot's comments contain a suggestion, with the finding's text, on lines of the head."""
    tokens = MarkdownIt("commonmark").parse(body)
    offers = [token for token in tokens if token.type == "fence" and token.info.startswith("suggestion")]
    assert len(offers) <= 1
    for offer in offers:
        event("a change to commit")
        old = VisibleLines(file).block(Side.RIGHT, finding.line, finding.end)
        assert finding.side is Side.RIGHT
        assert finding.replacement is not None
        assert offer.content.removesuffix("\n") == finding.replacement.removesuffix("\n")
        assert old is not None
        assert old != finding.replacement


@settings(max_examples=EXAMPLES // 4, deadline=None, suppress_health_check=SLOW)
@given(reviewed())
def test_what_git_prints_is_what_github_shows(said: tuple[list[File], list[Finding]]) -> None:
    """The test's premise: its diffs can be parsed, and both sides agree on them."""
    changed, _ = said
    text = as_diff(changed)

    assert {file.path for file in parse_diff(text)} == {file.path for file in changed}
    assert {file.path for file in opened(changed).pull.files} <= {file.path for file in changed}


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(said=reviewed(), blocking=st.booleans())
async def test_over_the_wire_github_refuses_nothing(
    said: tuple[list[File], list[Finding]], *, blocking: bool
) -> None:
    changed, found = said
    simulator, refused = Simulator(app=1), list[str]()

    @web.middleware
    async def watch(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        if response.status >= 400 and request.method != "GET":
            refused.append(f"{request.method} {request.path}: {response.status}")
        return response

    simulator.add_token("t", "reviewer")
    order = OpenPull(
        repository="acme/shop",
        title="t",
        commits=[NewCommit(message="c", diff=as_diff(changed))],
        author="ada",
    )
    async with served(simulator, middlewares=[watch]) as url:
        await simulator.open_pull(order)
        async with GitHubForge(url, TokenCredentials("t"), pauses=(0, 0), timeout=60) as forge:
            posted = await published(forge, found, blocking=blocking)

    assert [one for one in refused if "graphql" not in one and "check-runs" not in one] == []
    on_lines = [one for one in posted.posted if one in posted.review.findings]
    assert len(on_lines) == len(posted.posted)


async def published(forge: GitHubForge, found: Sequence[Finding], *, blocking: bool) -> Report:
    ref = PullRef(repository="acme/shop", number=1)
    pull = await forge.pull(ref)
    change: Change = await forge.change(pull)
    coverage = tuple(Coverage(path=file.path, reviewed=True) for file in change.files)
    review = Review(purpose="", findings=tuple(found), coverage=coverage, effort=1)
    report = Report(change=change, review=review, url=pull.url, model="m")
    nothing = NullState()
    config = Configuration(findings=50, request_changes=blocking)
    return await Publisher(forge, nothing, FindingTracker(forge, nothing)).publish(pull, report, config)
