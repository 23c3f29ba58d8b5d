"""What else a program may say of how its model is loaded, in llama.cpp's words."""

from typing import Any

import xllamacpp  # type: ignore[import-untyped]  # ships no types

_AS_THEY_ARE = {
    "rope-freq-base": "rope_freq_base",
    "rope-freq-scale": "rope_freq_scale",
    "main-gpu": "main_gpu",
    "no-kv-offload": "no_kv_offload",
}
_CACHES = {"cache-type-k": "cache_type_k", "cache-type-v": "cache_type_v"}
_FLASH = {"on": "ENABLED", "off": "DISABLED", "auto": "AUTO"}


def tune(chosen: Any, told: dict[str, Any]) -> None:
    """`chosen` are llama.cpp's parameters, `told` values by WasmEdge's keys."""
    for key, name in _AS_THEY_ARE.items():
        if key in told:
            setattr(chosen, name, told[key])
    for key, name in _CACHES.items():
        if key in told:
            setattr(chosen, name, xllamacpp.ggml_type(told[key]))
    if "split-mode" in told:
        chosen.split_mode = xllamacpp.llama_split_mode[f"LLAMA_SPLIT_MODE_{told['split-mode'].upper()}"]
    if "flash-attn" in told:
        name = f"LLAMA_FLASH_ATTN_TYPE_{_FLASH[told['flash-attn']]}"
        chosen.flash_attn_type = xllamacpp.llama_flash_attn_type[name]
    if "tensor-split" in told:
        shares = told["tensor-split"]
        chosen.tensor_split = [*shares, *chosen.tensor_split[len(shares) :]]
