"""Pull requests of published benchmarks, which contain neither diffs nor the files' texts."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.core.errors import Refused
from bot.core.evaluation.dataset import Case, Golden
from bot.core.value import Value

_PULL = re.compile(r"https?://[^/]+/([^/\s]+)/([^/\s]+)/pull/(\d+)")


T = TypeVar("T")


class BenchmarkPull(Value):
    """A pull request without its diff. `name` is the name of its files, `OWNER__NAME__NUMBER`."""

    name: str
    url: str
    title: str = ""
    language: str
    golden: tuple[Golden, ...]

    def case(self, diff: str, texts: Mapping[str, str]) -> Case:
        """`texts` are the texts of files at the head, by path."""
        return Case(
            id=self.name,
            title=self.title,
            language=self.language,
            source=self.url,
            diff=diff,
            texts=dict(texts),
            golden=self.golden,
        )


def read_json(file: Path, shape: TypeAdapter[T]) -> T:
    """The contents of a file of a benchmark. Raises `Refused`, which names the file and the field."""
    try:
        return shape.validate_json(file.read_bytes())
    except OSError as error:
        raise Refused(f"{file}: {error.strerror}") from None
    except ValidationError as error:
        first: Any = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"])) or "the whole"
        raise Refused(f"{file}: {field}: {first['msg']}") from None


def pull_name(url: str, place: str) -> str:
    """The name of a pull request's files. Raises `Refused`, which names `place`."""
    named = _PULL.match(url)
    if named is None:
        raise Refused(f"{place}: {url} is not the address of a pull request")
    return "__".join(named.groups())
