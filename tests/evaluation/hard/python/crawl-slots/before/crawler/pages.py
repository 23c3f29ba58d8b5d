"""What a page holds."""

from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin


@dataclass(frozen=True)
class Page:
    url: str
    status: int
    text: str


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def links(page: Page) -> list[str]:
    """The addresses to which a page links, absolute and without fragments."""
    parser = _Links()
    parser.feed(page.text)
    return [urldefrag(urljoin(page.url, link)).url for link in parser.found]
