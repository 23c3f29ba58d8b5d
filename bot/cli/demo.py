"""`review-bot demo`: one pull request from opening to review, on loopback with an empty database."""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import SecretStr
from rich.console import Console
from rich.markup import escape

from bot.app.serving import Bot, serving
from bot.cli import logs, terminal
from bot.cli.demo_pull import Script, bundled_script, script_of
from bot.cli.simulator import USUAL_RATE, Rate, Seed
from bot.core.errors import Refused
from bot.settings import Settings, load
from github_simulator import BARE, PASSING, Simulator, Storm
from github_simulator.serve import served

app = typer.Typer(add_completion=False)

PATIENCE = 1800.0  # seconds for one review; a local model on a slow machine may need many minutes
SECRET = "signs between the two ends of one process"  # noqa: S105
APP = "4711"
_GIVEN_UP = (502, 504)  # the status that GitHub records for a delivery without an answer


@app.command()
def demo(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    open_pull: Annotated[
        Path | None, typer.Option(help="File with a diff for the pull request, instead of the bundled one.")
    ] = None,
    storm: Seed = None,
    storm_rate: Rate = USUAL_RATE,
) -> None:
    """Reviews a sample pull request on a simulated GitHub, including a push and a /review comment.

    Runs on loopback with an empty database. Uses the configured model, or none.
    """
    logs.configure("warning", "auto")
    script = script_of(open_pull) if open_pull else bundled_script()
    console = Console(stderr=as_json)
    seen = asyncio.run(_play(script, console, _storm(storm, storm_rate)))
    if as_json:
        sys.stdout.write(json.dumps(seen, indent=2) + "\n")
    else:
        _show(console, seen)


def _storm(seed: int | None, rate: float) -> Storm | None:
    """Without rate limits that state no end: the bot waits minutes for those, as GitHub asks."""
    return None if seed is None else Storm(seed=seed, rate=rate, kinds=PASSING - BARE)


async def _play(script: Script, console: Console, storm: Storm | None) -> dict[str, Any]:
    """Runs the script. Returns the final state of the simulated GitHub."""
    timings: dict[str, float] = {}
    async with _stage() as (simulator, bot):
        console.print(
            f"Simulated GitHub and server are running on loopback. Model: [bold]{bot.model or 'none'}[/bold]"
        )
        if storm:
            simulator.storm(storm)
        with _timed(timings, "opened"):
            pull = (await simulator.open_pull(script.pull)).pull
            await _settled(simulator, bot, console, f"{pull.repository}#{pull.number} opened")
        if script.push:
            with _timed(timings, "pushed"):
                await simulator.push(pull.repository, pull.number, script.push)
                await _settled(simulator, bot, console, "commit pushed")
        with _timed(timings, "commanded"):
            await simulator.say(pull.repository, pull.number, script.comment)
            await _settled(simulator, bot, console, "/review comment posted")
        state = simulator.state()
        seen = _seen(state, timings, bot.model)
        return {**seen, "storm": _storm_result(state, seen, storm)} if storm else seen


@asynccontextmanager
async def _stage() -> AsyncIterator[tuple[Simulator, Bot]]:
    """Simulator and server, connected to each other, with a temporary directory."""
    with tempfile.TemporaryDirectory(prefix="review-bot-demo-") as directory:
        simulator = Simulator(secret=SECRET, app=int(APP))
        async with served(simulator) as url, serving(_settings(url, Path(directory))) as bot:
            simulator.hook.url = f"http://127.0.0.1:{bot.port}/webhooks/github"
            try:
                yield simulator, bot
            finally:
                await simulator.stop()


def _settings(github: str, directory: Path) -> Settings:
    """The user's model and review settings; the demo sets all others."""
    return load(
        github_api_url=github,
        github_app_id=APP,
        github_private_key=SecretStr(_key()),
        github_private_key_file=None,
        github_token=None,
        github_webhook_secret=SecretStr(SECRET),
        database_url=f"sqlite:///{directory / 'demo.db'}",
        host="127.0.0.1",
        port=0,
    )


