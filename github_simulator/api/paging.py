"""Cuts lists into pages, with Link headers."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from aiohttp import web

from github_simulator.api.api_request import ApiRequest, answer

Item = TypeVar("Item")
DEFAULT_SIZE, MAX_SIZE = 30, 100
_MAX_DIGITS = 9


def cut_page(
    request: ApiRequest, items: Sequence[Item], default: int = DEFAULT_SIZE, limit: int = MAX_SIZE
) -> tuple[Sequence[Item], dict[str, str]]:
    """The items of the requested page, and the headers."""
    size = min(_count(request, "per_page", default), limit)
    page = _count(request, "page", 1)
    last = max(1, -(-len(items) // size))
    links = {"first": 1, "prev": page - 1} if page > 1 else {}
    links |= {"next": page + 1, "last": last} if page < last else {}
    header = ", ".join(f'<{_address(request, number)}>; rel="{name}"' for name, number in links.items())
    return items[(page - 1) * size : page * size], {"Link": header} if header else {}


def page_of(request: ApiRequest, items: Sequence[Item], shape: Callable[[Item], object]) -> web.Response:
    page, headers = cut_page(request, items)
    return answer([shape(item) for item in page], headers=headers)


def _count(request: ApiRequest, name: str, default: int) -> int:
    """A number from the query; GitHub ignores invalid ones."""
    word = request.http.query.get(name, "")
    number = int(word) if word.isascii() and word.isdecimal() and len(word) < _MAX_DIGITS else 0
    return number or default


def _address(request: ApiRequest, page: int) -> str:
    return str(request.http.url.update_query(page=page))
