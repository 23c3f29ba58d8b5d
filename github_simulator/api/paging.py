"""Pages of lists, and the Link header that leads from one to the next."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from aiohttp import web

from github_simulator.api.api_request import ApiRequest, answer

Item = TypeVar("Item")
USUAL, MOST = 30, 100
_LONGEST_NUMBER = 9  # digits


def cut_page(
    asked: ApiRequest, items: Sequence[Item], usual: int = USUAL, most: int = MOST
) -> tuple[Sequence[Item], dict[str, str]]:
    """The items of the page that is asked for, and headers."""
    size = min(_count(asked, "per_page", usual), most)
    page = _count(asked, "page", 1)
    last = max(1, -(-len(items) // size))
    links = {"first": 1, "prev": page - 1} if page > 1 else {}
    links |= {"next": page + 1, "last": last} if page < last else {}
    spelled = ", ".join(f'<{_address(asked, number)}>; rel="{name}"' for name, number in links.items())
    return items[(page - 1) * size : page * size], {"Link": spelled} if spelled else {}


def page_of(asked: ApiRequest, items: Sequence[Item], shape: Callable[[Item], object]) -> web.Response:
    shown, headers = cut_page(asked, items)
    return answer([shape(item) for item in shown], headers=headers)


def _count(asked: ApiRequest, name: str, usual: int) -> int:
    """A number from the query. GitHub passes over one that it cannot use."""
    word = asked.request.query.get(name, "")
    number = int(word) if word.isascii() and word.isdecimal() and len(word) < _LONGEST_NUMBER else 0
    return number or usual


def _address(asked: ApiRequest, page: int) -> str:
    return str(asked.request.url.update_query(page=page))
