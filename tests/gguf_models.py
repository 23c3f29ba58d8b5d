"""Creates GGUF models with random weights: their output is noise, but llama.cpp runs them."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gguf
import numpy as np

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")


@dataclass(frozen=True)
class Shape:
    """The size of a model: embedding length, layers, heads, and feed-forward length."""

    width: int
    layers: int
    heads: int
    inner: int


TINY = Shape(width=64, layers=2, heads=4, inner=128)  # 0.5 MB
MIDDLE = Shape(width=512, layers=8, heads=8, inner=896)  # 79 MB
LARGE = Shape(width=1024, layers=8, heads=16, inner=1792)  # 313 MB


def make_model(
    path: Path,
    *,
    context: int = 8192,
    template: str = CHATML,
    layers: int | None = None,
    seed: int = 7,
    favourite: str = "",
    shape: Shape = TINY,
) -> Path:
    """Writes a llama of `shape` with a byte-level vocabulary to `path`, and returns `path`.

    `context` is the declared training length, `template` the chat template. At temperature 0 the model never
    ends an answer by itself, so that the length is known. `favourite` is a character that it prefers: the
    quotation mark, for example, ends JSON strings.
    """
    shape = shape if layers is None else replace(shape, layers=layers)
    writer = gguf.GGUFWriter(path, "llama")
    tokens = _add_vocabulary(writer)
    writer.add_name("tiny")
    writer.add_chat_template(template)
    writer.add_context_length(context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.inner)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_vocab_size(tokens)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    _add_weights(writer, tokens, shape, np.random.default_rng(seed), favourite)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_vocabulary(writer: gguf.GGUFWriter) -> int:
    """Adds one token per byte, a few pairs of letters, and the special tokens. Returns their number."""
    bytes_ = [_shown(byte) for byte in range(256)]
    pairs = [("t", "h"), ("i", "n"), ("e", "r"), ("Ġ", "t"), ("o", "n")]
    tokens = [*bytes_, *(left + right for left, right in pairs), *SPECIAL]
    kinds = [gguf.TokenType.NORMAL] * (len(tokens) - len(SPECIAL)) + [gguf.TokenType.CONTROL] * len(SPECIAL)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges([f"{left} {right}" for left, right in pairs])
    writer.add_bos_token_id(tokens.index("<|endoftext|>"))
    writer.add_eos_token_id(tokens.index("<|im_end|>"))
    writer.add_add_bos_token(value=False)
    return len(tokens)


def _shown(byte: int) -> str:
    """The character that represents a byte in byte-level vocabularies."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    if byte in printable:
        return chr(byte)
    return chr(256 + sum(other not in printable for other in range(byte)))


def _add_weights(
    writer: gguf.GGUFWriter, tokens: int, shape: Shape, random: np.random.Generator, favourite: str
) -> None:
    """One dimension of the state is the same in every token, and no layer writes to it: tokens that read only
    this dimension become more likely in any context.
    """

    def add(name: str, *sizes: int, silent: int = 0) -> None:
        values = random.normal(0, 0.5 / np.sqrt(sizes[-1]), sizes) if len(sizes) > 1 else np.ones(sizes)
        values[len(values) - silent :] = 0
        if favourite:
            _favour(name, values, favourite)
        writer.add_tensor(name, values.astype(np.float32))

    add("token_embd.weight", tokens, shape.width)
    add("output.weight", tokens, shape.width, silent=len(SPECIAL))
    add("output_norm.weight", shape.width)
    for layer in range(shape.layers):
        for name in ("attn_norm", "ffn_norm"):
            add(f"blk.{layer}.{name}.weight", shape.width)
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            add(f"blk.{layer}.{name}.weight", shape.width, shape.width)
        add(f"blk.{layer}.ffn_gate.weight", shape.inner, shape.width)
        add(f"blk.{layer}.ffn_up.weight", shape.inner, shape.width)
        add(f"blk.{layer}.ffn_down.weight", shape.width, shape.inner)


def _favour(name: str, values: "np.ndarray[Any, Any]", favourite: str) -> None:
    """Makes a byte more likely; tokens below 256 are bytes."""
    if name == "token_embd.weight":
        values[:, 0] = 4
    elif name.endswith(("attn_output.weight", "ffn_down.weight")):
        values[0] = 0
    elif name == "output.weight":
        values[:, 0] = 0
        values[ord(favourite), 0] = 4
