"""Values cross the boundary both ways and stay what they are."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import ModuleError
from bot.sandbox import Sandbox
from bot.sandbox.components.guest_limits import GuestLimits
from bot.sandbox.components.value_types import VariantCase
from bot.sandbox.sandbox import Module
from tests.sandbox.guests import TEXT, guest

# Gives back the address that it gets: arguments and answer are laid out alike.
SAME = '(func (export "run") (param i32) (result i32) (local.get 0))'

TYPES = """
  (type $colors (enum "red" "green")) (export $color "color" (type $colors))
  (type $points (record (field "x" f32) (field "y" f64))) (export $point "point" (type $points))
  (type $words (record (field "text" string))) (export $word "word" (type $words))
  (type $choices (variant (case "point" $point) (case "word" $word)))
  (export $choice "choice" (type $choices))
  (type $all (record
    (field "flag" bool) (field "a" u8) (field "b" u16) (field "c" u32) (field "d" u64)
    (field "e" s32) (field "f" s64) (field "color" $color) (field "maybe" (option string))
    (field "points" (list $point)) (field "choice" $choice) (field "deep" (list (list (option u32))))
  ))
  (export $every "every" (type $all))
"""


class Point(SimpleNamespace):
    pass


class Word(SimpleNamespace):
    pass


@pytest.fixture(scope="session")
def same(sandbox: Sandbox) -> Module:
    component = guest(SAME, signature='(param "value" $every) (result $every)', imports=TYPES)
    return sandbox.load(component, "same", TEXT)


def whole(bits: int, *, signed: bool = False) -> st.SearchStrategy[int]:
    return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else st.integers(0, 2**bits - 1)


texts = st.text(st.characters(exclude_categories=["Cs"]))
points = st.fixed_dictionaries({"x": st.floats(width=32, allow_nan=False), "y": st.floats(allow_nan=False)})
choices = st.one_of(
    points.map(lambda point: (Point(**point), VariantCase("point", point))),
    texts.map(lambda text: (Word(text=text), VariantCase("word", {"text": text}))),
)
values = st.fixed_dictionaries(
    {
        "flag": st.booleans(),
        "a": whole(8),
        "b": whole(16),
        "c": whole(32),
        "d": whole(64),
        "e": whole(32, signed=True),
        "f": whole(64, signed=True),
        "color": st.sampled_from(["red", "green"]),
        "maybe": st.none() | texts,
        "points": st.lists(points, max_size=5),
        "deep": st.lists(st.lists(st.none() | whole(32), max_size=3), max_size=3),
    }
)
PLAIN: dict[str, Any] = {
    "flag": True,
    **dict.fromkeys("abcdef", 1),
    "color": "red",
    "maybe": None,
    "points": [],
    "choice": Word(text=""),
    "deep": [],
}


@given(value=values, choice=choices)
def test_what_goes_in_comes_out(same: Module, value: dict[str, Any], choice: tuple[Any, VariantCase]) -> None:
    lowered = value | {"points": [Point(**point) for point in value["points"]], "choice": choice[0]}

    assert same.call("run", (SimpleNamespace(**lowered),), GuestLimits()) == value | {"choice": choice[1]}


@pytest.mark.parametrize(("field", "bits"), [("c", 32), ("d", 64)])
def test_a_count_that_is_too_large_is_told_as_the_largest(same: Module, field: str, bits: int) -> None:
    values = SimpleNamespace(**PLAIN | {field: 2**bits})

    assert same.call("run", (values,), GuestLimits())[field] == 2**bits - 1


@pytest.mark.parametrize(
    ("field", "wrong", "words"),
    [
        ("a", 256, "value.a: 256 is not of type u8"),
        ("c", -1, "value.c: -1 is not of type u32"),
        ("c", True, "value.c: True is not of type u32"),
        ("e", 2**31, "value.e: 2147483648 is not of type s32"),
        ("flag", 1, "value.flag: 1 is not of type boolean"),
        ("maybe", 3, "value.maybe: int is not a string"),
        ("points", "x", "value.points: str is not a list"),
        ("points", [Point(x=1, y=1.0)], "value.points.0.x: 1 is not of type f32"),
        ("points", [Point(x=1.0)], "value.points.0.y: Point has no such field"),
        ("choice", 3, "value.choice: int is not one of the cases point, word"),
        ("deep", [[], [None, "x"]], "value.deep.1.1: 'x' is not of type u32"),
    ],
)
def test_what_does_not_fit_is_named(same: Module, field: str, wrong: object, words: str) -> None:
    with pytest.raises(ModuleError) as caught:
        same.call("run", (SimpleNamespace(**PLAIN | {field: wrong}),), GuestLimits())

    assert str(caught.value) == f"module same: `run` cannot be called: {words}"


def test_a_case_that_an_enum_does_not_have_is_refused(same: Module) -> None:
    with pytest.raises(ModuleError) as caught:
        same.call("run", (SimpleNamespace(**PLAIN | {"color": "blue"}),), GuestLimits())

    assert caught.value.kind == "invalid"


def test_a_type_that_the_contract_does_not_use_is_refused_at_load(sandbox: Sandbox) -> None:
    code = '(func (export "run") (param i32) (result i32) (local.get 0))'
    component = guest(code, signature='(param "letter" char) (result char)')

    with pytest.raises(ModuleError, match="another contract") as caught:
        sandbox.load(component, "letters", TEXT)

    assert caught.value.kind == "load"
