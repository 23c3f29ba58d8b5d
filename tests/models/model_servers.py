"""Small servers that keep to what Ollama and vLLM document of their APIs."""

import asyncio
import json
import re
from typing import Any, NamedTuple

from aiohttp import web


class Ollama:
    """Ollama 0.17. `models` by name, each with what `/api/show` says of it. A token is a letter; it answers
    `says`, as far as there is room. What is to fit a format that it passes over without a word is `loose`.
    Where it `loops` it says the same again and again, and is broken off.
    """

    def __init__(self, **models: dict[str, Any]) -> None:
        self.models = {name.replace("_", ":"): shown for name, shown in models.items()}
        self.says = "fine"
        self.loose = "Sure!"
        self.loops = False
        self.asked: list[dict[str, Any]] = []
        self.app = web.Application()
        self.app.router.add_get("/api/version", self._version)
        self.app.router.add_get("/api/tags", self._tags)
        self.app.router.add_post("/api/show", self._show)
        self.app.router.add_post("/api/chat", self._chat)
        self.app.router.add_post("/api/generate", self._generate)

    async def _version(self, _request: web.Request) -> web.Response:
        return web.json_response({"version": "0.17.4"})

    async def _tags(self, _request: web.Request) -> web.Response:
        return web.json_response({"models": [{"name": name} for name in self.models]})

    async def _show(self, request: web.Request) -> web.Response:
        name = (await request.json())["model"]
        shown = self._known(name)
        return web.json_response(shown) if shown is not None else _missing(name)

    async def _chat(self, request: web.Request) -> web.Response:
        """A model that has a parser and can think is held to a format only after it thought."""
        body = await request.json()
        shown = self._known(body["model"]) or {}
        thinks = "thinking" in shown.get("capabilities", ()) and "PARSER" in shown.get("modelfile", "")
        says = self.loose if thinks and body.get("think") is False and "format" in body else self.says
        prompt = sum(len(message["content"]) for message in body["messages"])
        answer = self._answer(body, prompt, says)
        if answer.status != 200:
            return web.json_response(answer.fields, status=answer.status)
        message = {"role": "assistant", "content": answer.text}
        return web.json_response({"model": body["model"], "message": message, **answer.fields})

    async def _generate(self, request: web.Request) -> web.Response:
        body = await request.json()
        answer = self._answer(body, len(body.get("system", "")) + len(body["prompt"]), self.says)
        if answer.status != 200:
            return web.json_response(answer.fields, status=answer.status)
        return web.json_response(
            {"model": body["model"], "response": answer.text, **answer.fields, "context": [1, 2, 3]}
        )

    def _answer(self, body: dict[str, Any], prompt: int, says: str) -> "_Answer":
        self.asked.append(body)
        if self._known(body["model"]) is None:
            return _Answer("", {"error": f"model '{body['model']}' not found"}, 404)
        room = body["options"].get("num_ctx", 4096)
        if body.get("truncate") is False and prompt > room:
            return _Answer("", {"error": "the input length exceeds the context length"}, 400)
        if self.loops:
            return _Answer("la" * 31, {"done": False})
        limit = body["options"].get("num_predict", len(says))
        text = says[: limit if body.get("shift", True) else min(limit, room - prompt)]
        counts = {"prompt_eval_count": min(prompt, room), "eval_count": len(text)}
        took = {"prompt_eval_duration": 2_000_000_000, "eval_duration": 500_000_000}
        reason = "stop" if text == says else "length"
        told = {name: count for name, count in counts.items() if count}
        return _Answer(text, {"done": True, "done_reason": reason, **told, **took})

    def _known(self, name: str) -> dict[str, Any] | None:
        return self.models.get(name) or self.models.get(f"{name}:latest")


class _Answer(NamedTuple):
    text: str
    fields: dict[str, Any]
    status: int = 200


def _missing(name: str) -> web.Response:
    return web.json_response({"error": f"model '{name}' not found"}, status=404)


class VLLM:
    """Serves `models`, with so many tokens of context each. A token is a letter; `counted` is how often
    it was asked to count. Answers wait until `goes_on` is set; each question that has `arrived` counts
    there. All models are names for `root`, where there is one. What it says of errors is what vLLM 0.32
    says.
    """

    def __init__(self, **models: int) -> None:
        self.models = models
        self.says = "fine"
        self.finish = "stop"
        self.root = ""
        self.goes_on = asyncio.Event()
        self.goes_on.set()
        self.arrived = asyncio.Semaphore(0)
        self.counted = 0
        self.broken = False
        self.asked: list[dict[str, Any]] = []
        self.app = web.Application()
        self.app.router.add_get("/version", self._version)
        self.app.router.add_get("/v1/models", self._models)
        self.app.router.add_post("/tokenize", self._tokenize)
        self.app.router.add_post("/v1/chat/completions", self._chat)

    async def _version(self, _request: web.Request) -> web.Response:
        return web.json_response({"version": "0.12.0"})

    async def _models(self, _request: web.Request) -> web.Response:
        known = [
            {"id": name, "root": self.root or name, "parent": None, "max_model_len": length}
            for name, length in self.models.items()
        ]
        return web.json_response({"object": "list", "data": known})

    async def _tokenize(self, request: web.Request) -> web.Response:
        self.counted += 1
        body = await request.json()
        if self.broken or body["model"] not in self.models:
            return web.json_response({"error": {"message": "no"}}, status=500)
        tokens = list(range(len(body["prompt"])))
        told = {"count": len(tokens), "max_model_len": 1, "tokens": tokens, "token_strs": None}
        return web.json_response(told)

    async def _chat(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append(body)
        self.arrived.release()
        await self.goes_on.wait()
        if body["model"] not in self.models:
            return _error(404, "NotFoundError", f"The model `{body['model']}` does not exist.")
        if trouble := self._too_long(body):
            return _error(400, "BadRequestError", trouble)
        return web.json_response(
            {
                "model": body["model"],
                "choices": [
                    {
                        "index": 0,
                        "message": {"role": "assistant", "content": _held(self.says, body), "refusal": None},
                        "finish_reason": self.finish,
                    }
                ],
                "usage": {
                    "prompt_tokens": 20,
                    "completion_tokens": 2,
                    "prompt_tokens_details": {"cached_tokens": 16},
                },
            }
        )

    def _too_long(self, body: dict[str, Any]) -> str:
        """What is wrong with the length of a question or its answer."""
        most, answer = self.models[body["model"]], body.get("max_tokens") or 0
        if answer > most:
            return f"max_tokens={answer} cannot be greater than max_model_len={most}."
        if sum(len(message["content"]) for message in body["messages"]) > most:
            return (
                f"This model's maximum context length is {most} tokens. However, your prompt contains at "
                f"least {most + 1} input tokens, which exceeds this limit even without any output tokens."
            )
        return ""


def _error(status: int, kind: str, message: str) -> web.Response:
    said = {"message": message, "type": kind, "param": None, "code": status}
    return web.json_response({"error": said}, status=status)


def _held(says: str, body: dict[str, Any]) -> str:
    """What is left of an answer: strings of a bounded length have no escapes, but control characters."""
    bounded = '"maxLength"' in json.dumps(body.get("response_format"))
    return re.sub(r"\\.", "\t", says) if bounded else says
