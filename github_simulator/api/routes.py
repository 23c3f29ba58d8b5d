"""The route table. Paths are written as in GitHub's OpenAPI description."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from aiohttp import web

from github_simulator.api.access import Need
from github_simulator.api.api_request import ApiRequest

Handler = Callable[[ApiRequest], Awaitable[web.Response]]


class Route(NamedTuple):
    method: str
    template: str
    need: Need
    answer: Handler

    @property
    def pattern(self) -> str:
        """The template in aiohttp's syntax; some parameters may contain slashes."""
        pattern = self.template
        for name in ("path", "basehead", "tree_sha"):
            pattern = pattern.replace(f"{{{name}}}", f"{{{name}:.+}}")
        return pattern.replace("/tarball/{ref}", "/tarball/{ref:.+}")


class Routes(list[Route]):
    """The routes of one module; decorate with `@routes("GET", "/path/{name}", need)`."""

    def __call__(self, method: str, template: str, need: Need) -> Callable[[Handler], Handler]:
        def add(answer: Handler) -> Handler:
            self.append(Route(method, template, need, answer))
            return answer

        return add
