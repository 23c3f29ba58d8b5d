"""How a model is loaded and asked, in llama.cpp's words."""

import importlib.metadata
from typing import Any

import xllamacpp  # type: ignore[import-untyped]  # ships no types

from bot.core.errors import NNError
from bot.models.llama.child.llama_http import LlamaHttp
from bot.models.llama.child.load_options import tune
from bot.models.llama.child.prompts import Prompt

SOCKET = "llama.sock"

# Between the parts of JSON a grammar allows white space, and a model may write that for ever. What
# this leaves is JSON as most programs write it.
GUIDANCE = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}

OPTIONS = {
    "n-predict": "max_tokens",
    "temp": "temperature",
    "top-p": "top_p",
    "top-k": "top_k",
    "min-p": "min_p",
    "typical-p": "typical_p",
    "repeat-last-n": "repeat_last_n",
    "repeat-penalty": "repeat_penalty",
    "presence-penalty": "presence_penalty",
    "frequency-penalty": "frequency_penalty",
    "seed": "seed",
    "grammar": "grammar",
    "stop": "stop",
    "ignore-eos": "ignore_eos",
}


def parameters(load: dict[str, Any], key: str) -> Any:
    """For a `load` frame; `key` opens the HTTP server."""
    chosen = xllamacpp.CommonParams()
    chosen.model.path = load["model"]
    chosen.n_parallel = load["slots"]
    chosen.n_ctx = load["context"] * load["slots"]
    chosen.n_gpu_layers = load["gpu_layers"]
    chosen.cpuparams.n_threads = chosen.cpuparams_batch.n_threads = load["threads"]
    chosen.embedding = load["embedding"]
    chosen.special = load["special"]
    tune(chosen, load["tuning"])
    if load["pooling"] == "mean":
        chosen.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    chosen.n_batch = chosen.n_ubatch = load["batch"]
    # How the profile of a model has its chat template filled in; without, as the file says. The name of one
    # of llama.cpp's own templates counts only without jinja, which would take it for the template.
    chosen.chat_template = load.get("template") or ""
    chosen.use_jinja = not load.get("template")
    chosen.default_template_kwargs = load.get("template_args") or {}
    chosen.cache_ram_mib = 0  # by default prompts are kept in up to 8 GiB of memory
    chosen.verbosity = 1  # errors
    # Its HTTP server cannot be turned off, and is the only way to the tokenizer: a socket in this
    # process's private directory, with a key of its own.
    chosen.hostnames = [SOCKET]
    chosen.api_keys = [key]
    chosen.n_threads_http = load["slots"] + 2  # a whole answer holds one
    chosen.endpoint_slots = False
    return chosen


def body(prompt: Prompt, options: dict[str, Any]) -> dict[str, Any]:
    """A question to llama.cpp. Options that are missing or None are left to it. Raises `NNError`."""
    given = {OPTIONS[name]: options[name] for name in OPTIONS if options.get(name) not in (None, "", [])}
    asked = {"prompt": prompt, "stream": True, "return_progress": True, "timings_per_token": True, **given}
    if options.get("json-schema") is not None:
        if "grammar" in given:
            raise NNError(
                "invalid-argument", "the options have both a grammar and a json-schema: use one of them"
            )
        asked["json_schema"] = {"x-guidance": GUIDANCE, **options["json-schema"]}
    return asked


def about(load: dict[str, Any], door: LlamaHttp) -> dict[str, Any]:
    """What the parent is told about the loaded model."""
    props = door.props()
    return {
        "context": int(props["default_generation_settings"]["n_ctx"]),
        "slots": int(props["total_slots"]),
        "train_context": door.train_context(),
        "build": _build(),
        "commit": str(xllamacpp.BUILD_INFO["commit"]),
        "template": str(props.get("chat_template") or ""),
        "gpu": [device["description"] for device in _accelerators()] if load["gpu_layers"] else [],
        "threads": load["threads"],
        "embedding": load["embedding"],
    }


def _build() -> int:
    """llama.cpp's build number. The published packages do not tell, but their version ends with it."""
    told = int(xllamacpp.BUILD_INFO["build_number"])
    last = importlib.metadata.version("xllamacpp").rsplit(".", 1)[-1]
    return told or (int(last) if last.isdigit() else 0)


def _accelerators() -> list[dict[str, Any]]:
    cpu = xllamacpp.ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_CPU
    return [device for device in xllamacpp.get_device_info() if device["type"] != cpu]
