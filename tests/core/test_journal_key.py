"""Completions are kept under what determines them, and under nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.llm.journal_key import journal_key
from bot.core.llm.messages import Enforcement, Message, Model, Request, Role

MODEL = Model(name="gpt-5-mini", context=8192, answer=1024)
REQUEST = Request(
    id="chunk/1",
    messages=(Message(role=Role.SYSTEM, text="You review."), Message(role=Role.USER, text="+x = 1")),
    format='{"type":"object"}',
    answer=512,
    temperature=0.2,
)


def test_a_key_does_not_change_with_the_program() -> None:
    assert journal_key(MODEL, REQUEST) == "aa1ab14ac4819ecb68dc53798589ed2dbe2363759330c519b6d360a5a3e61b5f"


@pytest.mark.parametrize(
    "model", [MODEL.model_copy(update={"context": 4096}), MODEL.model_copy(update={"answer": 64})]
)
def test_the_room_of_a_model_does_not_matter(model: Model) -> None:
    assert journal_key(model, REQUEST) == journal_key(MODEL, REQUEST)


def test_where_a_question_is_asked_does_not_matter() -> None:
    assert journal_key(MODEL, REQUEST.model_copy(update={"id": "chunk/7"})) == journal_key(MODEL, REQUEST)


@pytest.mark.parametrize("change", [{"name": "gpt-5"}, {"enforcement": Enforcement.PROMPT}])
def test_another_model_is_another_key(change: dict[str, object]) -> None:
    assert journal_key(MODEL.model_copy(update=change), REQUEST) != journal_key(MODEL, REQUEST)


@pytest.mark.parametrize(
    "change",
    [
        {"messages": REQUEST.messages[:1]},
        {"messages": REQUEST.messages[::-1]},
        {"messages": (Message(role=Role.USER, text="You review."), REQUEST.messages[1])},
        {"format": None},
        {"answer": 513},
        {"temperature": 0.0},
    ],
)
def test_another_question_is_another_key(change: dict[str, object]) -> None:
    assert journal_key(MODEL, REQUEST.model_copy(update=change)) != journal_key(MODEL, REQUEST)


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_texts_cannot_be_cut_differently_for_the_same_key(first: list[str], second: list[str]) -> None:
    def key(texts: list[str]) -> str:
        messages = tuple(Message(role=Role.USER, text=text) for text in texts)
        return journal_key(MODEL, REQUEST.model_copy(update={"messages": messages}))

    assert (key(first) == key(second)) == (first == second)


def test_half_a_surrogate_pair_has_a_key() -> None:
    broken = REQUEST.model_copy(
        update={"messages": (Message.model_construct(role=Role.USER, text="\ud800"),)}
    )

    assert len(journal_key(MODEL, broken)) == 64
