"""What must hold when all is over, whatever was killed. Each check tells in words what does not."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from bot.core.rendering.markers import STATUS_START
from bot.github.webhooks import is_relevant
from github_simulator import Simulator
from github_simulator.state import Delivery
from tests.stories.crash.books import Books
from tests.stories.crash.members import Crew, Member
from tests.stories.crash.people import PRIVATE, Command
from tests.stories.crash.sight import Seen, is_review, own_comments
from tests.stories.stage import BOT

FINDING = re.compile(r"<!-- code-review-bot:finding (\w+) -->")
SEEN, REFUSED = "eyes", "-1"
STOPPED = 0


def on_github(pull: Seen) -> Iterator[str]:
    """One summary, of the final head; nothing twice; nothing that says it is under way."""
    for fault in (*_summary(pull), *_lines(pull), *_checks(pull)):
        yield f"{pull['repository']}#{pull['number']}: {fault}"


def of_commands(pulls: Iterable[Seen], commands: Iterable[Command]) -> Iterator[str]:
    """Every command has been seen, every stranger's refused."""
    reactions = {
        (pull["repository"], reaction["comment"], reaction["content"])
        for pull in pulls
        for reaction in pull["reactions"]
        if reaction["user"] == BOT
    }
    for command in commands:
        wanted = SEEN if command.by_writer else REFUSED
        if (command.repository, command.comment, wanted) not in reactions:
            yield f"{command.repository}#{command.pull}: nobody saw comment {command.comment}"


def of_deliveries(simulator: Simulator, books: Books) -> Iterator[str]:
    """What was acknowledged is there; of events that the bot acts on."""
    received = books.received()
    for delivery in simulator.world.deliveries:
        if is_taken(delivery) and is_kept(delivery) and delivery.guid not in received:
            yield f"delivery {delivery.guid} was acknowledged with {delivery.status}, and lost"


def is_kept(delivery: Delivery) -> bool:
    """Whether the bot keeps it: it may mean something."""
    return is_relevant(delivery.event, delivery.action)


def is_taken(delivery: Delivery) -> bool:
    """Whether this try of it was acknowledged."""
    return delivery.status is not None and 200 <= delivery.status < 300


def of_records(pulls: Iterable[Seen], books: Books) -> Iterator[str]:
    """Every final head has its review; no head has two that nobody asked for."""
    posted, unasked = books.posted(commands=True), books.posted(commands=False)
    for pull in pulls:
        name = f"{pull['repository']}#{pull['number']}"
        if not posted[name, pull["head"]]:
            yield f"{name}: no record of a posted review of {pull['head'][:7]}"
    for (name, head), number in unasked.items():
        if number > 1:
            yield f"{name}: {number} records of posted reviews of {head[:7]} that nobody asked for"
    for lane, attempt, error in books.failed_jobs():
        yield f"{lane}: a job failed at attempt {attempt}: {error}"


def of_processes(crew: Crew) -> Iterator[str]:
    """Nothing ended by itself, and nothing was logged as an error that a kill does not explain."""
    for member in crew.members:
        yield from (f"{member.name} ended by itself with {status}" for status in member.ends if status)
        yield from (f"{member.name} logged {trouble}" for trouble in _unexplained(member))


def _unexplained(member: Member) -> Iterator[dict[str, object]]:
    for trouble in member.troubles:
        # A model's process that is killed while it loads is told as one that cannot be used.
        is_kill = trouble["event"] == "the GGUF model cannot be used" and "SIGKILL" in str(trouble)
        if not is_kill:
            yield trouble


def _summary(pull: Seen) -> Iterator[str]:
    own = own_comments(pull)
    if len(own) != 1:
        yield f"{len(own)} summary comments"
    for body in own:
        if STATUS_START in body:
            yield f"a placeholder is left: {body[:300]}"
        elif not is_review(body, pull["head"]):
            yield f"the summary is no review of {pull['head'][:7]}: {body[:300]}"


def _lines(pull: Seen) -> Iterator[str]:
    keys = Counter(FINDING.findall("\n".join(comment["body"] for comment in pull["inline"])))
    yield from (f"finding {key} stands on lines {number} times" for key, number in keys.items() if number > 1)
    if not keys and pull["repository"] not in PRIVATE:
        yield "the finding stands nowhere"
    heads = Counter(review["head"] for review in pull["reviews"] if review["user"] == BOT)
    yield from (f"{number} reviews of {head[:7]}" for head, number in heads.items() if number > 1)


def _checks(pull: Seen) -> Iterator[str]:
    """Annotations stay where they are, so a review that has others takes a run of its own."""
    heads = {check["head"] for check in pull["checks"]}
    for head in heads:
        *older, _ = [check for check in pull["checks"] if check["head"] == head]
        bare = sum(not check["annotations"] for check in older)
        if bare:
            yield f"{1 + bare} checks of {head[:7]}"
    if pull["head"] not in heads:
        yield f"no check of {pull['head'][:7]}"
    for check in pull["checks"]:
        if check["status"] != "completed":
            yield f"the check of {check['head'][:7]} is {check['status']}"
        elif check["head"] == pull["head"] and check["conclusion"] not in _conclusions(pull):
            yield f"the check of the final head says {check['conclusion']}"


def _conclusions(pull: Seen) -> tuple[str, ...]:
    """What a local model of random weights says may be of no use."""
    return ("success", "neutral") if pull["repository"] in PRIVATE else ("success",)
