"""The table of what is simulated. Paths are spelled as in GitHub's OpenAPI description."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from aiohttp import web

from github_simulator.api.access import Need
from github_simulator.api.api_request import ApiRequest

Answering = Callable[[ApiRequest], Awaitable[web.Response]]


class Route(NamedTuple):
    method: str
    template: str
    need: Need
    answer: Answering

    @property
    def pattern(self) -> str:
        """The template as aiohttp wants it: some names take slashes, too."""
        pattern = self.template
        for name in ("path", "basehead"):
            pattern = pattern.replace(f"{{{name}}}", f"{{{name}:.+}}")
        return pattern


class Routes(list[Route]):
    """One module's part of the table; decorate with `@routes("GET", "/path/{name}", need)`."""

    def __call__(self, method: str, template: str, need: Need) -> Callable[[Answering], Answering]:
        def add(answer: Answering) -> Answering:
            self.append(Route(method, template, need, answer))
            return answer

        return add
