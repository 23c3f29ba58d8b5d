"""An OpenAI-compatible server on loopback whose answers are scripted, schema and all."""

import inspect
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.models.token_counting import exact
from tests.stories.control_answers import control_answer
from tests.stories.dialects import Objection, streamed

Said = web.Response | dict[str, Any] | str | None
Respond = Callable[[dict[str, Any]], Said | Awaitable[Said]]


@dataclass
class ScriptedModel:
    """Answers every question according to its schema; `findings` are said of the files they name, `risks` of
    the first file of each question, and kept at a second look; `reply` answers a person.

    `respond`, where set, is asked first: an answer of its own (text, or an object that becomes JSON), a
    whole response, or None for the usual one. What `objections` say against a question comes before that
    (tests/stories/dialects.py), and `wrap` makes the response of an answer. `asked` holds every request's
    body, `refused` how many were objected to.

    The control questions are answered before all this, and kept in `controls` instead: rightly while it
    `qualifies`, else as a model does that sees a defect everywhere.
    """

    findings: list[dict[str, Any]] = field(default_factory=list)
    risks: list[str] = field(default_factory=list)
    reply: str = "It adds up **what is in the cart**, @acme/everyone."
    respond: Respond | None = None
    objections: list[Objection] = field(default_factory=list)
    wrap: Callable[[str, dict[str, Any]], web.Response] | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    refused: int = 0
    url: str = ""
    qualifies: bool = True
    controls: list[dict[str, Any]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.json()
        if _is_control(body):
            return completion(json.dumps(self._control(body)), body)
        self.asked.append(body)
        for objects in self.objections:
            if refusal := objects(body):
                self.refused += 1
                return refusal
        said = self.respond(body) if self.respond else None
        if inspect.isawaitable(said):
            said = await said
        if isinstance(said, web.Response):
            return said
        if said is None:
            said = self.usual(body)
        wrap = self.wrap or (streamed if body.get("stream") else completion)
        return wrap(said if isinstance(said, str) else json.dumps(said), body)

    def _control(self, body: dict[str, Any]) -> dict[str, Any]:
        self.controls.append(body)
        return control_answer(body) if self.qualifies else {"reason": "defect", "defect": True, "line": 1}

    def usual(self, body: dict[str, Any]) -> dict[str, Any]:
        """What fits the schema: notes on every file, the scripted findings, a summary."""
        fields = schema_of(body)["properties"]
        kinds: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "notes": self._chunk,
            "note": lambda _: {"note": "Changes this file to another end.", "findings": []},
            "purpose": _summary,
            "verdicts": _kept,
            "answer": lambda _: {"answer": self.reply, "needs": []},
            "groups": lambda _: {"groups": [], "contracts": [], "needs": []},
        }
        known = next((name for name in kinds if name in fields), None)
        return kinds[known](fields) if known else {"digest": "What these files do."}

    def _chunk(self, fields: dict[str, Any]) -> dict[str, Any]:
        paths = fields["notes"]["items"]["properties"]["path"]["enum"]
        return {
            "notes": [{"path": path, "text": f"Changes {path}."} for path in paths],
            "findings": [FINDING | finding for finding in self.findings if finding["path"] in paths],
            "risks": [{"path": paths[0], "text": risk} for risk in self.risks],
        }


def _is_control(body: dict[str, Any]) -> bool:
    return "You review a change to a program." in body["messages"][0]["content"]


FINDING = {
    "side": "new",
    "body": "It fails when the list is empty.",
    "title": "Fails on an empty list",
    "category": "correctness",
    "severity": "major",
    "confidence": 90,
    "replacement": "",
}


def schema_of(body: dict[str, Any]) -> dict[str, Any]:
    """As the server was given it, or as it is spelled out."""
    said = body.get("response_format") or {}
    if "json_schema" in said:
        schema: dict[str, Any] = said["json_schema"]["schema"]
        return schema
    spelled = "\n".join(message["content"] for message in body["messages"])
    found = re.search(r"must fit this (?:JSON )?schema:\n(\{.*\})", spelled)
    assert found, "no schema is asked for"
    return dict(json.loads(found[1]))


def _summary(fields: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "purpose": "Makes the thing do what it says.",
        "majors": ["The thing is rewritten."],
    }
    if "commits" in fields:
        names = fields["commits"]["items"]["properties"]["commit"]["enum"]
        said["commits"] = [{"commit": name, "text": f"Does part {name}."} for name in names]
    return said


def _kept(fields: dict[str, Any]) -> dict[str, Any]:
    """A verdict on each finding, in its favour."""
    asked = fields["verdicts"]["items"]["properties"]
    verdict = {"reason": "The lines show it.", "verdict": "keep", "severity": "critical", "confidence": 90}
    if "fix" in asked:
        verdict["fix"] = "good"
    return {"verdicts": [{"number": at + 1, **verdict} for at in range(asked["number"].get("maximum", 1))]}


def completion(text: str, body: dict[str, Any]) -> web.Response:
    """A chat completion as servers send it."""
    read, written = sum(exact(message["content"]) for message in body["messages"]), exact(text)
    return web.json_response(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": body["model"],
            "choices": [
                {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
            ],
            "usage": {
                "prompt_tokens": read,
                "completion_tokens": written,
                "total_tokens": read + written,
            },
        }
    )


@asynccontextmanager
async def scripted_model() -> AsyncIterator[ScriptedModel]:
    """Serves one while the context lasts."""
    model = ScriptedModel()
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_post("/v1/chat/completions", model.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        model.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        yield model
    finally:
        await runner.cleanup()
