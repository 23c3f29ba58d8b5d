"""Servers as they are: each objects to something in a question, or words its answer in a way of its own."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from aiohttp import web

from bot.models.schema_loosening import inner_schemas

Objection = Callable[[dict[str, Any]], web.Response | None]


def refusal(message: str, status: int = 400, **more: Any) -> web.Response:
    """An error report in the API's form."""
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": None, **more}
    return web.json_response({"error": error}, status=status)


def takes_not(parameter: str, message: str) -> Objection:
    """Objects to a parameter of the body."""
    return lambda body: refusal(message) if parameter in body else None


def at_most(tokens: int) -> Objection:
    """Objects to longer answers."""

    def objects(body: dict[str, Any]) -> web.Response | None:
        asked = body.get("max_tokens", body.get("max_completion_tokens", 0))
        told = f"max_tokens is too large: {asked}. This model supports at most {tokens} completion tokens"
        return refusal(told, param="max_tokens") if asked > tokens else None

    return objects


def no_system(body: dict[str, Any]) -> web.Response | None:
    """As the chat templates of some models do."""
    roles = [message["role"] for message in body["messages"]]
    alternate = all(role == ("user", "assistant")[at % 2] for at, role in enumerate(roles))
    return None if alternate else refusal("System role not supported", type="BadRequestError")


def no_keywords(names: Iterable[str], message: str) -> Objection:
    """Objects to keywords of schemas; `message` names the first, as {}."""

    def objects(body: dict[str, Any]) -> web.Response | None:
        schema = ((body.get("response_format") or {}).get("json_schema") or {}).get("schema")
        used = [name for name in names if schema and name in set(_keywords(schema))]
        return refusal(message.format(used[0])) if used else None

    return objects


def _keywords(schema: Any) -> Iterable[str]:
    if isinstance(schema, dict):
        yield from schema
        for inner in inner_schemas(schema):
            yield from _keywords(inner)


def no_format(kinds: Iterable[str], message: str, status: int = 400) -> Objection:
    """Objects to these types of response_format."""
    known = set(kinds)

    def objects(body: dict[str, Any]) -> web.Response | None:
        kind = (body.get("response_format") or {}).get("type")
        return refusal(message, status) if kind in known else None

    return objects


def not_strict(body: dict[str, Any]) -> web.Response | None:
    schema = (body.get("response_format") or {}).get("json_schema") or {}
    return refusal("strict is not a valid key") if "strict" in schema else None


def streams(body: dict[str, Any]) -> web.Response | None:
    return None if body.get("stream") else refusal("This model only support stream mode.")


def full_above(characters: int, message: str, status: int = 400) -> Objection:
    """Objects to longer prompts, in whatever words."""

    def objects(body: dict[str, Any]) -> web.Response | None:
        size = sum(len(said["content"]) for said in body["messages"])
        return refusal(message, status) if size > characters else None

    return objects


BOUNDS = ("maxItems", "minItems", "maxLength", "minLength", "minimum", "maximum")
SWAP = "'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."

# By name: what a server objects to, and what a question has to be like in the end.
DIALECTS: dict[str, tuple[list[Objection], str]] = {
    "the other limit": ([takes_not("max_tokens", SWAP)], "uses max_completion_tokens"),
    "no temperature": (
        [takes_not("temperature", "`temperature` is deprecated for this model.")],
        "no temperature",
    ),
    "a reasoning model behind an alias": (
        [takes_not("max_tokens", SWAP), takes_not("temperature", "Unsupported value: 'temperature'")],
        "uses max_completion_tokens, no temperature",
    ),
    "a short answer": ([at_most(300)], "answers of at most 300 tokens"),
    "no system role": ([no_system], "no system role"),
    "no bounds": (
        [no_keywords(BOUNDS, "output_format.schema: For 'array' type, property '{}' is not supported")],
        "schemas without maxItems, maxLength, maximum, minimum",
    ),
    "no closed objects": (
        [no_keywords(["additionalProperties"], 'Unknown name "{}" at response_schema: Cannot find field.')],
        "schemas without additionalProperties",
    ),
    "not strict": ([not_strict], "schemas not as strict"),
    "objects alone": (
        [no_format(["json_schema"], "This response_format type is unavailable now")],
        "no JSON schemas, but JSON objects",
    ),
    "no JSON at all": (
        [no_format(["json_schema", "json_object"], "response_format is not supported", 422)],
        "neither JSON schemas nor JSON objects",
    ),
    "schemas refused without a word": (
        [no_format(["json_schema"], "Request contains an invalid argument.")],
        "no JSON schemas, but JSON objects",
    ),
    "streams alone": ([streams], "answers in a stream alone"),
    "everything at once": (
        [
            takes_not("max_tokens", SWAP),
            at_most(400),
            takes_not("temperature", "temperature is not permitted"),
            no_system,
            not_strict,
            no_keywords(BOUNDS, "schema: '{}' is not supported"),
        ],
        (
            "uses max_completion_tokens, answers of at most 400 tokens, schemas not as strict, "
            "schemas without maxItems, maxLength, maximum, minimum, no system role, no temperature"
        ),
    ),
}


def streamed(text: str, body: dict[str, Any]) -> web.Response:
    """The answer as events."""
    parts = [text[at : at + 40] for at in range(0, len(text), 40)]
    events = [
        {"model": body["model"], "choices": [{"index": 0, "delta": {"content": part}}]} for part in parts
    ]
    events.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    lines = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
    return web.Response(text=f": PROCESSING\n\n{lines}data: [DONE]\n\n", content_type="text/event-stream")
