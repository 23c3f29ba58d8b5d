"""The signature of an exported function, read once from its component, and calls with it."""

import ctypes
import math
from collections.abc import Callable, Sequence
from typing import Any

from wasmtime import Store, WasmtimeError, component
from wasmtime import _ffi as ffi  # see shapes
from wasmtime.component import _types as types  # the classes of types have no public names

from bot.sandbox.components.value_types import (
    ListType,
    OptionType,
    RecordType,
    ResultType,
    ScalarType,
    StringType,
    ValueBudget,
    ValueType,
    ValueTypeError,
    VariantType,
    lower_part,
)


class Signature:
    """The parameters of a function by name, and its result."""

    def __init__(self, function: component.FuncType) -> None:
        self.params = [(name, shape_of(kind)) for name, kind in function.params]
        self._result = shape_of(function.result) if function.result else None

    def call(
        self, store: Store, function: component.Func, arguments: Sequence[Any], budget: ValueBudget
    ) -> Any:
        """Calls the function. Raises `WasmtimeError` for an error in the guest, `ValueTypeError` for
        arguments that cannot be passed, `OverBudgetError` for a result with too many values.
        """
        slots = (ffi.wasmtime_component_val_t * len(self.params))()
        answer = ffi.wasmtime_component_val_t()
        try:
            self._lower(arguments, slots)
            self._enter(store, function, slots, answer)
            return self._result.lift(answer, budget) if self._result else None
        finally:
            for slot in (*slots, answer):
                ffi.wasmtime_component_val_delete(ctypes.byref(slot))

    def _lower(self, arguments: Sequence[Any], slots: Any) -> None:
        for (name, shape), argument, slot in zip(self.params, arguments, slots, strict=True):
            lower_part(name, shape, argument, slot)

    def _enter(self, store: Store, function: component.Func, slots: Any, answer: Any) -> None:
        results = (ctypes.byref(answer), 1) if self._result else (None, 0)
        called, context = ctypes.byref(function._func), store._context()  # noqa: SLF001 - see shapes
        error = ffi.wasmtime_component_func_call(called, context, slots, len(slots), *results)
        if error:
            raise WasmtimeError._from_ptr(error)  # noqa: SLF001 - as wasmtime itself does it


def shape_of(kind: Any) -> ValueType:
    """The value type for wasmtime's type. Raises `ValueTypeError` for types that the contract does not
    use.
    """
    match kind:
        case types.ListType():
            return ListType(shape_of(kind.element))
        case types.RecordType():
            return RecordType([(name, shape_of(field)) for name, field in kind.fields])
        case types.OptionType():
            return OptionType(shape_of(kind.payload))
        case types.VariantType():
            return VariantType({name: _maybe(payload) for name, payload in kind.cases})
        case types.ResultType():
            return ResultType(_maybe(kind.ok), _maybe(kind.err))
    scalar = _SCALARS.get(type(kind))
    if scalar is None:
        raise ValueTypeError(f"values of type {type(kind).__name__} are not supported")
    return scalar


def _maybe(kind: Any) -> ValueType | None:
    return shape_of(kind) if kind else None


def _count(kind: int, field: str, bits: int) -> ScalarType:
    """The unsigned 32-bit and 64-bit types, which hold counts."""
    return ScalarType(kind, field, _integer(0, math.inf), most=2**bits - 1)


def _integer(low: float, high: float) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _is_float(value: Any) -> bool:
    return isinstance(value, float)


_SCALARS: dict[type, ValueType] = {
    types.Bool: ScalarType(
        ffi.WASMTIME_COMPONENT_BOOL.value, "boolean", lambda value: isinstance(value, bool)
    ),
    types.U8: ScalarType(ffi.WASMTIME_COMPONENT_U8.value, "u8", _integer(0, 2**8 - 1)),
    types.U16: ScalarType(ffi.WASMTIME_COMPONENT_U16.value, "u16", _integer(0, 2**16 - 1)),
    types.U32: _count(ffi.WASMTIME_COMPONENT_U32.value, "u32", 32),
    types.U64: _count(ffi.WASMTIME_COMPONENT_U64.value, "u64", 64),
    types.S32: ScalarType(ffi.WASMTIME_COMPONENT_S32.value, "s32", _integer(-(2**31), 2**31 - 1)),
    types.S64: ScalarType(ffi.WASMTIME_COMPONENT_S64.value, "s64", _integer(-(2**63), 2**63 - 1)),
    types.F32: ScalarType(ffi.WASMTIME_COMPONENT_F32.value, "f32", _is_float),
    types.F64: ScalarType(ffi.WASMTIME_COMPONENT_F64.value, "f64", _is_float),
    types.String: StringType(ffi.WASMTIME_COMPONENT_STRING.value, "string"),
    types.EnumType: StringType(ffi.WASMTIME_COMPONENT_ENUM.value, "enumeration"),
}
