"""Converts between Python values and component values.

| WIT | Python, lowered | Python, lifted |
|---|---|---|
| record | anything with the fields as attributes | dict |
| list, tuple | list or tuple | list |
| option | None or the value | the same |
| variant | an object of the class that the case is named after | `VariantCase` |
| result | nothing here lowers one | `VariantCase` of tag "ok" or "err" |
| enum | str | str |

wasmtime's own conversion is not used for calls, for three reasons: it looks up the type again for every value
(3000 files take seconds), it finds the case of a variant with a global set that threads share, and it does
not limit the values that a guest's result may have.
"""

import ctypes
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

# No public way to read a value without converting all of it; the version of wasmtime is pinned.
from wasmtime import _ffi as ffi

Slot = Any  # a wasmtime_component_val_t, by reference


class VariantCase(NamedTuple):
    """A case of a variant or result with its value."""

    tag: str
    value: Any = None


class ValueTypeError(Exception):
    """A value does not fit its type; the message has the path of the field."""

    def __init__(self, problem: str, path: tuple[str, ...] = ()) -> None:
        super().__init__(f"{'.'.join(path)}: {problem}" if path else problem)
        self._problem = problem
        self._path = path

    def within(self, name: str) -> "ValueTypeError":
        return ValueTypeError(self._problem, (name, *self._path))


class OverBudgetError(Exception):
    """A guest's result has more values than allowed."""


class ValueBudget:
    """The number of values that a guest's result may still have."""

    def __init__(self, values: int) -> None:
        self._left = values

    def spend(self, values: int = 1) -> None:
        self._left -= values
        if self._left < 0:
            raise OverBudgetError


class ValueType(ABC):
    """One WIT type."""

    @abstractmethod
    def lower(self, value: Any, slot: Slot) -> None:
        """Writes `value` to a zeroed slot. What was written is freed with the slot, also after an error."""

    @abstractmethod
    def lift(self, slot: Slot, budget: ValueBudget) -> Any:
        """Reads a slot; leaves it to its owner."""


class ScalarType(ValueType):
    """Type bool, integer or float. `field` is the member of the union for the type. Larger numbers are
    passed as `most`: a count that is too large must not fail the whole call.
    """

    def __init__(
        self, kind: int, field: str, accepts: Callable[[Any], bool], *, most: int | None = None
    ) -> None:
        self._kind = kind
        self._field = field
        self._accepts = accepts
        self._most = most

    def lower(self, value: Any, slot: Slot) -> None:
        # ctypes would silently truncate a number that is too large.
        if not self._accepts(value):
            raise ValueTypeError(f"{value!r:.100} is not of type {self._field}")
        setattr(slot.of, self._field, value if self._most is None else min(value, self._most))
        slot.kind = self._kind

    def lift(self, slot: Slot, budget: ValueBudget) -> Any:
        budget.spend()
        return getattr(slot.of, self._field)


class StringType(ValueType):
    """string and enum."""

    def __init__(self, kind: int, field: str) -> None:
        self._kind = kind
        self._field = field

    def lower(self, value: Any, slot: Slot) -> None:
        if not isinstance(value, str):
            raise ValueTypeError(f"{type(value).__name__} is not a string")
        setattr(slot.of, self._field, _to_name(value))
        slot.kind = self._kind

    def lift(self, slot: Slot, budget: ValueBudget) -> str:
        budget.spend()
        return _from_name(getattr(slot.of, self._field))


class ListType(ValueType):
    def __init__(self, element: ValueType) -> None:
        self._element = element

    def lower(self, value: Any, slot: Slot) -> None:
        if not isinstance(value, list | tuple):
            raise ValueTypeError(f"{type(value).__name__} is not a list")
        raw = slot.of.list
        ffi.wasmtime_component_vallist_new_uninit(ctypes.byref(raw), len(value))
        _clear(raw, VAL)
        slot.kind = LIST
        for index, element in enumerate(value):
            lower_part(str(index), self._element, element, raw.data[index])

    def lift(self, slot: Slot, budget: ValueBudget) -> list[Any]:
        raw = slot.of.list
        budget.spend(1 + raw.size)
        return [self._element.lift(raw.data[index], budget) for index in range(raw.size)]