def _key() -> str:
    """A private key for the App, generated for this run."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


async def _settled(simulator: Simulator, bot: Bot, console: Console, what: str) -> None:
    """Waits until all work is done."""
    with console.status(f"{what}; reviewing"):
        async with asyncio.timeout(PATIENCE):
            await _deliver_lost(simulator)
            while await bot.busy():  # noqa: ASYNC110 - there is no event to wait for
                await asyncio.sleep(0.02)
    console.print(f"[green]✓[/green] {what}; reviewed")


async def _deliver_lost(simulator: Simulator) -> None:
    """Redelivers what the storm lost, as people can on GitHub's page of deliveries."""
    while lost := _lost(simulator.state()):
        for guid in lost:
            await simulator.redeliver(guid)


def _lost(state: dict[str, Any]) -> set[str]:
    """IDs of the deliveries that failed at every attempt; empty without a storm."""
    deliveries = state["deliveries"]
    lost = {delivery["id"] for delivery in deliveries if delivery["status"] in _GIVEN_UP}
    return lost - {delivery["id"] for delivery in deliveries if delivery["status"] not in _GIVEN_UP}


@contextmanager
def _timed(timings: dict[str, float], name: str) -> Iterator[None]:
    """Seconds from the event on GitHub to the posted review."""
    started = time.monotonic()
    yield
    timings[name] = round(time.monotonic() - started, 3)


def _seen(state: dict[str, Any], timings: dict[str, float], model: str | None) -> dict[str, Any]:
    pull = state["pulls"][0]
    if not any(check["conclusion"] not in (None, "failure") for check in pull["checks"]):
        raise Refused(
            "the demo produced no review; the bot's comment says why:\n" + pull["comments"][0]["body"]
        )
    return {
        "pull": {key: pull[key] for key in ("repository", "number", "title", "head")},
        "deliveries": state["deliveries"],
        "comments": pull["comments"],
        "inline": pull["inline"],
        "check": pull["checks"][-1],
        "checks": pull["checks"],
        "model": model,
        "timings": timings,
    }


def _storm_result(state: dict[str, Any], seen: dict[str, Any], storm: Storm) -> dict[str, Any]:
    """What the storm struck. Raises `Refused` unless the review was posted exactly once."""
    if seen["check"]["conclusion"] in (None, "failure"):
        raise Refused(f"no review was posted in the storm with seed {storm.seed}; it struck {state['storm']}")
    own = [comment["id"] for comment in seen["comments"] if comment["user"].endswith("[bot]")]
    lines = [(comment["path"], comment["line"], comment["body"]) for comment in seen["inline"]]
    if len(own) != 1 or len(lines) > len(set(lines)):
        raise Refused(f"parts of the review were posted twice in the storm with seed {storm.seed}")
    if any(check["status"] != "completed" for check in seen["checks"]):
        raise Refused(f"a check was left in progress after the storm with seed {storm.seed}")
    calls = sum(state["calls"].values())
    return {"seed": storm.seed, "rate": storm.rate, "calls": calls, "struck": state["storm"], "reviews": 1}


def _show(console: Console, seen: dict[str, Any]) -> None:
    """Prints the summary comment, the inline comments and the check."""
    own = [comment for comment in seen["comments"] if comment["user"].endswith("[bot]")]
    for comment in own:
        console.rule(escape(f"comment by {comment['user']}"))
        terminal.show(console, comment["body"])
    console.rule(f"inline comments: {len(seen['inline'])}")
    for comment in seen["inline"]:
        console.print(f"[bold]{escape(comment['path'])}:{comment['line']}[/bold]")
        terminal.show(console, comment["body"])
    check = seen["check"]
    console.rule(f"check {check['name']}: {check['conclusion']}")
    console.print(
        "Seconds from event to posted review: "
        + ", ".join(f"{name} {seconds}" for name, seconds in seen["timings"].items())
    )
    if "storm" in seen:
        _show_storm(console, seen["storm"])


def _show_storm(console: Console, storm: dict[str, Any]) -> None:
    struck = ", ".join(f"{kind} {count}" for kind, count in storm["struck"].items())
    console.print(
        f"Storm with seed {storm['seed']}: {sum(storm['struck'].values())} faults in {storm['calls']} calls "
        f"and their deliveries ({struck or 'none'}). The review was still posted exactly once."
    )
