"""A llama-integration in Python: asks a local model through the standard WASI-NN.

It sends the same bytes to the model as the Rust module, so that the same model gives both the same answers.
"""

import json

from componentize_py_types import Err
from wit_world import WitWorld as World
from wit_world.imports import types
from wit_world.imports.errors import ErrorCode
from wit_world.imports.graph import load_by_name
from wit_world.imports.tensor import Tensor, TensorType

SEED = 0  # the same question gets the same answer

TROUBLE = {
    ErrorCode.TOO_LARGE: types.Trouble.CONTEXT,
    ErrorCode.NOT_FOUND: types.Trouble.REFUSED,
    ErrorCode.SECURITY: types.Trouble.REFUSED,
    ErrorCode.TIMEOUT: types.Trouble.UNAVAILABLE,
    ErrorCode.UNSUPPORTED_OPERATION: types.Trouble.UNSUPPORTED,
}


class WitWorld(World):
    def complete(self, request: types.Request, model: types.Model) -> types.Completion:
        """Errors are raised as `Err`, which becomes the error of the result."""
        inputs = {"messages": messages(request), "options": options(request, model)}
        try:
            outputs = compute(model.name, inputs)
        except Err as error:
            raise failure(error.value) from None
        return completion(outputs)


def compute(name: str, inputs: dict[str, str]) -> dict[str, bytes]:
    """Runs the model of that name once."""
    with load_by_name(name) as graph, graph.init_execution_context() as context:
        outputs = context.compute([(name, tensor(text)) for name, text in inputs.items()])
    return {name: output.data() for name, output in outputs}


def tensor(text: str) -> Tensor:
    contents = text.encode()
    return Tensor([len(contents)], TensorType.U8, contents)


def messages(request: types.Request) -> str:
    return compact([{"role": turn.role.name.lower(), "content": turn.text} for turn in request.messages])


def options(request: types.Request, model: types.Model) -> str:
    """The schema is passed unchanged: models answer in the order of its fields."""
    schema = request.format
    if schema is not None and model.enforcement == types.Enforcement.OBJECT:
        schema = '{"type":"object"}'
    if schema is not None and model.enforcement == types.Enforcement.PROMPT:
        schema = None
    wanted = {"n-predict": request.answer, "temp": round(request.temperature, 6), "seed": SEED}
    return compact(wanted if schema is None else {**wanted, "json-schema": json.loads(schema)})


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def completion(outputs: dict[str, bytes]) -> types.Completion:
    metadata = json.loads(outputs["metadata"])
    return types.Completion(
        text=outputs["text"].decode(errors="replace"),
        finish=types.Finish[metadata["finish"].upper()],
        usage=types.Usage(prompt=metadata["input_tokens"], answer=metadata["output_tokens"], cached=0),
        model=metadata["model"],
    )


def failure(error: object) -> Err[types.Failure]:
    """The failure for an error of WASI-NN, with the backend's message."""
    kind = TROUBLE.get(error.code(), types.Trouble.INVALID)
    return Err(types.Failure(kind=kind, message=error.data()))
