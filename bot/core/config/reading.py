"""Reads YAML nodes as configuration values, key by key, so that an invalid one does not affect the others."""

from collections.abc import Callable, Collection, Iterator
from typing import Any, get_args, get_origin

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.core.config.keys import IN_DIRECTORIES, section
from bot.core.config.keys import kind as kind_of
from bot.core.config.nodes import ALIAS
from bot.core.config.problem import ConfigProblem
from bot.core.config.scalars import (
    InvalidValue,
    as_list,
    bare_kind,
    cut,
    is_nothing,
    meant,
    most,
    named,
    scalar,
    valid,
)
from bot.core.config.values import Configuration

_MAX_PROBLEMS = 50


class ConfigReader:
    """Reads one file; `problems` lists what is wrong in it, up to a limit."""

    def __init__(self, file: str, *, in_directory: bool = False) -> None:
        self._file = file
        self._in_directory = in_directory
        self._more = 0
        self.problems: list[ConfigProblem] = []

    def configuration(self, node: yaml.Node) -> dict[str, Any]:
        """The valid values, by dotted names."""
        values = dict(self._fields(node, Configuration, ""))
        if self._more:
            self.problems.append(
                ConfigProblem(
                    file=self._file,
                    message=f"This file has {self._more} more problems.",
                    fix="`review-bot config schema` prints the JSON Schema.",
                )
            )
        return values

    def _fields(self, node: yaml.Node, model: type[BaseModel], prefix: str) -> Iterator[tuple[str, Any]]:
        for name, child in self._entries(node, model.model_fields, prefix):
            field = model.model_fields[name]
            below = section(field)
            if not prefix and self._in_directory and name not in IN_DIRECTORIES:
                self._reject_in_directory(child, name)
            elif below:
                yield from self._fields(child, below, f"{name}.")
            else:
                yield from self._field(child, field, prefix + name)

    def _field(self, node: yaml.Node, field: FieldInfo, key: str) -> Iterator[tuple[str, Any]]:
        value = self._value(node, kind_of(field), key)
        if value is not None:
            yield key, value

    def _entries(
        self, node: yaml.Node, known: Collection[str], prefix: str
    ) -> Iterator[tuple[str, yaml.Node]]:
        """The known keys of a mapping with their nodes, each once."""
        seen: dict[str, int] = {}
        for name, child in self._pairs(node, prefix.removesuffix(".")):
            if name.value in seen:
                self._report(
                    name,
                    f"`{prefix}{name.value}` is defined twice; the value on line {seen[name.value]} applies.",
                    "Remove one of them.",
                )
            elif name.value not in known:
                self._report(name, f"Unknown key `{cut(prefix + name.value)}`.", meant(name.value, known))
            else:
                seen[name.value] = name.start_mark.line + 1
                if not is_nothing(child):
                    yield name.value, child

    def _pairs(self, node: yaml.Node, key: str) -> Iterator[tuple[yaml.Node, yaml.Node]]:
        if not isinstance(node, yaml.MappingNode):
            what = f"`{key}`" if key else "The file"
            self._report(node, f"{what} should be a mapping, not {named(node)}.", "")
            return
        for name, child in node.value:
            if isinstance(name, yaml.ScalarNode) and name.tag != ALIAS:
                yield name, child
            else:
                self._report(name, f"A key should be a single word, not {named(name)}.", "")

    def _value(self, node: yaml.Node, kind: Any, key: str) -> Any:
        """The value of `node` as a `kind`; None if it is invalid."""
        bare = bare_kind(kind)
        if get_origin(bare) is tuple:
            return self._list(node, kind, key)
        if get_origin(bare) is dict:
            return self._texts(node, kind, key)
        if issubclass(bare, BaseModel):
            return self._record(node, bare, key)
        return self._try(node, key, scalar, kind, node)

    def _list(self, node: yaml.Node, kind: Any, key: str) -> Any:
        """A tuple of the valid items of a list."""
        if not isinstance(node, yaml.SequenceNode):
            self._report(node, f"`{key}` should be a list, not {named(node)}.", as_list(node, key))
            return None
        item_kind = get_args(bare_kind(kind))[0]
        limit = most(kind)
        if len(node.value) > limit:
            self._report(
                node.value[limit],
                f"`{key}` accepts at most {limit} entries; this one and all after it are ignored.",
                "",
            )
        items = [self._value(item, item_kind, key) for item in node.value[:limit]]
        kept = tuple(item for item in items if item is not None)
        if len(kept) < len(items) and not kept:
            return None
        return self._try(node, key, valid, kind, kept)

    def _texts(self, node: yaml.Node, kind: Any, key: str) -> dict[str, Any] | None:
        """A mapping whose names the user chooses."""
        name_kind, text_kind = get_args(bare_kind(kind))
        out: dict[str, Any] = {}
        for name, child in list(self._pairs(node, key))[: most(kind)]:
            known = self._try(name, key, valid, name_kind, name.value)
            value = (
                None
                if known is None or is_nothing(child)
                else self._value(child, text_kind, f"{key}.{known}")
            )
            if value is not None:
                out.setdefault(known, value)
        return out or None

    def _record(self, node: yaml.Node, model: type[BaseModel], key: str) -> BaseModel | None:
        """An entry of a list that is a mapping. All of its keys must be present and valid."""
        values = dict(self._fields(node, model, f"{key}."))
        values = {name.removeprefix(f"{key}."): value for name, value in values.items()}
        if not isinstance(node, yaml.MappingNode):
            return None
        given = {name.value for name, _ in node.value}
        for name in model.model_fields:
            if name not in given:
                self._report(
                    node,
                    f"An entry of `{key}` has no `{name}`, so it is ignored.",
                    f"Add `{name}:` to it.",
                )
        return model(**values) if set(values) == set(model.model_fields) else None

    def _try(self, node: yaml.Node, key: str, read: Callable[[Any, Any], Any], kind: Any, value: Any) -> Any:
        try:
            return read(kind, value)
        except InvalidValue as error:
            self._report(node, f"`{key}` {error.message}", error.fix)
            return None

    def _reject_in_directory(self, node: yaml.Node, name: str) -> None:
        keys = ", ".join(f"`{key}`" for key in IN_DIRECTORIES)
        self._report(
            node,
            f"`{name}` applies to the whole repository; a directory's file accepts only {keys}.",
            "Move it to .github/code-review-bot.yml.",
        )

    def _report(self, node: yaml.Node, message: str, fix: str) -> None:
        if len(self.problems) >= _MAX_PROBLEMS:
            self._more += 1
            return
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        self.problems.append(
            ConfigProblem(file=self._file, line=line, column=column, message=message, fix=fix)
        )
