"""Renders the effective configuration, its origins and its problems as Markdown."""

import json
from collections.abc import Iterable, Mapping, Sequence

from pydantic_core import to_jsonable_python

from bot.core.config.effective import DEFAULT, EffectiveConfig, at
from bot.core.config.keys import default, value
from bot.core.config.layers import OPERATOR
from bot.core.config.problem import ConfigProblem
from bot.core.config.values import Configuration
from bot.core.markdown import clip, code, inline

_MOST_PROBLEMS = 20
_MOST_VALUE = 300  # characters
_MOST_LINE = 600


def render_problems(problems: Sequence[ConfigProblem]) -> str:
    """A section of a comment; empty if there are no problems."""
    if not problems:
        return ""
    shown = [f"- {_problem(problem)}" for problem in problems[:_MOST_PROBLEMS]]
    more = len(problems) - len(shown)
    return "\n".join(["### Configuration", "", *shown, *([f"- and {more} more"] if more else [])])


def render_effective(effective: EffectiveConfig, path: str | None = None) -> str:
    """The effective values for the repository or the file `path`, values that are not defaults first."""
    config, origins = at(effective, path) if path else (effective.config, effective.origins)
    own = [
        key
        for key, origin in origins.items()
        if origin not in (DEFAULT, OPERATOR) or value(config, key) != default(key)
    ]
    others = [key for key in origins if key not in own]
    parts = (
        f"### Configuration for {code(path)}" if path else "### Configuration of this repository",
        _table(config, origins, own) or "All keys have their default values.",
        _folded(f"{len(others)} keys with default values", _table(config, origins, others)),
        "" if path else _directories(effective),
        render_problems(effective.problems).replace("### Configuration", "### Problems", 1),
    )
    return "\n\n".join(part for part in parts if part)


def written(given: object) -> str:
    """A value in the syntax of the file, on one line."""
    return json.dumps(to_jsonable_python(given), ensure_ascii=False)


def _table(config: Configuration, origins: Mapping[str, str], keys: Iterable[str]) -> str:
    rows = [f"| `{key}` | {_cell(written(value(config, key)))} | {_origin(origins[key])} |" for key in keys]
    return "\n".join(["| Key | Value | From |", "|---|---|---|", *rows]) if rows else ""


def _cell(text: str) -> str:
    return code(clip(text, _MOST_VALUE).replace("|", "¦"))


def _origin(name: str) -> str:
    return name if name in (DEFAULT, OPERATOR) else _cell(name)


def _directories(effective: EffectiveConfig) -> str:
    lines = [
        f"- {code(layer.name)}: {', '.join(f'`{key}`' for key in layer.values) or 'nothing'}"
        for layer in effective.directories
    ]
    heading = "Directories with their own configuration (`/config PATH` shows the effective values):"
    return "\n".join([heading, "", *lines]) if lines else ""


def _problem(problem: ConfigProblem) -> str:
    place = f"{problem.file}:{problem.line}" if problem.line else problem.file
    return f"{code(place)}: {inline(clip(f'{problem.message} {problem.fix}'.strip(), _MOST_LINE))}"


def _folded(summary: str, body: str) -> str:
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>" if body else ""
