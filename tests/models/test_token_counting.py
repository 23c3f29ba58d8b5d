"""Tokens are counted without a network, exactly where the vocabulary is known, never too few elsewhere."""

import socket
from pathlib import Path

import pytest
import tiktoken_ext.openai_public  # type: ignore[import-untyped]  # ships no types
from hypothesis import given, settings
from hypothesis import strategies as st
from tiktoken import Encoding

from bot.models import token_counting, vocabulary

TEXTS = st.one_of(
    st.text(max_size=400),
    st.text(alphabet="ab'sS \n\t/_-9é的,.", max_size=400),
    st.text(alphabet="a", max_size=400),
    st.text(alphabet=" \n", max_size=400),
)


def _count(text: str) -> int:
    return len(vocabulary.o200k().encode_ordinary(text))


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("counting reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def test_the_encoding_is_the_one_that_tiktoken_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    def shipped(_address: str, expected_hash: str) -> dict[bytes, int]:
        assert expected_hash == vocabulary.SHA256
        return vocabulary.read_ranks((Path(vocabulary.__file__).parent / "o200k_base.tiktoken").read_bytes())

    monkeypatch.setattr(tiktoken_ext.openai_public, "load_tiktoken_bpe", shipped)
    theirs = Encoding(**tiktoken_ext.openai_public.o200k_base())
    ours = vocabulary.o200k()

    text = "def größe(x):\n\treturn x['don\\'t']  # 12345 的 🚀\n\n"
    assert theirs._pat_str == ours._pat_str
    assert theirs.encode_ordinary(text) == ours.encode_ordinary(text)


def test_a_damaged_vocabulary_is_named() -> None:
    with pytest.raises(RuntimeError, match=r"o200k_base\.tiktoken is damaged"):
        vocabulary.read_ranks(b"IQ== 0\n")


@pytest.mark.parametrize(
    "model",
    ["gpt-4o", "gpt-4o-mini-2024-07-18", "gpt-4.1", "gpt-5-mini", "o3-mini", "openai/gpt-oss-20b", "GPT-5"],
)
def test_openais_present_models_are_counted_exactly(model: str) -> None:
    assert token_counting.counter_for(model) is token_counting.exact


@pytest.mark.parametrize("model", ["gpt-4", "gpt-3.5-turbo", "qwen2.5-coder", "mistral-large", "default", ""])
def test_other_models_are_estimated(model: str) -> None:
    assert token_counting.counter_for(model) is token_counting.estimate


def test_counts_that_are_known() -> None:
    assert token_counting.exact("") == 0
    assert token_counting.exact("hello world") == 2
    assert token_counting.exact("tiktoken is great!") == 6


def test_what_looks_like_a_special_token_is_text() -> None:
    assert token_counting.exact("<|endoftext|>") > 1
    assert token_counting.exact("<|im_start|>system") > 2


@settings(deadline=None)
@given(TEXTS)
def test_cutting_text_into_pieces_never_loses_tokens(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(token_counting, "PIECE", 16)
        counted = token_counting.exact(text)

    assert counted >= _count(text)
    assert counted <= token_counting.size(text)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["foo", "Bar9", "(", ") ", "\n", "'s", "_x", "été", ", ", "的"]), max_size=80)
)
def test_pieces_that_end_with_words_are_counted_exactly(parts: list[str]) -> None:
    text = "".join(parts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(token_counting, "PIECE", 24)
        pieces = list(token_counting._pieces(text))

    if all(whole for _, whole in pieces):
        assert sum(_count(piece) for piece, _ in pieces) == _count(text)
    assert "".join(piece for piece, _ in pieces) == text


@pytest.mark.parametrize("letter", [" ", "a", "^", "\n", "的", "🚀", "1", "\ud800"])
def test_a_million_times_the_same_letter_is_counted(letter: str) -> None:
    counted = token_counting.exact(letter * 1_000_000)

    assert 1_000_000 // 128 <= counted <= 4_000_000


# What the tokenizers of Llama 2, Mistral 7B, Llama 3 and OpenAI's cl100k_base made of these texts
# (without the mark at the beginning): the largest of the four.
OTHERS = [
    ("    if not self._closed and len(items) >= 100:\n        return None\n", 22),
    ('-  "version": "1.0.22",\n+  "version": "1.0.23",\n', 28),
    ("31415926535897932384626433832795", 33),
    ("\t\t\tx = y;\n\t\tz = 1;\n", 17),
    ("Проверка изменений выполняется автоматически.", 15),
    ("这个拉取请求修改了登录流程,并且增加了新的测试。", 29),
    ("🚀✅🐛🔥 done 🎉", 20),
]


@pytest.mark.parametrize(("text", "most"), OTHERS)
def test_other_tokenizers_take_no_more_than_estimated(text: str, most: int) -> None:
    assert token_counting.estimate(text) >= most


@settings(deadline=None)
@given(TEXTS)
def test_an_estimate_lies_between_the_count_and_the_bytes(text: str) -> None:
    estimate = token_counting.estimate(text)

    assert _count(text) <= estimate <= token_counting.size(text) + 1
