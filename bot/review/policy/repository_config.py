"""Reads the configuration of a repository and its organisation, from the base branch, never from the head."""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from typing import Protocol

from bot.core.change import Pull, PullRef
from bot.core.config import ConfigProblem, EffectiveConfig, Layer, merge_layers, read_layer
from bot.core.config.attributes import FILE as ATTRIBUTES
from bot.core.config.attributes import read_attributes
from bot.core.config.effective import DEFAULT
from bot.core.config.guidance import write_guidance
from bot.core.config.paths import (
    OF_DIRECTORY,
    OF_ORGANISATION,
    OF_REPOSITORY,
    ORGANISATION,
    Directories,
    beforehand,
    directories,
    first_of,
)
from bot.core.errors import BotError, Refused, Retry, is_final
from bot.core.review import Template

_MAX_TEMPLATE = 20_000  # characters
_MAX_OF_DIRECTORIES = 64 * 1024  # characters

Texts = Mapping[str, str | None]
_Read = tuple[Texts, tuple[ConfigProblem, ...]]


class ConfigSource(Protocol):
    """Reads files of repositories; `bot.review.ports.Forge` documents the methods."""

    async def texts(self, ref: PullRef, revision: str, paths: Sequence[str]) -> Texts: ...

    async def texts_of(self, repository: str, installation: int | None, paths: Sequence[str]) -> Texts: ...


class RepositoryConfig:
    """`operator` applies where neither the repository nor the organisation sets a value."""

    def __init__(self, forge: ConfigSource, operator: Layer) -> None:
        self._forge = forge
        self._operator = operator

    async def of(self, pull: Pull, paths: Sequence[str] = (), *, patient: bool = True) -> EffectiveConfig:
        """The effective configuration of `pull`, which changes `paths`.

        Files that cannot be read or are invalid become problems; they stop no review. Raises `Retry`, without
        `patient` only at a rate limit.
        """
        where = directories(paths)
        first_paths = beforehand(where.names)
        (organisation, unread), (texts, refused) = await asyncio.gather(
            self._organisation(pull, OF_ORGANISATION, patient=patient),
            self._repository(pull, first_paths, patient=patient),
        )
        layers, problems = await asyncio.to_thread(_layers, _home(pull), organisation, texts, where)
        effective = merge_layers(
            (self._operator, *layers),
            problems=(*unread, *refused, *problems),
            attributes=read_attributes(_attributes(texts)),
        )
        fetched = {path: texts.get(path) for path in first_paths}
        return await self._with_named(pull, effective, fetched, patient=patient)

    async def _with_named(
        self, pull: Pull, effective: EffectiveConfig, fetched: Texts, *, patient: bool
    ) -> EffectiveConfig:
        """Adds the files that the configuration names: guidance and prompt templates. `fetched` texts are not
        fetched again.
        """
        prompts = tuple(effective.config.prompts.values())
        is_central = effective.origins["prompts"].startswith(f"{_home(pull)}/")
        guidance = effective.config.guidance
        named = (*guidance, *(() if is_central else prompts))
        unknown = [path for path in named if path not in fetched]
        more, refused = await self._repository(pull, unknown, patient=patient)
        texts = {**fetched, **more}
        central, unread = await self._organisation(pull, prompts if is_central else (), patient=patient)
        templates, lacking = _templates(effective, central if is_central else texts)
        problems = (*effective.problems, *refused, *unread, *lacking, *_missing(effective, texts))
        present = {path: text for path in guidance if (text := texts.get(path))}
        return effective.model_copy(
            update={"guidance": write_guidance(present), "prompts": templates, "problems": problems}
        )

    async def _repository(self, pull: Pull, paths: Sequence[str], *, patient: bool) -> _Read:
        if not paths:
            return {}, ()
        reading = self._forge.texts(pull.ref, pull.base, tuple(dict.fromkeys(paths)))
        return await _read(reading, pull.ref.repository, patient=patient)

    async def _organisation(self, pull: Pull, paths: Sequence[str], *, patient: bool) -> _Read:
        """Empty if the pull request is in that repository itself, which is then read as its own."""
        home = _home(pull)
        if not paths or pull.ref.repository == home:
            return {}, ()
        reading = self._forge.texts_of(home, pull.ref.installation, tuple(dict.fromkeys(paths)))
        return await _read(reading, home, patient=patient)


