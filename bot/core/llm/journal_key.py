"""The names under which completions and omissions are kept: hashes of everything that determines them."""

import hashlib
import json

from bot.core.llm.messages import Model, Request
from bot.core.value import Value


def journal_key(model: Model, request: Request, salt: str = "") -> str:
    """A sha256 as hex. The request's id is no part of it, nor is the model's context: the same question
    to the same model is the same, wherever in whichever review it is asked. A `salt` keeps the answers of
    one review to itself.
    """
    said: dict[str, object] = {
        "model": model.name,
        "enforcement": model.enforcement,
        "messages": [[message.role, message.text] for message in request.messages],
        "format": request.format,
        "answer": request.answer,
        "temperature": request.temperature,
    }
    if salt:
        said["salt"] = salt
    # Escaped to ASCII, so that no text (not even half a surrogate pair) fails to be hashed.
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode("ascii")).hexdigest()


def omission_key(module: str, *given: Value) -> str:
    """A sha256 as hex of what the review function is given besides answers; `module` is its own sha256."""
    said = ["omission", module, *(value.model_dump() for value in given)]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode("ascii")).hexdigest()
