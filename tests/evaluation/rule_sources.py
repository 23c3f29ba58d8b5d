"""Reads the rules of the review function from its Rust source: names, texts, severities, languages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FUNCTION = Path(__file__).parents[2] / "wasm_modules" / "code-review-function"
SIGNALS = FUNCTION / "src" / "signals"

STRING = r'"((?:[^"\\]|\\.)*)"'
SIGNAL = re.compile(
    r'const (\w+): Signal =\s*([\w:]+)\(\s*"([a-z]+/[a-z0-9-]+)",\s*([A-Za-z:]+),\s*(?:"([a-z]+)",\s*)?'
    rf"[\d.]+,\s*{STRING},\s*{STRING}",
    re.DOTALL,
)
TOKEN = re.compile(r'//[^\n]*|"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)\'|[()]', re.DOTALL)
LANGUAGES = re.compile(r'const ([A-Z]+): &str =\s*"([^"]*)";')
CATEGORIES = {"Signal::bug": "correctness", "Signal::security": "security", "migration": "migration"}


@dataclass(frozen=True)
class Rule:
    name: str
    severity: str
    category: str
    title: str
    body: str
    """"{}" stands for what was found."""
    languages: tuple[str, ...]
    """Empty for every language."""
    in_tests: frozenset[str]
    """How it is reported in tests: same, nit or silent. Empty if the rule decides that itself."""

    def says(self, text: str) -> bool:
        """Whether `text` is the body of a finding by this rule."""
        parts = (re.escape(part) for part in self.body.split("{}"))
        more = r"(?: Also (?:on|in) [^.]*\.)*"
        return re.fullmatch(".*".join(parts) + more, text, re.DOTALL) is not None

    @property
    def fact(self) -> str:
        """What the summary says, if the rule only states a fact about the change."""
        return self.body.partition(". ")[0].rstrip(".") + "."


@cache
def rules() -> dict[str, Rule]:
    """Every rule by its name."""
    found = (rule for path in sorted(SIGNALS.rglob("*.rs")) for rule in _rules(path))
    return {rule.name: rule for rule in found}


def rule_of(title: str, body: str) -> str | None:
    """The name of the rule with this finding."""
    same = (rule.name for rule in rules().values() if rule.title == title and rule.says(body))
    return next(same, None)


def _rules(path: Path) -> Iterator[Rule]:
    source = path.read_text(encoding="utf-8")
    uses = list(_uses(source))
    for constant, kind, name, severity, category, title, body in SIGNAL.findall(source):
        used = [use for use in uses if use[0] == constant]
        languages = dict.fromkeys(one for _, named, _ in used for one in named)
        yield Rule(
            name=name,
            severity=severity.rpartition("::")[2].lower(),
            category=category or CATEGORIES.get(kind, "tests"),
            title=_plain(title),
            body=_plain(body),
            languages=() if "" in languages else tuple(languages),
            in_tests=frozenset(in_tests for _, _, in_tests in used),
        )


def _uses(source: str) -> Iterator[tuple[str, list[str], str]]:
    """Each entry of a table: the signal's constant, the languages, and how it is reported in tests."""
    shared = (SIGNALS / "rule.rs").read_text(encoding="utf-8")
    constants = dict(LANGUAGES.findall(shared) + LANGUAGES.findall(source))
    starts = [found.end() for found in re.finditer(r"Rule::new\(", source)]
    for start, after in zip(starts, [*starts[1:], len(source)], strict=False):
        end = _closing(source, start)
        arguments = source[start:end].strip().rstrip(",")
        first = re.match(r'"([^"]*)"|([A-Z]+)', arguments)
        signal = re.search(r"(\w+)$", arguments)
        if first and signal:
            named = constants[first[2]] if first[2] else first[1]
            in_tests = re.search(r"\.in_tests\((\w+)\)", source[end:after].partition("\n];")[0])
            yield signal[1], named.split("|"), (in_tests[1] if in_tests else "Nit").lower()


def _closing(source: str, start: int) -> int:
    """The place of the bracket that closes the one before `start`."""
    depth = 1
    for token in TOKEN.finditer(source, start):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth == 0:
            return token.start()
    raise ValueError(f"a bracket is open after {source[start : start + 80]!r}")


def _plain(literal: str) -> str:
    """The text of a string literal."""
    joined = re.sub(r"\\\n\s*", "", literal)
    return re.sub(r"\\(.)", r"\1", joined)
