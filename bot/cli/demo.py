"""`review-bot demo`: the main job, once through, on loopback and an empty database."""

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
from bot.cli import logs, output
from bot.cli.demo_pull import Script, bundled_script, script_of
from bot.cli.simulator import USUAL_RATE, Rate, Seed
from bot.core.errors import Refused
from bot.settings import Settings, load
from github_simulator import BARE, PASSING, Simulator, Storm
from github_simulator.serve import served

app = typer.Typer(add_completion=False)

PATIENCE = 1800.0  # seconds for one review; a local model on a slow machine takes its time
SECRET = "signs between the two ends of one process"  # noqa: S105
APP = "4711"
_GIVEN_UP = (502, 504)  # what GitHub records when nobody has answered


@app.command()
def demo(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    open_pull: Annotated[
        Path | None, typer.Option(help="A diff to open a pull request with, in place of the bundled one.")
    ] = None,
    storm: Seed = None,
    storm_rate: Rate = USUAL_RATE,
) -> None:
    """Opens a pull request on a simulated GitHub and reviews it, then a push and a /review comment."""
    logs.configure("warning", "auto")
    script = script_of(open_pull) if open_pull else bundled_script()
    console = Console(stderr=as_json)
    seen = asyncio.run(_play(script, console, _storm(storm, storm_rate)))
    if as_json:
        sys.stdout.write(json.dumps(seen, indent=2) + "\n")
    else:
        _show(console, seen)


def _storm(seed: int | None, rate: float) -> Storm | None:
    """Limits that name no end are left out: GitHub asks to wait for minutes then, and the bot does."""
    return None if seed is None else Storm(seed=seed, rate=rate, kinds=PASSING - BARE)


async def _play(script: Script, console: Console, storm: Storm | None) -> dict[str, Any]:
    """Goes through the script. Returns what stands on the simulated GitHub in the end."""
    timings: dict[str, float] = {}
    async with _stage() as (simulator, bot):
        console.print(
            f"A simulated GitHub and the server, on loopback. Model: [bold]{bot.model or 'none'}[/bold]"
        )
        if storm:
            simulator.storm(storm)
        with _timed(timings, "opened"):
            pull = (await simulator.open_pull(script.pull)).pull
            await _settled(simulator, bot, console, f"{pull.repository}#{pull.number} is opened")
        if script.push:
            with _timed(timings, "pushed"):
                await simulator.push(pull.repository, pull.number, script.push)
                await _settled(simulator, bot, console, "a commit is pushed")
        with _timed(timings, "commanded"):
            await simulator.say(pull.repository, pull.number, script.comment)
            await _settled(simulator, bot, console, "/review is commented")
        state = simulator.state()
        seen = _seen(state, timings, bot.model)
        return {**seen, "storm": _weathered(state, seen, storm)} if storm else seen


@asynccontextmanager
async def _stage() -> AsyncIterator[tuple[Simulator, Bot]]:
    """Simulator and server, each knowing where the other is, and a directory that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="review-bot-demo-") as directory:
        simulator = Simulator(secret=SECRET, app=int(APP))
        async with served(simulator) as url, serving(_settings(url, Path(directory))) as bot:
            simulator.hook.url = f"http://127.0.0.1:{bot.port}/webhooks/github"
            try:
                yield simulator, bot
            finally:
                await simulator.stop()


def _settings(github: str, directory: Path) -> Settings:
    """The user's own models and review settings; all else is the demo's."""
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
    """A key of the App, made for this run."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


async def _settled(simulator: Simulator, bot: Bot, console: Console, what: str) -> None:
    """Waits until nothing is left to do."""
    with console.status(f"{what}; reviewing"):
        async with asyncio.timeout(PATIENCE):
            await _deliver_lost(simulator)
            while await bot.busy():  # noqa: ASYNC110 - the database tells no one
                await asyncio.sleep(0.02)
    console.print(f"[green]✓[/green] {what}; reviewed")


async def _deliver_lost(simulator: Simulator) -> None:
    """Sends again what the storm has lost, as people can on GitHub's page of deliveries."""
    while lost := _lost(simulator.state()):
        for guid in lost:
            await simulator.redeliver(guid)


def _lost(state: dict[str, Any]) -> set[str]:
    """Deliveries that GitHub has given up each time; there are none in calm weather."""
    lost = {one["id"] for one in state["deliveries"] if one["status"] in _GIVEN_UP}
    return lost - {one["id"] for one in state["deliveries"] if one["status"] not in _GIVEN_UP}


@contextmanager
def _timed(timings: dict[str, float], name: str) -> Iterator[None]:
    """Seconds from what happened on GitHub to the posted review."""
    started = time.monotonic()
    yield
    timings[name] = round(time.monotonic() - started, 3)


def _seen(state: dict[str, Any], timings: dict[str, float], model: str | None) -> dict[str, Any]:
    pull = state["pulls"][0]
    if not any(check["conclusion"] not in (None, "failure") for check in pull["checks"]):
        raise Refused("the demo made no review; its comment says why:\n" + pull["comments"][0]["body"])
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


def _weathered(state: dict[str, Any], seen: dict[str, Any], storm: Storm) -> dict[str, Any]:
    """What was struck. Raises `Refused` unless the review stands there once all the same."""
    if seen["check"]["conclusion"] in (None, "failure"):
        raise Refused(f"no review came through the storm of seed {storm.seed}; it struck {state['storm']}")
    own = [one["id"] for one in seen["comments"] if one["user"].endswith("[bot]")]
    lines = [(one["path"], one["line"], one["body"]) for one in seen["inline"]]
    if len(own) != 1 or len(lines) > len(set(lines)):
        raise Refused(f"parts of the review are there twice after the storm of seed {storm.seed}")
    if any(one["status"] != "completed" for one in seen["checks"]):
        raise Refused(f"a check is left in progress after the storm of seed {storm.seed}")
    calls = sum(state["calls"].values())
    return {"seed": storm.seed, "rate": storm.rate, "calls": calls, "struck": state["storm"], "reviews": 1}


def _show(console: Console, seen: dict[str, Any]) -> None:
    """The summary as GitHub would show it, and what stands on lines."""
    own = [comment for comment in seen["comments"] if comment["user"].endswith("[bot]")]
    for comment in own:
        console.rule(escape(f"comment by {comment['user']}"))
        output.show(console, comment["body"])
    console.rule(f"{len(seen['inline'])} comments on lines")
    for comment in seen["inline"]:
        console.print(f"[bold]{escape(comment['path'])}:{comment['line']}[/bold]")
        output.show(console, comment["body"])
    check = seen["check"]
    console.rule(f"check {check['name']}: {check['conclusion']}")
    console.print(
        "Seconds from the event to the posted review: "
        + ", ".join(f"{k} {v}" for k, v in seen["timings"].items())
    )
    if "storm" in seen:
        _show_storm(console, seen["storm"])


def _show_storm(console: Console, storm: dict[str, Any]) -> None:
    struck = ", ".join(f"{kind} {count}" for kind, count in storm["struck"].items())
    console.print(
        f"Storm of seed {storm['seed']}: {sum(storm['struck'].values())} strikes on {storm['calls']} calls "
        f"and their deliveries ({struck or 'none'}). The review appears once all the same."
    )