class RecordType(ValueType):
    def __init__(self, fields: Sequence[tuple[str, ValueType]]) -> None:
        self._fields = fields

    def lower(self, value: Any, slot: Slot) -> None:
        raw = slot.of.record
        ffi.wasmtime_component_valrecord_new_uninit(ctypes.byref(raw), len(self._fields))
        _clear(raw, ENTRY)
        slot.kind = RECORD
        for index, (name, shape) in enumerate(self._fields):
            entry = raw.data[index]
            entry.name = _to_name(name)
            try:
                field = getattr(value, name)
            except AttributeError:
                raise ValueTypeError(f"{type(value).__name__} has no such field", (name,)) from None
            lower_part(name, shape, field, entry.val)

    def lift(self, slot: Slot, budget: ValueBudget) -> dict[str, Any]:
        budget.spend()
        entries = slot.of.record.data
        return {name: shape.lift(entries[i].val, budget) for i, (name, shape) in enumerate(self._fields)}


class OptionType(ValueType):
    def __init__(self, some: ValueType) -> None:
        self._some = some

    def lower(self, value: Any, slot: Slot) -> None:
        slot.kind = OPTION
        if value is not None:
            slot.of.option = _new()
            self._some.lower(value, slot.of.option.contents)

    def lift(self, slot: Slot, budget: ValueBudget) -> Any:
        budget.spend()
        return self._some.lift(slot.of.option.contents, budget) if slot.of.option else None


class VariantType(ValueType):
    def __init__(self, cases: Mapping[str, ValueType | None]) -> None:
        self._cases = cases

    def lower(self, value: Any, slot: Slot) -> None:
        tag = type(value).__name__.lower()
        shape = self._cases.get(tag)
        if shape is None:
            raise ValueTypeError(f"{type(value).__name__} is not one of the cases {', '.join(self._cases)}")
        slot.of.variant.discriminant = _to_name(tag)
        slot.kind = VARIANT
        slot.of.variant.val = _new()
        shape.lower(value, slot.of.variant.val.contents)

    def lift(self, slot: Slot, budget: ValueBudget) -> VariantCase:
        tag = _from_name(slot.of.variant.discriminant)
        return _lift_case(tag, self._cases[tag], slot.of.variant.val, budget)


class ResultType(ValueType):
    def __init__(self, ok: ValueType | None, err: ValueType | None) -> None:
        self._ok = ok
        self._err = err

    def lower(self, value: Any, slot: Slot) -> None:  # noqa: ARG002 - the contract passes none
        raise ValueTypeError("a result cannot be passed to a guest")

    def lift(self, slot: Slot, budget: ValueBudget) -> VariantCase:
        raw = slot.of.result
        tag, shape = ("ok", self._ok) if raw.is_ok else ("err", self._err)
        return _lift_case(tag, shape, raw.val, budget)


LIST = ffi.WASMTIME_COMPONENT_LIST.value
RECORD = ffi.WASMTIME_COMPONENT_RECORD.value
VARIANT = ffi.WASMTIME_COMPONENT_VARIANT.value
OPTION = ffi.WASMTIME_COMPONENT_OPTION.value
VAL = ctypes.sizeof(ffi.wasmtime_component_val_t)
ENTRY = ctypes.sizeof(ffi.wasmtime_component_valrecord_entry)


def lower_part(name: str, shape: ValueType, value: Any, slot: Slot) -> None:
    """Lowers a part of something; an error in it is told with the part's name."""
    try:
        shape.lower(value, slot)
    except ValueTypeError as error:
        raise error.within(name) from None


def _lift_case(tag: str, shape: ValueType | None, pointer: Any, budget: ValueBudget) -> VariantCase:
    budget.spend()
    return VariantCase(tag, shape.lift(pointer.contents, budget) if shape else None)


def _new() -> Any:
    """A pointer to a new value, for the slot that will own it. Zeroes are `false`, which owns nothing."""
    return ffi.wasmtime_component_val_new(ctypes.byref(ffi.wasmtime_component_val_t()))


def _clear(raw: Any, size: int) -> None:
    """Makes every part of a new list or record `false`, so that it may be freed when half written."""
    ctypes.memset(raw.data, 0, raw.size * size)


def _to_name(text: str) -> Any:
    """A copy that wasmtime owns. What UTF-8 cannot hold (a lone surrogate) becomes "?"."""
    encoded = text.encode("utf-8", "replace")
    name = ffi.wasm_name_t()
    ffi.wasm_byte_vec_new_uninitialized(ctypes.byref(name), len(encoded))
    ctypes.memmove(name.data, encoded, len(encoded))
    return name


def _from_name(name: Any) -> str:
    return ctypes.string_at(name.data, name.size).decode() if name.size else ""
