import httpx

from crawler.crawl import crawl

SITE = {
    "/": '<a href="/a">a</a> <a href="/b#top">b</a> <a href="https://elsewhere.test/">away</a>',
    "/a": '<a href="/">home</a> <a href="c">c</a>',
    "/b": '<a href="/a">a</a>',
    "/c": "the end",
}


def client(seen: list[str]) -> httpx.AsyncClient:
    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.path)
        return httpx.Response(200, html=SITE[request.url.path])

    return httpx.AsyncClient(transport=httpx.MockTransport(answer))


async def test_every_page_is_fetched_once() -> None:
    seen: list[str] = []

    pages = await crawl(client(seen), "https://site.test/")

    assert sorted(seen) == ["/", "/a", "/b", "/c"]
    assert pages["https://site.test/c"].text == "the end"


async def test_a_page_that_fails_has_no_status() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    pages = await crawl(httpx.AsyncClient(transport=httpx.MockTransport(refuse)), "https://site.test/")

    assert [page.status for page in pages.values()] == [0]