async def _read(reading: Awaitable[Texts], repository: str, *, patient: bool) -> _Read:
    """The texts; if they cannot be read, no texts and a problem."""
    try:
        return await reading, ()
    except (Refused, Retry) as error:
        if not is_final(error, patient=patient):
            raise
        return {}, (_unreadable(repository, error),)


def _home(pull: Pull) -> str:
    return f"{pull.ref.owner}/{ORGANISATION}"


def _unreadable(repository: str, error: BotError) -> ConfigProblem:
    return ConfigProblem(
        file=repository,
        message=f"The configuration could not be read: {error}.",
        fix="Defaults were used instead.",
    )


def _layers(
    home: str, organisation: Texts, texts: Texts, where: Directories
) -> tuple[list[Layer], list[ConfigProblem]]:
    layers: list[Layer] = []
    problems: list[ConfigProblem] = []
    for prefix, found, candidates in (
        (f"{home}/", organisation, OF_ORGANISATION),
        ("", texts, OF_REPOSITORY),
    ):
        path, further = first_of(found, candidates)
        problems += further
        if path:
            _add(layers, problems, prefix + path, found[path])
    _add_directories(layers, problems, texts, where)
    return layers, problems


def _add_directories(
    layers: list[Layer], problems: list[ConfigProblem], texts: Texts, where: Directories
) -> None:
    """Adds the files of directories up to the size limit, those nearest to the root first."""
    nested = [name for name in where.names if f"{name}/{OF_DIRECTORY}" in texts]
    left = _MAX_OF_DIRECTORIES
    for name in nested:
        path = f"{name}/{OF_DIRECTORY}"
        left -= len(texts[path] or "")
        if left < 0:
            message = "The configuration files of directories are too long in total; this one was ignored."
            problems.append(ConfigProblem(file=path, message=message, fix="Shorten them to 64 kB in total."))
        else:
            _add(layers, problems, path, texts[path], name)
    if nested and where.more:
        problems.append(_too_many(where))


def _add(
    layers: list[Layer], problems: list[ConfigProblem], name: str, text: str | None, directory: str = ""
) -> None:
    if text is None:
        message = "The file is not UTF-8 text, or is too large; it was ignored."
        problems.append(
            ConfigProblem(file=name, message=message, fix="Save it as UTF-8, with less than 64 kB.")
        )
        return
    layer, new = read_layer(name, text, directory)
    layers.append(layer)
    problems += new


def _too_many(where: Directories) -> ConfigProblem:
    return ConfigProblem(
        file=OF_DIRECTORY,
        message=f"Only the {len(where.names)} changed directories nearest to the root were searched for this "
        f"file; {where.more} more were skipped.",
        fix="Move the file to a directory nearer to the root.",
    )


def _attributes(texts: Texts) -> dict[str, str]:
    return {path: text for path, text in texts.items() if text and path.rpartition("/")[2] == ATTRIBUTES}


def _templates(effective: EffectiveConfig, texts: Texts) -> tuple[tuple[Template, ...], list[ConfigProblem]]:
    templates: list[Template] = []
    problems: list[ConfigProblem] = []
    for name, path in effective.config.prompts.items():
        text = texts.get(path)
        if not text or len(text) > _MAX_TEMPLATE:
            problems.append(_no_template(effective, name, path, is_there=bool(text)))
        else:
            templates.append(Template(name=name, text=text))
    return tuple(templates), problems


def _no_template(effective: EffectiveConfig, name: str, path: str, *, is_there: bool) -> ConfigProblem:
    wrong = "is too large" if is_there else "is missing or not text"
    return ConfigProblem(
        file=effective.origins["prompts"],
        message=f"`prompts.{name}` names {path}, which {wrong}; the built-in prompt was used.",
        fix="Name a file of at most 20,000 characters, by its path from the root of that repository.",
    )


def _missing(effective: EffectiveConfig, texts: Texts) -> Iterable[ConfigProblem]:
    """A problem for each configured guidance file that is missing. The default files may be missing."""
    origin = effective.origins["guidance"]
    if origin == DEFAULT:
        return
    for path in effective.config.guidance:
        if texts.get(path) is None:
            yield ConfigProblem(
                file=origin,
                message=f"`guidance` names {path}, which is missing or not text.",
                fix="Remove it or correct the path.",
            )
