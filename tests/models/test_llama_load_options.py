"""What programs say of devices and memory, as llama.cpp gets it: here are no devices to see it on."""

import xllamacpp  # type: ignore[import-untyped]  # ships no types

from bot.models.llama.child.load_options import tune


def test_every_key_is_said_in_llama_cpps_words() -> None:
    chosen = xllamacpp.CommonParams()
    tune(
        chosen,
        {
            "main-gpu": 1,
            "split-mode": "row",
            "tensor-split": [3.0, 2.0],
            "cache-type-k": 8,
            "cache-type-v": 2,
            "flash-attn": "on",
            "no-kv-offload": True,
            "rope-freq-base": 500_000.0,
            "rope-freq-scale": 0.5,
        },
    )
    assert (chosen.main_gpu, chosen.split_mode.name) == (1, "LLAMA_SPLIT_MODE_ROW")
    assert chosen.tensor_split[:3] == [3.0, 2.0, 0.0]
    assert (chosen.cache_type_k.name, chosen.cache_type_v.name) == ("GGML_TYPE_Q8_0", "GGML_TYPE_Q4_0")
    assert chosen.flash_attn_type.name == "LLAMA_FLASH_ATTN_TYPE_ENABLED"
    assert chosen.no_kv_offload
    assert (chosen.rope_freq_base, chosen.rope_freq_scale) == (500_000.0, 0.5)


def test_what_is_not_said_is_left_to_llama_cpp() -> None:
    chosen, untouched = xllamacpp.CommonParams(), xllamacpp.CommonParams()
    tune(chosen, {})
    for name in ("main_gpu", "split_mode", "tensor_split", "cache_type_k", "flash_attn_type"):
        assert getattr(chosen, name) == getattr(untouched, name)
