"""Facts about a model, read from its GGUF file."""

from pathlib import Path

from bot.core.errors import Refused
from bot.core.value import Value
from bot.models.gguf_metadata import BrokenFileError, Metadata, read
from bot.models.llama.header import header

# general.file_type, as llama.cpp numbers it.
_FILE_TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S",
    12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K",
    19: "IQ2_XXS", 20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL",
    26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S", 29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16",
    36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4",
}  # fmt: skip
_LONGEST = 200  # characters of a name


class ModelFacts(Value):
    """`parameters` counts weights; `context` is the number of tokens that the model was trained for; `cell`
    is the memory of one token of context in bytes, at 16 bits. None: the file does not say.
    """

    architecture: str
    name: str | None = None
    parameters: int = 0
    quantisation: str | None = None
    context: int | None = None
    cell: int | None = None
    template: bool = False
    licence: str | None = None
    parts: int = 1


def read_facts(path: Path) -> ModelFacts:
    """Reads the header of `path`. Raises `Refused` that names the file and the error."""
    try:
        found = read(path)
        known = facts(found) if found else None
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}") from None
    except BrokenFileError as broken:
        raise Refused(f"{path} is not a usable GGUF file: {broken}") from None
    if known is None:
        raise Refused(f"{path} has a GGUF version other than 2 and 3: convert the model again")
    return known


def facts(found: Metadata) -> ModelFacts:
    """Raises `BrokenFileError` if the file would abort llama.cpp."""
    architecture = found.text("general.architecture")[:_LONGEST] or "unknown"
    kind = found.number("general.file_type")
    return ModelFacts(
        architecture=architecture,
        name=found.text("general.name")[:_LONGEST] or None,
        parameters=found.weights,
        quantisation=None if kind is None else _FILE_TYPES.get(kind, f"type {kind}"),
        context=found.number(f"{architecture}.context_length"),
        cell=header(found).kv_bytes or None,
        template=bool(found.text("tokenizer.chat_template")),
        licence=found.text("general.license")[:_LONGEST] or None,
        parts=found.number("split.count") or 1,
    )
