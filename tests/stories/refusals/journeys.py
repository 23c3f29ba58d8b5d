"""What people do on a pull request, so that the bot makes all of its calls."""

from collections.abc import Awaitable, Callable

from github_simulator import Edit
from github_simulator.api.diffs import MOST_FILES
from github_simulator.control_requests import WriteFile
from tests.stories.refusals.cell import BACK, BLOCKING, DOCS, FIX, LABELS, LOOP, Cell
from tests.stories.refusals.model import EMPTY

Journey = Callable[[Cell], Awaitable[None]]

_DIFF = "/repos/{owner}/{repo}/pulls/{pull_number}"
_ON_A_PAGE = 100
_BULK = """\
diff --git a/bulk/{at:03}.txt b/bulk/{at:03}.txt
new file mode 100644
--- /dev/null
+++ b/bulk/{at:03}.txt
@@ -0,0 +1 @@
+x
"""


async def reviewed(cell: Cell) -> None:
    await cell.open()


async def labelled(cell: Cell) -> None:
    """The labels of one head give way to those of the next."""
    await cell.open(config=LABELS)
    await cell.push(FIX)


async def one_by_one(cell: Cell) -> None:
    """GitHub takes no review of several comments."""
    words = {"message": "Unprocessable Entity", "errors": ["Path could not be resolved"]}
    cell.refuse(method="POST", path=f"{_DIFF}/reviews", status=422, body=words, times=1)
    await cell.open()


async def without_diff(cell: Cell) -> None:
    """The change is too large for a diff, so its files are listed."""
    words = f"Sorry, the diff exceeded the maximum number of files ({MOST_FILES})."
    error = {"resource": "PullRequest", "field": "diff", "code": "too_large"}
    body = {"message": words, "errors": [error]}
    cell.refuse(method="GET", path=_DIFF, variant="diff", status=406, body=body)
    await cell.open()


async def without_patch(cell: Cell) -> None:
    """A file is too large for its patch, which is made from the two versions of the file."""
    error = {"resource": "PullRequest", "field": "diff", "code": "too_large"}
    cell.refuse(method="GET", path=_DIFF, variant="diff", status=406, body={"message": "", "errors": [error]})
    cell.refuse(method="GET", path=f"{_DIFF}/files", edits=(Edit(at="/1/patch", remove=True),))
    await cell.open()


async def without_graphql(cell: Cell) -> None:
    """As on an old GitHub Enterprise Server."""
    cell.refuse(method="POST", path="/graphql", status=404)
    await cell.open()
    for remark in cell.remarks:
        cell.dislike(remark["id"])
    await cell.push(FIX)


async def fixed(cell: Cell) -> None:
    """One finding is fixed, one disliked by somebody who may, one comes back."""
    await cell.open()
    for remark in cell.remarks:
        if EMPTY not in remark["body"]:
            cell.dislike(remark["id"])
    await cell.push(FIX)
    await cell.push(BACK)


async def folded(cell: Cell) -> None:
    """The bot may not resolve threads, so it folds its comment away."""
    forbidden = {"type": "FORBIDDEN", "path": ["resolveReviewThread"], "message": "Resource not accessible"}
    body = {"data": {"resolveReviewThread": None}, "errors": [forbidden]}
    cell.refuse(method="POST", path="/graphql", variant="resolve", status=200, body=body)
    await cell.open()
    await cell.push(FIX)


async def disliked(cell: Cell) -> None:
    """Somebody who may does not want to hear of a finding."""
    await cell.open()
    cell.permit("mira")
    for remark in cell.remarks[:1]:
        cell.dislike(remark["id"])
    cell.halfway()
    await cell.push(FIX)


async def asked(cell: Cell) -> None:
    await cell.open()
    cell.halfway(of_review=False)
    await cell.say("/ask What does it do?")


async def asked_on_lines(cell: Cell) -> None:
    await cell.open()
    cell.halfway(of_review=False)
    await cell.say_on_lines("/explain", path="shop/cart.py", line=3)


async def dismissed(cell: Cell) -> None:
    await cell.open()
    for remark in cell.remarks[:1]:
        await cell.say_on_lines("/dismiss", reply_to=remark["id"])


async def learned(cell: Cell) -> None:
    """A writer gives a reason against a finding, asks what was learned, and takes something back."""
    await cell.open()
    cell.halfway(of_review=False)
    for remark in cell.remarks[:1]:
        await cell.say_on_lines("Intended, because lists are never empty here.", reply_to=remark["id"])
    await cell.say("/learned")
    await cell.say(f"/forget {10**17}")


async def configured(cell: Cell) -> None:
    await cell.open()
    await cell.say("/config")


async def reviewed_again(cell: Cell) -> None:
    await cell.open()
    await cell.say("/review full")


async def reviewed_in_part(cell: Cell) -> None:
    await cell.open()
    await cell.say("/review docs/")


async def after_the_others(cell: Cell) -> None:
    """The review waits for the checks of others."""
    cell.halfway()
    await cell.open(config="on: [checks]\n")
    await cell.set_check("tests", "success")


async def after_other_tools(cell: Cell) -> None:
    """Other tools have reported on the lines of the change."""
    await cell.open(draft=True)
    await cell.report()
    cell.halfway()
    await cell.make_ready()


async def run_again(cell: Cell) -> None:
    """The check of a whole review is wanted again, of which GitHub tells no pull request."""
    await cell.open(fork=True)
    cell.permit("mira")
    cell.halfway(of_review=False)
    await cell.run_again()


async def queued(cell: Cell) -> None:
    await cell.open()
    cell.halfway(of_review=False)
    await cell.enqueue()


async def configured_from_outside(cell: Cell) -> None:
    """Of a GitHub without GraphQL, and with the configuration of an organisation."""
    central = WriteFile(repository=f"{cell.name}/.github", path=".github/code-review-bot.yml", text=BLOCKING)
    cell.house.simulator.write_file(central)
    cell.refuse(method="POST", path="/graphql", status=404)
    cell.halfway()
    await cell.open(config="")


async def of_many_files(cell: Cell) -> None:
    """More than GitHub lists on one page, of which most are nobody's business."""
    body = {"message": "Sorry, the diff exceeded the maximum number of lines."}
    cell.refuse(method="GET", path=_DIFF, variant="diff", status=406, body=body)
    bulk = "".join(_BULK.format(at=at) for at in range(_ON_A_PAGE))
    await cell.open(LOOP + bulk, DOCS, config="ignore: [bulk/**]\n")


async def marked(cell: Cell) -> None:
    """The check has annotations already when it is written again."""
    await cell.open()
    await cell.say("/summary")


async def closed(cell: Cell) -> None:
    await cell.open()
    await cell.close()


async def of_no_installation(cell: Cell) -> None:
    await cell.open(draft=True)
    cell.house.simulator.world.pull(cell.repository, cell.number).draft = False
    await cell.submit()


JOURNEYS: tuple[Journey, ...] = (
    reviewed,
    labelled,
    one_by_one,
    without_diff,
    without_patch,
    without_graphql,
    fixed,
    folded,
    disliked,
    asked,
    asked_on_lines,
    dismissed,
    learned,
    configured,
    reviewed_again,
    reviewed_in_part,
    after_the_others,
    after_other_tools,
    run_again,
    queued,
    configured_from_outside,
    of_many_files,
    marked,
    closed,
    of_no_installation,
)
PAGED: tuple[Journey, ...] = (of_many_files,)
"""Those on which the second page of a list is refused, too."""
