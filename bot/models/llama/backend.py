"""In the parent: models by name, as WASI-NN wants them.

| tensor | holds |
|---|---|
| `messages` in | JSON: `[{"role", "content"}]` |
| `options` in | JSON: `{"n-predict", "temp", "seed", "json-schema"}`, all optional; the schema may be text |
| `text` out | the answer, UTF-8 |
| `metadata` out | JSON: `{"input_tokens", "output_tokens", "finish", "model"}`, finish being stop or length |
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from bot.core.errors import NNError
from bot.models.llama.gguf import Gguf
from bot.models.llama.process import Patience
from bot.models.llama.supervisor import Supervisor


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid")
    role: Literal["system", "user", "assistant"]
    content: str


def _parsed(schema: object) -> object:
    return json.loads(schema) if isinstance(schema, str) else schema


class _Options(BaseModel):
    """Without a limit of its own an answer ends with the context, or with its time."""

    model_config = ConfigDict(extra="forbid", alias_generator=lambda name: name.replace("_", "-"))
    n_predict: int = Field(-1, ge=-1, le=2**31 - 1)
    temp: float = Field(0.0, ge=0, le=100)
    seed: int = Field(0, ge=0, lt=2**32)
    json_schema: Annotated[dict[str, Any] | None, BeforeValidator(_parsed)] = None


_MESSAGES = TypeAdapter(Annotated[list[_Message], Field(min_length=1)])
_OPTIONS = TypeAdapter(_Options)


class LlamaBackend:
    """The models that a guest may ask for. Blocks; may be called from any thread; raises `NNError`."""

    def __init__(self, models: Mapping[str, Gguf], patience: Patience | None = None) -> None:
        self._models = {name: Supervisor(name, gguf, patience or Patience()) for name, gguf in models.items()}

    def load(self, name: str) -> None:
        """Makes sure that the model of that name can be asked; that may take minutes."""
        self.model(name).start()

    def compute(self, name: str, inputs: dict[str, bytes], deadline: float) -> dict[str, bytes]:
        """Runs the model once. `deadline` is a moment of `time.monotonic()`."""
        fields = {"messages": _messages(inputs), "options": _options(inputs)}
        answer = self.model(name).ask("complete", deadline, fields)
        metadata = {
            "input_tokens": answer["input"],
            "output_tokens": answer["output"],
            "finish": answer["finish"],
            "model": name,
        }
        return {
            "text": answer["text"].encode("utf-8", "replace"),
            "metadata": json.dumps(metadata).encode("ascii"),
        }

    def model(self, name: str) -> Supervisor:
        supervisor = self._models.get(name)
        if supervisor is None:
            known = ", ".join(self._models) or "none"
            raise NNError("not-found", f"no model is called {name!r}; known: {known}")
        return supervisor

    def close(self) -> None:
        """Ends all processes, for good."""
        for supervisor in self._models.values():
            supervisor.close()


def _messages(inputs: dict[str, bytes]) -> Any:
    if "messages" not in inputs:
        raise NNError("invalid-argument", "the tensor `messages` is missing")
    return _MESSAGES.dump_python(_checked("messages", _MESSAGES, inputs["messages"]))


def _options(inputs: dict[str, bytes]) -> Any:
    options = _checked("options", _OPTIONS, inputs.get("options", b"{}"))
    return _OPTIONS.dump_python(options, by_alias=True)


def _checked(name: str, shape: TypeAdapter[Any], contents: bytes) -> Any:
    try:
        return shape.validate_json(contents)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = "/".join(str(part) for part in first["loc"])
        raise NNError("invalid-argument", f"tensor `{name}` {where}: {first['msg']}") from None
