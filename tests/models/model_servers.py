"""Small servers that keep to what Ollama and vLLM document of their APIs."""

import asyncio
from typing import Any

from aiohttp import web


class Ollama:
    """`models` by name, each with what `/api/show` says of it. Cuts no prompt: it answers `says`."""

    def __init__(self, **models: dict[str, Any]) -> None:
        self.models = {name.replace("_", ":"): shown for name, shown in models.items()}
        self.says = "fine"
        self.asked: list[dict[str, Any]] = []
        self.app = web.Application()
        self.app.router.add_get("/api/version", self._version)
        self.app.router.add_get("/api/tags", self._tags)
        self.app.router.add_post("/api/show", self._show)
        self.app.router.add_post("/api/chat", self._chat)

    async def _version(self, _request: web.Request) -> web.Response:
        return web.json_response({"version": "0.13.0"})

    async def _tags(self, _request: web.Request) -> web.Response:
        return web.json_response({"models": [{"name": name} for name in self.models]})

    async def _show(self, request: web.Request) -> web.Response:
        name = (await request.json())["model"]
        if name not in self.models:
            return web.json_response({"error": f"model '{name}' not found"}, status=404)
        return web.json_response(self.models[name])

    async def _chat(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append(body)
        prompt = sum(len(message["content"]) for message in body["messages"])
        if body.get("truncate") is False and prompt > body["options"].get("num_ctx", 4096):
            return web.json_response({"error": "the input length exceeds the context length"}, status=400)
        return web.json_response(
            {
                "model": body["model"],
                "message": {"role": "assistant", "content": self.says},
                "done": True,
                "done_reason": "stop",
                "prompt_eval_count": prompt,
                "prompt_eval_duration": 2_000_000_000,
                "eval_count": 4,
                "eval_duration": 500_000_000,
            }
        )


class VLLM:
    """Serves `models`, with so many tokens of context each. A token is a letter; `counted` is how often
    it was asked to count. Answers wait until `goes_on` is set;
    each question that has `arrived` counts there.
    """

    def __init__(self, **models: int) -> None:
        self.models = models
        self.says = "fine"
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
        known = [{"id": name, "max_model_len": length} for name, length in self.models.items()]
        return web.json_response({"object": "list", "data": known})

    async def _tokenize(self, request: web.Request) -> web.Response:
        self.counted += 1
        body = await request.json()
        if self.broken or body["model"] not in self.models:
            return web.json_response({"error": {"message": "no"}}, status=500)
        tokens = list(range(len(body["prompt"])))
        return web.json_response({"count": len(tokens), "max_model_len": 1, "tokens": tokens})

    async def _chat(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append(body)
        self.arrived.release()
        await self.goes_on.wait()
        if body["model"] not in self.models:
            error = {"message": f"The model `{body['model']}` does not exist.", "code": 404}
            return web.json_response({"error": error}, status=404)
        return web.json_response(
            {
                "model": body["model"],
                "choices": [
                    {
                        "index": 0,
                        "message": {"role": "assistant", "content": self.says},
                        "finish_reason": "stop",
                    }
                ],
                "usage": {
                    "prompt_tokens": 20,
                    "completion_tokens": 2,
                    "prompt_tokens_details": {"cached_tokens": 16},
                },
            }
        )
