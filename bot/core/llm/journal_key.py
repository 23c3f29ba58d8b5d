"""The keys of stored completions and omissions: hashes of all their inputs."""

import hashlib
import json

from bot.core.llm.messages import Model, Request
from bot.core.value import Value


def journal_key(model: Model, request: Request, salt: str = "") -> str:
    """A sha256 as hex. It excludes the request's id and the model's context size, so that the same question
    to the same model has the same key in every review. A `salt` separates the answers of one review from
    others.
    """
    inputs: dict[str, object] = {
        "model": model.name,
        "enforcement": model.enforcement,
        "messages": [[message.role, message.text] for message in request.messages],
        "format": request.format,
        "answer": request.answer,
        "temperature": request.temperature,
    }
    if salt:
        inputs["salt"] = salt
    # Escaped to ASCII, because a lone surrogate cannot be encoded.
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode("ascii")).hexdigest()


def omission_key(module: str, *given: Value) -> str:
    """A sha256 as hex of the review function's inputs except answers; `module` is its own sha256."""
    inputs = ["omission", module, *(value.model_dump() for value in given)]
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode("ascii")).hexdigest()
