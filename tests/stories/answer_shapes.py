"""The shapes in which servers and models hand over an answer, some 90 of them."""

import gzip
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from aiohttp import web

Shape = Callable[[str], bytes]
DRAFT = '{"notes": [], "findings": [], "risks": []}'


def answer(content: Any, finish: Any = "stop", **message: Any) -> dict[str, Any]:
    """A chat completion, `message` beside its content."""
    said = {"role": "assistant", "content": content, **message}
    return {"model": "m", "choices": [{"index": 0, "message": said, "finish_reason": finish}]}


def _sent(whole: Any) -> bytes:
    return json.dumps(whole).encode()


def _content(write: Callable[[str], Any], finish: Any = "stop") -> Shape:
    """Shapes of the content."""
    return lambda text: _sent(answer(write(text), finish))


def _message(write: Callable[[str], dict[str, Any]]) -> Shape:
    """Shapes of the message beside its content."""
    return lambda text: _sent(answer(None) | {"choices": [{"message": write(text), "finish_reason": "stop"}]})


def _whole(write: Callable[[str], Any]) -> Shape:
    """Answers in another form."""
    return lambda text: _sent(write(text))


def _body(write: Callable[[bytes], bytes]) -> Shape:
    """What stands around the JSON of the body."""
    return lambda text: write(_sent(answer(text)))


def _events(text: str, end: str = "data: [DONE]\n\n") -> bytes:
    parts = [text[at : at + 30] for at in range(0, len(text), 30)]
    events = [{"choices": [{"index": 0, "delta": {"content": part}}]} for part in parts]
    return ("".join(f"data: {json.dumps(event)}\n\n" for event in events) + end).encode()


def _part_events(text: str) -> bytes:
    parts = [[{"type": "text", "text": text[at : at + 30]}] for at in range(0, len(text), 30)]
    events = [{"choices": [{"index": 0, "delta": {"content": part}}]} for part in parts]
    return "".join(f"data: {json.dumps(event)}\n\n" for event in events).encode()


def _lined_event(text: str) -> bytes:
    lines = json.dumps(answer(text), indent=1).splitlines()
    return ("".join(f"data: {line}\n" for line in lines) + "\n").encode()


def _lines(text: str) -> bytes:
    """As Ollama streams."""
    half = len(text) // 2
    parts = [
        {"message": {"content": text[:half]}, "done": False},
        {"message": {"content": text[half:]}, "done": True},
    ]
    return "\n".join(map(json.dumps, parts)).encode()


def _python(text: str) -> str:
    return repr(json.loads(text) | {"extra": None, "sure": True})


def _smart(text: str) -> str:
    """Typographic quotes around names."""
    for name in ("notes", "findings", "risks", "path"):
        text = text.replace(f'"{name}"', f"\u201c{name}\u201d")
    return text


def _bare(text: str) -> str:
    """Names without quotes."""
    for name in ("notes", "findings", "risks", "title"):
        text = text.replace(f'"{name}"', name)
    return text


def _loud(text: str) -> str:
    """A quote within a text that is not escaped, and a line that is broken."""
    said = json.loads(text)
    for finding in said.get("findings", []):
        finding["body"] = "It says Q1emptyQ2 where XX it fails."
    loud = json.dumps(said, indent=1)
    return loud.replace("Q1", '"').replace("Q2", '"').replace("XX", "\n\t")


def _call(text: str) -> dict[str, Any]:
    return {"id": "1", "type": "function", "function": {"name": "answer", "arguments": text}}


def _findings(text: str) -> Any:
    """The list alone, of a question that asks for findings."""
    said = json.loads(text)
    return json.dumps(said["findings"]) if said.get("findings") else text


def _behind(thoughts: str, text: str) -> str:
    return thoughts + text


THOUGHTS = {
    "think": "<think>Perhaps {}?</think>",
    "thinking": "<thinking>\nPerhaps {}\n</thinking>\n",
    "thought": "<thought>{}</thought>",
    "reasoning": "<reasoning>{}</reasoning>",
    "reflection": "<reflection>{}</reflection>",
    "with attributes": '<think duration="3">{}</think>',
    "seed": "<seed:think>{}</seed:think>",
    "brackets": "[THINK]{}[/THINK]",
    "triangles": "\u25c1think\u25b7{}\u25c1/think\u25b7",
    "begin and end": "<|begin_of_thought|>{}<|end_of_thought|>",
    "command": "<|START_THINKING|>{}<|END_THINKING|>",
    "harmony": "<|channel|>analysis<|message|>{}<|end|><|start|>assistant<|channel|>final<|message|>",
    "harmony without marks": "analysisPerhaps {}assistantfinal",
    "channels of another kind": "<|channel>thought\n{}<channel|>",
    "no opening mark": "Perhaps {} or so.\n</think>\n",
    "nested": "<think>a <think>{}</think> b {} </think>",
    "opened twice": "<think><think>{}</think>",
    "several": "<think>{}</think><think>{}</think>",
    "prose": "First I thought of {}, but no:\n",
    "fenced drafts": "```json\n{}\n```\nBetter:\n",
}

