"""Which modules of a Rust crate use which, read from its sources, and the import cycles among them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

Name = tuple[str, ...]  # a module from the crate's root: ("signals", "rule"); the root itself is ()
Graph = Mapping[Name, set[Name]]

# Comments, strings, characters and lifetimes name no module.
TOKEN = re.compile(
    r"""
      //[^\n]* | /\*.*?\*/ | \bb?r(\#*)".*?"\1 | \bb"(?:\\.|[^"\\])*" | "(?:\\.|[^"\\])*"
    | \bb?'(?:\\[^\n]+?|[^'\\\n])' | '(?:\\[^\n]+?|[^'\\\n])' | '\w+ | \s+
    | (?P<token> \w+ | :: | . )
    """,
    re.VERBOSE | re.DOTALL,
)
TEST = ["#", "[", "cfg", "(", "test", ")", "]"]


@dataclass
class Module:
    children: set[str] = field(default_factory=set)
    imports: dict[str, list[str]] = field(default_factory=dict)
    paths: list[list[str]] = field(default_factory=list)


def imports(root: Path) -> dict[Name, set[Name]]:
    """For each module of the crate with `lib.rs` or `main.rs` in `root`, the modules that it uses. Code for
    tests does not count, and neither does the declaration of a module.
    """
    modules: dict[Name, Module] = {}
    for path in sorted(root.rglob("*.rs")):
        file = _name(path.relative_to(root))
        for inner, module in _Reader(path.read_text()).modules().items():
            modules[file + inner] = module
    declared = {name for name in modules if _is_declared(modules, name)}
    return {name: _used(modules, name) & declared for name in declared}


def _is_declared(modules: Mapping[Name, Module], name: Name) -> bool:
    """Whether the modules above declare it; what only tests declare is not among those."""
    return all(name[at] in modules[name[:at]].children for at in range(len(name)))


def _used(modules: Mapping[Name, Module], name: Name) -> set[Name]:
    module = modules[name]
    targets = (_resolve(modules, name, path) for path in [*module.paths, *module.imports.values()])
    return {target for target in targets if target is not None} - {name}


def grouped(graph: Graph, depth: int) -> dict[Name, set[Name]]:
    """The imports between the folders at this depth below the root."""
    groups: dict[Name, set[Name]] = {}
    for name, used in graph.items():
        group = groups.setdefault(name[:depth], set())
        group.update(other[:depth] for other in used if other[:depth] != name[:depth])
    return groups


def cycles(graph: Graph) -> list[list[Name]]:
    """The sets of modules that use each other, directly or by way of others (Tarjan)."""
    order: dict[Name, int] = {}
    low: dict[Name, int] = {}
    stack: list[Name] = []
    found: list[list[Name]] = []

    def visit(name: Name) -> None:
        order[name] = low[name] = len(order)
        stack.append(name)
        for used in sorted(graph.get(name, ())):
            if used not in order:
                visit(used)
                low[name] = min(low[name], low[used])
            elif used in stack:
                low[name] = min(low[name], order[used])
        if low[name] == order[name]:
            at = stack.index(name)
            found.append(sorted(stack[at:]))
            del stack[at:]

    for name in sorted(graph):
        if name not in order:
            visit(name)
    return sorted(members for members in found if len(members) > 1)


def _name(path: Path) -> Name:
    parts = path.with_suffix("").parts
    return parts[:-1] if parts[-1] in {"lib", "main", "mod"} else parts


def _resolve(
    modules: Mapping[Name, Module], name: Name, path: list[str], seen: frozenset[Name] = frozenset()
) -> Name | None:
    """The module that defines what `path` names inside of module `name`; none outside of the crate."""
    first, *rest = path
    starts = {"crate": (), "self": name, "super": name[:-1]}
    if first not in starts and first not in modules[name].children:
        return None
    here = starts.get(first, (*name, first))
    while rest:
        step, *rest = rest
        child = (*here, step)
        if step == "super":
            here = here[:-1]
        elif child in modules and step in modules[here].children:
            here = child
        elif step in modules[here].imports and child not in seen:
            # A name that is exported again counts for the module that defines it.
            found = _resolve(modules, here, [*modules[here].imports[step], *rest], seen | {child})
            return here if found is None else found
        else:
            break
    return here


class _Reader:
    """Reads one file: its own module and those written inside of it."""

    def __init__(self, text: str) -> None:
        self._tokens = [match["token"] for match in TOKEN.finditer(text) if match["token"]]
        self._at = 0

    def modules(self) -> dict[Name, Module]:
        found: dict[Name, Module] = {}
        self._module((), found)
        return found

    def _module(self, name: Name, found: dict[Name, Module]) -> None:
        """Reads up to the brace that closes the module, or to the end."""
        module = found[name] = Module()
        depth = 0
        while depth >= 0 and self._at < len(self._tokens):
            token = self._next()
            depth += {"{": 1, "}": -1}.get(token, 0)
            if self._tokens[self._at - 1 : self._at + 6] == TEST:
                self._at += 6
                self._skip_item()
            elif token == "mod" and self._peek(1) in {";", "{"}:
                self._child(name, module, found)
            elif token == "use":
                module.imports |= {alias: path for path, alias in self._use([])}
            elif self._is_word(token):
                path = self._path(token)
                if len(path) > 1:
                    module.paths.append(path)

    def _child(self, name: Name, module: Module, found: dict[Name, Module]) -> None:
        child = self._next()
        module.children.add(child)
        if self._next() == "{":
            self._module((*name, child), found)

    def _skip_item(self) -> None:
        """Leaves out the item behind an attribute: up to its semicolon, or to the end of its block."""
        depth = 0
        is_use = False
        while self._at < len(self._tokens):
            token = self._next()
            is_use |= token == "use" and depth == 0
            depth += {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1}.get(token, 0)
            if depth == 0 and (token == ";" or (token == "}" and not is_use)):
                return

    def _use(self, prefix: list[str]) -> Iterator[tuple[list[str], str]]:
        """Each path of a `use`, and the name under which it is imported."""
        path = list(prefix)
        while True:
            token = self._next()
            if token == "{":
                while self._peek() != "}":
                    yield from self._use(path)
                    if self._peek() == ",":
                        self._at += 1
                self._at += 1
                return
            if (self._is_word(token) and token != "self") or not path:
                path.append(token)
            if self._peek() == "as":
                self._at += 1
                yield path, self._next()
                return
            if self._peek() != "::":
                yield path, path[-1]
                return
            self._at += 1

    def _path(self, first: str) -> list[str]:
        path = [first]
        while self._peek() == "::" and self._is_word(self._peek(1)):
            self._at += 1
            path.append(self._next())
        return path

    def _next(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1]

    def _peek(self, beyond: int = 0) -> str:
        at = self._at + beyond
        return self._tokens[at] if at < len(self._tokens) else ""

    @staticmethod
    def _is_word(token: str) -> bool:
        return token[:1].isidentifier()
