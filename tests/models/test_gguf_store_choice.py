"""Which files of a repository make the model."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import Refused
from bot.models.gguf_store.choice import HubFile, choose, quantisation, stem

QWEN = [
    "README.md",
    "coder-7b-instruct-q2_k.gguf",
    "coder-7b-instruct-q4_0.gguf",
    "coder-7b-instruct-q4_k_m-00001-of-00002.gguf",
    "coder-7b-instruct-q4_k_m-00002-of-00002.gguf",
    "coder-7b-instruct-q4_k_m.gguf",
    "coder-7b-instruct-q8_0-00001-of-00003.gguf",
    "coder-7b-instruct-q8_0-00003-of-00003.gguf",
    "coder-7b-instruct-q8_0-00002-of-00003.gguf",
]


def chosen(files: list[str], pattern: str | None = None) -> list[str]:
    return [file.path for file in choose([HubFile(path) for path in files], pattern, "the repository o/r")]


def test_four_bits_are_preferred_and_one_piece_to_parts() -> None:
    assert chosen(QWEN) == ["coder-7b-instruct-q4_k_m.gguf"]


@pytest.mark.parametrize(
    "pattern",
    ["Q8_0", "q8_0", "*q8_0*", "coder-7b-instruct-q8_0", "coder-7b-instruct-q8_0-00001-of-00003.gguf"],
)
def test_all_parts_come_in_order(pattern: str) -> None:
    assert chosen(QWEN, pattern) == [f"coder-7b-instruct-q8_0-0000{n}-of-00003.gguf" for n in (1, 2, 3)]


def test_a_directory_of_parts_is_one_model() -> None:
    files = ["Q8_0/m-Q8_0-00001-of-00002.gguf", "Q8_0/m-Q8_0-00002-of-00002.gguf", "BF16/m-BF16.gguf"]

    assert chosen(files) == files[:2]
    assert chosen(files, "BF16") == files[2:]


def test_projectors_of_pictures_are_no_model() -> None:
    assert chosen(["mmproj-F16.gguf", "m-F16.gguf", "m.imatrix.gguf"]) == ["m-F16.gguf"]


def test_the_only_model_is_taken_whatever_its_name() -> None:
    assert chosen(["model.gguf", "config.json"]) == ["model.gguf"]


def test_a_missing_part_is_named() -> None:
    with pytest.raises(Refused, match="3 parts, but part 2 is missing"):
        chosen(["m-00001-of-00003.gguf", "m-00003-of-00003.gguf"])


def test_several_models_are_listed() -> None:
    with pytest.raises(Refused, match=r"--file: small-Q4_K_M\.gguf, tall-Q4_K_M\.gguf"):
        chosen(["small-Q4_K_M.gguf", "tall-Q4_K_M.gguf"])


def test_a_pattern_that_fits_nothing_lists_what_there_is() -> None:
    with pytest.raises(Refused, match=r"no file \*q9\*; it has m-q4_0\.gguf"):
        chosen(["m-q4_0.gguf"], "*q9*")


def test_a_repository_without_gguf_files_is_told() -> None:
    with pytest.raises(Refused, match="contains no GGUF file"):
        chosen(["model.safetensors"])


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ("coder-7b-instruct-q4_k_m.gguf", "Q4_K_M"),
        ("Qwen3-30B-A3B-UD-Q4_K_XL.gguf", "UD-Q4_K_XL"),
        ("a/gpt-oss-20b-mxfp4.gguf", "MXFP4"),
        ("m.IQ4_XS-00001-of-00002.gguf", "IQ4_XS"),
        ("qwen2.gguf", None),
    ],
)
def test_quantisations_are_read_from_names(file: str, found: str | None) -> None:
    assert quantisation(file) == found


def test_a_stem_has_no_part() -> None:
    assert stem("a/m-Q8_0-00001-of-00002.gguf") == "m-Q8_0"


@given(st.lists(st.from_regex(r"[a-cQ4_KM/-]{1,8}(-0000[1-3]-of-0000[1-3])?\.gguf", fullmatch=True)))
def test_whatever_is_listed_a_choice_is_of_it_or_refused(files: list[str]) -> None:
    with suppress(Refused):
        assert set(chosen(files)) <= set(files)