# All is read.
READ: dict[str, Shape] = {
    "plain": _content(str),
    **{
        f"thoughts: {name}": _content(partial(_behind, form.replace("{}", DRAFT)))
        for name, form in THOUGHTS.items()
    },
    "thoughts after it": _content(lambda text: f"{text}\n<think>Was {DRAFT} better?</think>"),
    "a fence": _content(lambda text: f"Here you are:\n```json\n{text}\n```\nHope it helps!"),
    "a fence of no language": _content(lambda text: f"```\n{text}\n```"),
    "a fence without an end": _content(lambda text: f"```json\n{text}"),
    "prose with braces": _content(lambda text: f"In fn f() {{ x }} and {{a: 1}} I see {text} {{}}."),
    "a shorter object behind": _content(lambda text: f'{text}\nIn short: {{"findings": []}}'),
    "in an object": _content(lambda text: f'{{"answer": {text}}}'),
    "as text in an object": _content(lambda text: json.dumps({"arguments": text})),
    "in two objects": _content(lambda text: f'{{"response": {{"data": {text}}}}}'),
    "a template's call of a tool": _content(
        lambda text: f'[TOOL_CALLS][{{"name": "x", "arguments": {text}}}]'
    ),
    "a draft behind it": _content(lambda text: f"{text}<planning>{DRAFT}</planning>"),
    "a draft of thoughts behind it": _content(
        lambda text: f"{text}\n<thought_process>{DRAFT}</thought_process>"
    ),
    "a heading that names thoughts": _content(lambda text: f"[ANALYSIS]\nLooks wrong.\n\n[ANSWER]\n{text}"),
    "a mark of thoughts in prose": _content(lambda text: f"Using <analysis> style, see [reason]. {text}"),
    "in a list": _content(lambda text: f"[{text}]"),
    "the list alone": _content(_findings),
    "encoded twice": _content(json.dumps),
    "encoded three times": _content(lambda text: json.dumps(json.dumps(text))),
    "a trailing comma": _content(lambda text: text[:-1] + ",}"),
    "comments": _content(lambda text: text[:-1] + ", // end\n/* really */ }"),
    "single quotes and Python's words": _content(_python),
    "typographic quotes": _content(_smart),
    "names without quotes": _content(_bare),
    "bare quotes and line feeds": _content(_loud),
    "half a surrogate pair": _content(lambda text: text.replace("PROBE", "PROBE \\ud83d")),
    "a byte order mark": _content(lambda text: f"\ufeff{text}"),
    "a NUL": _content(lambda text: text.replace("PROBE", "PROBE \\u0000")),
    "template marks behind": _content(lambda text: f"{text}<|im_end|></s>"),
    "parts": _content(lambda text: [{"type": "text", "text": text[:9]}, {"type": "text", "text": text[9:]}]),
    "parts that are texts": _content(lambda text: [text]),
    "parts with thoughts": _content(
        lambda text: [
            {"type": "thinking", "thinking": [{"type": "text", "text": DRAFT}]},
            {"type": "text", "text": text},
        ]
    ),
    "parts of JSON": _content(lambda text: [{"type": "json", "json": json.loads(text)}]),
    "parts with values": _content(lambda text: [{"type": "text", "text": {"value": text}}]),
    "parts with content": _content(lambda text: [{"type": "text", "content": text}]),
    "a list of the object itself": _content(lambda text: [json.loads(text)]),
    "an object": _content(json.loads),
    "an object with text": _content(lambda text: {"type": "text", "text": text}),
    "reasoning_content alone": _message(lambda text: {"content": "", "reasoning_content": text}),
    "reasoning alone": _message(lambda text: {"content": None, "reasoning": f"Hm. {text}"}),
    "reasoning beside it": _message(lambda text: {"content": text, "reasoning_content": DRAFT}),
    "a tool's arguments": _message(lambda text: {"content": None, "tool_calls": [_call(text)]}),
    "a tool's arguments and prose": _message(
        lambda text: {"content": "I answer.", "tool_calls": [_call(text)]}
    ),
    "a tool's arguments as an object": _message(
        lambda text: {"content": "", "tool_calls": [{"function": {"arguments": json.loads(text)}}]}
    ),
    "a function's arguments": _message(lambda text: {"content": None, "function_call": {"arguments": text}}),
    "the second of two tools": _message(
        lambda text: {"content": None, "tool_calls": [_call('{"thought": "hm"}'), _call(text)]}
    ),
    "a tool's input": _message(
        lambda text: {"content": None, "tool_calls": [{"type": "custom", "custom": {"input": text}}]}
    ),
    "reasoning behind a word": _message(lambda text: {"content": "Done.", "reasoning_content": text}),
    "details of reasoning": _message(
        lambda text: {"content": None, "reasoning_details": [{"type": "reasoning.text", "text": text}]}
    ),
    "blocks of thinking": _message(
        lambda text: {"content": "", "thinking_blocks": [{"type": "thinking", "thinking": text}]}
    ),
    "parsed": _message(lambda text: {"content": None, "parsed": json.loads(text)}),
    "a refusal that is empty": _message(lambda text: {"content": text, "refusal": ""}),
    **{
        f"finish {finish!r}": _content(str, finish)
        for finish in (
            None,
            "",
            "eos",
            "end_turn",
            "STOP",
            "COMPLETE",
            "stop_sequence",
            "tool_calls",
            "length",
            7,
        )
    },
    "completions without chat": _whole(lambda text: {"choices": [{"text": text, "finish_reason": "stop"}]}),
    "a delta for a message": _whole(lambda text: {"choices": [{"delta": {"content": text}}]}),
    "Ollama's own": _whole(lambda text: {"message": {"role": "assistant", "content": text}, "done": True}),
    "Ollama's other": _whole(lambda text: {"response": text, "done": True, "done_reason": "stop"}),
    "the Responses API": _whole(
        lambda text: {
            "object": "response",
            "output": [
                {"type": "reasoning", "summary": [{"type": "summary_text", "text": DRAFT}]},
                {"type": "message", "content": [{"type": "output_text", "text": text}]},
            ],
        }
    ),
    "Anthropic's own": _whole(
        lambda text: {"content": [{"type": "text", "text": text}], "stop_reason": "end_turn"}
    ),
    "Gemini's own": _whole(
        lambda text: {"candidates": [{"content": {"parts": [{"text": text}]}, "finishReason": "STOP"}]}
    ),
    "Cloudflare's own": _whole(lambda text: {"success": True, "errors": [], "result": {"response": text}}),
    "an error that is none": _whole(lambda text: answer(text) | {"error": {"code": 0, "message": ""}}),
    "the second choice": _whole(
        lambda text: {"choices": [{"message": {"content": ""}}, {"message": {"content": text}}]}
    ),
    "harmony that calls a function": _content(
        lambda text: (
            f"<|channel|>analysis<|message|>{DRAFT}<|end|><|start|>assistant<|channel|>commentary "
            f"to=functions.answer <|constrain|>json<|message|>{text}<|call|>"
        )
    ),
    "error null": _whole(lambda text: answer(text) | {"error": None}),
    "a body behind a byte order mark": _body(lambda body: b"\xef\xbb\xbf" + body),
    "a body behind line feeds": _body(lambda body: b"\n\n  \n" + body),
    "a body behind comments": _body(lambda body: b": OPENROUTER PROCESSING\n\n" * 3 + body),
    "a body with something behind": _body(lambda body: body + b"\n\ndata: [DONE]\n\n"),
    "a body with a byte of Latin-1": _body(lambda body: body.replace(b"PROBE", b"PROBE \xe9")),
    "a body with half a pair": _body(lambda body: body.replace(b"PROBE", b"PROBE \\ud83d")),
    "a body with an infinity": _body(lambda body: body[:-1] + b', "a": NaN, "b": -Infinity}'),
    "events": _events,
    "events of parts": _part_events,
    "an event over several lines": _lined_event,
    "events behind comments": lambda text: b": ping\n\n" + _events(text),
    "events without an end": lambda text: _events(text, ""),
    "one event": lambda text: b"data: " + _sent(answer(text)) + b"\n\n",
    "lines": _lines,
}

