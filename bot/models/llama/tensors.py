"""What the named tensors hold that WASI-NN hands over.

| tensor | holds |
|---|---|
| `messages` in | JSON: `[{"role", "content"}]`, asked in the model's chat template |
| `prompt` or `0` in | instead of messages: text that the model goes on from, special tokens by their names |
| `options` in | JSON: `{"n-predict", "temp", "seed", "json-schema", …}`, all optional; none but known ones |
| `metadata` or `1` in | JSON: the same options as WasmEdge writes them; unknown ones are passed over |
| `text` out | the answer, UTF-8 |
| `metadata` out | JSON: `{"input_tokens", "output_tokens", "finish", "model"}`, finish being stop or length |

A graph's configuration is written like `metadata`. Options go before metadata, metadata before the
configuration.
"""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import from_json

from bot.core.errors import NNError

MOST_TEXT = 64 << 20  # bytes of all inputs

_PROMPTS = ("prompt", "0")
_METADATA = ("metadata", "1")
_KNOWN = ("messages", *_PROMPTS, "options", *_METADATA)


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid")
    role: Literal["system", "user", "assistant"]
    content: str


def _parsed(schema: object) -> object:
    """An empty schema is none: LlamaEdge writes that. Python's own parser would take what cannot be written
    again, or run out of stack.
    """
    if not isinstance(schema, str):
        return schema
    return from_json(schema, allow_inf_nan=False) if schema.strip() else None


def _dashed(name: str) -> str:
    return name.replace("_", "-")


_Finite = Annotated[float, Field(allow_inf_nan=False, ge=-100, le=100)]


class _Options(BaseModel):
    """Without a limit of its own an answer ends with the context, or with its time."""

    model_config = ConfigDict(extra="forbid", alias_generator=_dashed)
    n_predict: int = Field(-1, ge=-1, le=2**31 - 1)
    temp: float = Field(0.0, ge=0, le=100)
    seed: int = Field(0, ge=0, lt=2**32)
    json_schema: Annotated[dict[str, Any] | None, BeforeValidator(_parsed)] = None
    grammar: str | None = None
    top_p: _Finite | None = None
    top_k: int | None = Field(None, ge=-(2**31), lt=2**31)
    min_p: _Finite | None = None
    repeat_penalty: _Finite | None = None
    presence_penalty: _Finite | None = None
    frequency_penalty: _Finite | None = None
    ignore_eos: bool | None = None
    stop: list[str] | None = None


class _Metadata(_Options):
    """WasmEdge's: a seed of -1 is any, one text ends an answer."""

    model_config = ConfigDict(extra="ignore", alias_generator=_dashed)
    n_predict: int = Field(-1, ge=-(2**31), le=2**31 - 1)
    seed: int = Field(0, ge=-(2**63), lt=2**64)
    reverse_prompt: str | None = None


class _Config(_Metadata):
    ctx_size: int | None = Field(None, ge=0, le=2**31 - 1)
    threads: int | None = Field(None, ge=0, le=1024)
    n_gpu_layers: int | None = Field(None, ge=-1, le=2**31 - 1)


_MESSAGES = TypeAdapter(Annotated[list[_Message], Field(min_length=1)])
_OPTIONS, _WASMEDGE, _CONFIG = TypeAdapter(_Options), TypeAdapter(_Metadata), TypeAdapter(_Config)


def question(inputs: dict[str, bytes], config: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The op and fields that ask a child (see `frames`). Raises `NNError`."""
    unknown = [name for name in inputs if name not in _KNOWN]
    if unknown:
        named = ", ".join(f"`{name:.50}`" for name in unknown[:5])
        raise _invalid(f"unknown tensors {named}; known tensors: {', '.join(_KNOWN)}")
    if sum(map(len, inputs.values())) > MOST_TEXT:
        raise NNError("too-large", f"the tensors have more than {MOST_TEXT} bytes in total")
    options = _options(inputs, config)
    prompt = _one_of(inputs, _PROMPTS)
    if prompt is None:
        return "complete", {"messages": _messages(inputs), "options": options}
    if "messages" in inputs:
        raise _invalid(f"the tensors `messages` and `{prompt}` cannot be combined")
    return "generate", {"prompt": _text(prompt, inputs[prompt]), "options": options, "stream": False}


def configuration(config: bytes) -> dict[str, Any]:
    """What is written in a graph's configuration. Raises `NNError`."""
    return _written("configuration", _CONFIG, config) if config else {}


def answer(given: dict[str, Any], model: str) -> dict[str, bytes]:
    metadata = {
        "input_tokens": given["input"],
        "output_tokens": given["output"],
        "finish": "stop" if given["finish"] == "stop" else "length",
        "model": model,
    }
    return {
        "text": given["text"].encode("utf-8", "replace"),
        "metadata": json.dumps(metadata).encode("ascii"),
    }


def _options(inputs: dict[str, bytes], config: dict[str, Any]) -> dict[str, Any]:
    metadata = _one_of(inputs, _METADATA)
    written = dict(config)
    if metadata:
        written |= _written(f"tensor `{metadata}`", _WASMEDGE, inputs[metadata])
    if "options" in inputs:
        written |= _written("tensor `options`", _OPTIONS, inputs["options"])
    usual = _Options().model_dump(by_alias=True, exclude_none=True)
    return {"json-schema": None, **usual, **_translated(written)}


def _translated(written: dict[str, Any]) -> dict[str, Any]:
    """As a child is asked. What is about loading a model was needed before."""
    loading = ("ctx-size", "threads", "n-gpu-layers", "reverse-prompt")
    options = {name: value for name, value in written.items() if name not in loading and value is not None}
    if written.get("reverse-prompt"):
        options["stop"] = [*options.get("stop", []), written["reverse-prompt"]]
    options["n-predict"] = max(options.get("n-predict", -1), -1)
    options["seed"] = options.get("seed", 0) & 0xFFFF_FFFF
    return options


def _messages(inputs: dict[str, bytes]) -> Any:
    if "messages" not in inputs:
        raise _invalid("a tensor `messages` or `prompt` is required")
    return _MESSAGES.dump_python(_checked("tensor `messages`", _MESSAGES, inputs["messages"]))


def _one_of(inputs: dict[str, bytes], names: tuple[str, str]) -> str | None:
    found = [name for name in names if name in inputs]
    if len(found) > 1:
        raise _invalid(f"the tensors `{found[0]}` and `{found[1]}` mean the same: use one")
    return found[0] if found else None


def _text(name: str, contents: bytes) -> str:
    try:
        return contents.decode()
    except UnicodeDecodeError as error:
        raise _invalid(f"tensor `{name}` is not UTF-8: {error.reason} at byte {error.start}") from None


def _written(what: str, shape: TypeAdapter[Any], contents: bytes) -> Any:
    """Only what is written there, checked. LlamaEdge writes one of the keys with an underscore."""
    contents = contents.replace(b'"json_schema"', b'"json-schema"')
    return _checked(what, shape, contents).model_dump(by_alias=True, exclude_unset=True)


def _checked(what: str, shape: TypeAdapter[Any], contents: bytes) -> Any:
    try:
        return shape.validate_json(contents)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = "/".join(str(part) for part in first["loc"])
        raise _invalid(f"{what} {where}: {first['msg']}") from None


def _invalid(message: str) -> NNError:
    return NNError("invalid-argument", message)