# Of these the file counts as reviewed in part at most, and the reason is told.
NOT_READ: dict[str, tuple[Shape, str]] = {
    "empty": (_content(lambda _: ""), "could not be parsed"),
    "prose": (_content(lambda _: "I can't assist with that."), "could not be parsed"),
    "a refusal": (_message(lambda _: {"content": None, "refusal": "No."}), "the model refused: No."),
    "withheld": (_content(lambda _: None, "content_filter"), "withheld"),
    "withheld in other words": (_content(lambda _: None, "content_filter: PROHIBITED_CONTENT"), "withheld"),
    "thoughts without an end": (_content(lambda text: f"<think>{text}"), "nothing but reasoning"),
    "thoughts to the limit": (
        _content(lambda _: "<think>" + "so " * 90, "length"),
        "exceeded its token limit",
    ),
    "cut": (_content(lambda text: text[:-9]), "it is incomplete"),
    "cut in a fence": (_content(lambda text: f"```json\n{text[:-9]}"), "it is incomplete"),
    "cut by the limit": (_content(lambda text: text[:-9], "MAX_TOKENS"), "exceeded its token limit"),
    "a draft, and then cut": (_content(lambda text: f"{DRAFT} No: {text[:-9]}"), "it is incomplete"),
    "an empty list": (_content(lambda _: "[]"), "could not be parsed"),
    "choices null": (lambda _: b'{"id": "x", "choices": null}', "no message"),
    "nothing": (lambda _: b"", "is empty"),
    "a page": (lambda _: b"<html>Hello</html>", "OPENAI_BASE_URL"),
}


def responding(shape: Shape, *, packed: bool = False) -> Callable[[str, dict[str, Any]], web.Response]:
    """What a server sends for an answer, compressed where it is `packed`."""

    def respond(text: str, _body: dict[str, Any]) -> web.Response:
        body = shape(text)
        if packed:
            return web.Response(body=gzip.compress(body), headers={"Content-Encoding": "gzip"})
        return web.Response(body=body, content_type="application/json")

    return respond
