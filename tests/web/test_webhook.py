"""The webhook stores genuine deliveries and answers all others with the reason."""

import asyncio
import gzip
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from githubkit.webhooks import sign
from hypothesis import example, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.core.errors import Retry, SettingsError
from bot.core.jobs import Delivery
from bot.engine import Store, connect
from bot.web import body as body_module
from bot.web import server as server_module
from bot.web import webhook as webhook_module
from bot.web.signature import is_signed
from tests.web.site import PREVIOUS, SECRET, Site, site


async def kept(store: Store) -> list[tuple[str, str, str]]:
    return [(kept.id, kept.event, kept.body.decode()) for kept in await store.inbox.unread(1000)]


async def test_a_signed_delivery_is_on_the_disk_before_it_is_acknowledged(web: Site, store: Store) -> None:
    body = '{"action": "opened", "title": "Löffel ⚙"}'.encode()

    answer = await web.deliver(body, name="72d3162e-cc78-11e3-81ab-4c9367dc0958")

    assert answer.status == 202
    assert answer.body == {"delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958", "duplicate": False}
    assert await kept(store) == [("72d3162e-cc78-11e3-81ab-4c9367dc0958", "pull_request", body.decode())]


async def test_a_duplicate_is_acknowledged_as_one(web: Site, store: Store) -> None:
    await web.deliver()

    answer = await web.deliver()

    assert (answer.status, answer.body) == (202, {"delivery": "d-1", "duplicate": True})
    assert len(await kept(store)) == 1


async def test_the_secret_before_the_rotation_still_counts(web: Site) -> None:
    assert (await web.deliver(secret=PREVIOUS)).status == 202


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "sha256=",
        "sha256=" + "0" * 64,
        "sha1=" + "0" * 40,
        sign(SECRET, b'{"action": "opened"}', method="sha1"),
        sign("another secret", b'{"action": "opened"}', method="sha256"),
        sign(SECRET, b'{"action": "closed"}', method="sha256"),
        sign(SECRET, b'{"action": "opened"}', method="sha256").upper(),
        sign(SECRET, b'{"action": "opened"}', method="sha256") + "00",
        sign(SECRET, b'{"action": "opened"}', method="sha256").removeprefix("sha256="),
    ],
)
async def test_what_is_not_signed_is_refused_and_not_kept(
    web: Site, store: Store, signature: str | None
) -> None:
    answer = await web.deliver(headers={"X-Hub-Signature-256": signature})

    assert answer.status == 401
    assert "X-Hub-Signature-256" in answer.body["error"]
    assert await kept(store) == []


async def test_an_unsigned_request_learns_nothing_about_its_body(web: Site) -> None:
    """Nothing is parsed before the signature is verified: garbage is refused for its signature."""
    answer = await web.deliver(b"\xff{", name="", event="", secret="guess")

    assert answer.status == 401


def test_without_a_secret_there_is_no_server(store: Store) -> None:
    for secrets in ((), ("",), (SECRET, "")):
        with pytest.raises(SettingsError, match="GITHUB_WEBHOOK_SECRET"):
            asyncio.run(_open(store, secrets))


async def _open(store: Store, secrets: tuple[str, ...]) -> None:
    async with site(store, secrets=secrets):
        pass


@given(st.binary(max_size=300), st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
@example(b"", "ß", "ss")
def test_signatures_agree_with_an_independent_signer(body: bytes, secret: str, other: str) -> None:
    signature = sign(secret, body, method="sha256")

    assert is_signed(body, signature, [other, secret])
    assert is_signed(body, signature, [other]) is (other == secret)
    assert not is_signed(body + b" ", signature, [secret])


@given(st.none() | st.text(max_size=80))
def test_no_invented_header_is_a_signature(header: str | None) -> None:
    assert not is_signed(b"{}", header, [SECRET])


async def test_a_form_is_told_to_come_as_json(web: Site) -> None:
    answer = await web.deliver(
        b"payload=%7B%7D", headers={"Content-Type": "application/x-www-form-urlencoded"}
    )

    assert answer.status == 415
    assert "set the webhook's content type to application/json" in answer.body["error"]


async def test_a_compressed_body_is_refused_unread(web: Site) -> None:
    bomb = gzip.compress(b" " * 50_000_000)

    answer = await web.deliver(bomb, headers={"Content-Encoding": "gzip"})

    assert answer.status == 415


@pytest.mark.parametrize(
    ("header", "value"),
    [
        *(("X-GitHub-Event", value) for value in (None, "", "a b", "ü", "a\tb", "\u200b")),
        *(
            ("X-GitHub-Delivery", value)
            for value in (None, "", "x" * 300, "a b", "<script>", "ü", "../../etc")
        ),
    ],
)
async def test_a_missing_or_odd_header_is_named(
    web: Site, store: Store, header: str, value: str | None
) -> None:
    answer = await web.deliver(headers={header: value})

    assert (answer.status, answer.body) == (400, {"error": f"the header {header} is missing or malformed"})
    assert await kept(store) == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe{}", b"[]", b"null", b'"text"', b"1" * 5000, b"[" * 100_000, b'{"a":' * 9999],
)
async def test_signed_nonsense_is_refused(web: Site, store: Store, body: bytes) -> None:
    answer = await web.deliver(body)

    assert answer.status == 400
    assert answer.body["error"].startswith("the body is not a JSON object in UTF-8: ")
    assert await kept(store) == []


DEEP, LONG = b'{"action": "opened", "x": ' + b"[" * 300 + b"]" * 300 + b"}", b'{"x": ' + b"9" * 5000 + b"}"


@pytest.mark.parametrize(("body", "reason"), [(DEEP, "recursion limit"), (LONG, "number out of range")])
async def test_json_that_is_too_much_to_read_is_refused_for_that(
    web: Site, store: Store, body: bytes, reason: str
) -> None:
    answer = await web.deliver(body)

    assert answer.status == 400
    assert reason in answer.body["error"]
    ignored = await web.deliver(body, headers={"X-GitHub-Event": "star"})
    assert (ignored.status, ignored.body["ignored"]) == (202, "star")
    assert await kept(store) == []


async def test_an_event_of_any_name_is_ignored(web: Site, store: Store) -> None:
    answer = await web.deliver(headers={"X-GitHub-Event": "x" * 300})

    assert (answer.status, answer.body["ignored"]) == (202, "x" * 300)
    assert await kept(store) == []


async def test_a_ping_is_answered(web: Site, store: Store) -> None:
    answer = await web.deliver(b'{"zen": "Speak like a human."}', event="ping")

    assert (answer.status, answer.body) == (200, {"pong": "d-1"})
    assert await kept(store) == []


@pytest.mark.parametrize(
    "event",
    [
        "workflow_run",
        "projects_v2",
        "projects_v2_item",
        "projects_v2_status_update",
        "sub_issues",
        "Issue-Comment.v3",
        "pull_request2",
        "event:of/the+future",
        "<script>",
        "4",
    ],
)
async def test_events_that_the_bot_never_reads_are_acknowledged_and_not_kept(
    web: Site, store: Store, event: str
) -> None:
    answer = await web.deliver(event=event)

    assert (answer.status, answer.body) == (202, {"delivery": "d-1", "ignored": event})
    assert await kept(store) == []


@pytest.mark.parametrize(
    ("body", "stored"),
    [
        (b'{"action": "completed"}', False),
        (b'{"action": "created"}', False),
        (b'{"action": {}}', False),
        (b"{}", False),
        (b'{"action": "rerequested"}', True),
    ],
)
async def test_what_anybodys_checks_do_is_not_kept_unless_it_can_mean_something(
    web: Site, store: Store, body: bytes, stored: bool
) -> None:
    answer = await web.deliver(body, event="check_run")

    assert answer.status == 202
    assert bool(await kept(store)) == stored


async def test_the_largest_delivery_is_taken_and_a_larger_one_refused(
    web: Site, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_module, "LARGEST", 2_000_000)
    largest = b'{"a": "' + b"x" * (2_000_000 - 9) + b'"}'

    assert (await web.deliver(largest)).status == 202
    assert (await web.deliver(largest + b" ", name="d-2")).status == 413
    assert [name for name, *_ in await kept(store)] == ["d-1"]


@asynccontextmanager
async def raw(web: Site, sent: bytes) -> AsyncIterator[asyncio.StreamReader]:
    """A connection on which `sent` is sent after the head of a delivery (which lacks its last lines)."""
    head = (
        "POST /webhooks/github HTTP/1.1\r\nHost: bot\r\nContent-Type: application/json\r\n"
        f"X-Hub-Signature-256: sha256={'0' * 64}\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
    writer.write(head.encode() + sent)
    try:
        yield reader
    finally:
        writer.close()
        await writer.wait_closed()


async def test_a_body_without_a_length_is_bounded_as_well(web: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_module, "LARGEST", 100_000)
    chunk = b"c350\r\n" + b" " * 50_000 + b"\r\n"

    async with raw(web, b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 3) as answer:
        assert b" 413 " in await answer.readline()


async def test_a_body_that_dribbles_in_is_cut_off(web: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_module, "SECONDS", 0.05)

    async with raw(web, b"Content-Length: 1000\r\n\r\n{") as answer:
        assert b" 408 " in await answer.readline()


async def test_a_head_that_dribbles_in_is_cut_off(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "IDLE_SECONDS", 0.05)
    async with site(store) as web, raw(web, b"X-Slow: ") as answer:
        assert await answer.read() == b""


async def test_a_body_in_broken_chunks_is_refused(web: Site) -> None:
    async with raw(web, b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nworld\r\n") as answer:
        assert b" 400 " in await answer.readline()


async def test_promised_bodies_take_no_memory_from_others(web: Site) -> None:
    """Many clients that announce long bodies and send nothing do not block a delivery."""
    async with AsyncExitStack() as senders:
        for _ in range(50):
            await senders.enter_async_context(raw(web, b"Content-Length: 20000000\r\n\r\n"))

        assert (await web.deliver()).status == 202


async def test_a_sender_who_goes_away_is_no_bug_of_ours(web: Site) -> None:
    with capture_logs() as logs:
        async with raw(web, b"Content-Length: 1000\r\n\r\n{"):
            await web.get("/health")
        while not any(entry.get("status") == 400 for entry in logs):
            await web.get("/health")

    assert {entry["log_level"] for entry in logs} <= {"info", "debug"}


async def test_too_much_at_once_is_put_off_and_nothing_leaks(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_module, "MOST_HELD", 1_000_000)
    body = b'{"a": "' + b"x" * 600_000 + b'"}'
    async with site(store, inbox=(slow := SlowInbox(store))) as web:
        first = asyncio.create_task(web.deliver(body, name="d-1"))
        await slow.reached.wait()

        refused = await web.deliver(body, name="d-2")
        slow.go_on.set()
        accepted = await first
        later = await web.deliver(body, name="d-2")

    assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
    assert "redeliver" in refused.body["error"]
    assert (accepted.status, later.status) == (202, 202)


class SlowInbox:
    """An inbox whose disk waits for an event."""

    def __init__(self, store: Store) -> None:
        self.reached = asyncio.Event()
        self.go_on = asyncio.Event()
        self._inbox = store.inbox
        self.unread = store.inbox.unread
        self.unread_count = store.inbox.unread_count
        self.known = store.inbox.known
        self.mark_read = store.inbox.mark_read
        self.put_off = store.inbox.put_off
        self.set_aside = store.inbox.set_aside
        self.set_aside_count = store.inbox.set_aside_count
        self.wait = store.inbox.wait

    async def receive(self, delivery: Delivery) -> bool:
        self.reached.set()
        await self.go_on.wait()
        return await self._inbox.receive(delivery)


async def test_a_failing_disk_is_told_to_the_sender(
    web: Site, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(_delivery: Delivery) -> bool:
        raise Retry("database bot-inbox.db: database or disk is full")

    monkeypatch.setattr(store.inbox, "receive", failing)

    answer = await web.deliver()

    assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
    assert answer.body == {"error": "the delivery could not be stored; redeliver it later"}


async def test_five_hundred_at_once_are_all_kept(web: Site, store: Store) -> None:
    answers = await asyncio.gather(*(web.deliver(name=f"d-{number}") for number in range(500)))

    assert {answer.status for answer in answers} == {202}
    assert {name for name, *_ in await kept(store)} == {f"d-{number}" for number in range(500)}


async def test_requests_that_run_when_the_server_stops_are_answered(store: Store) -> None:
    slow = SlowInbox(store)
    async with site(store, inbox=slow) as web:
        reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
        writer.write(_raw(b'{"action": "opened"}'))
        await slow.reached.wait()
        asyncio.get_running_loop().call_later(0.05, slow.go_on.set)

    assert b" 202 " in await reader.readline()
    assert len(await kept(store)) == 1
    writer.close()
    await writer.wait_closed()


names = st.sampled_from(
    [
        "Content-Type",
        "X-GitHub-Event",
        "X-GitHub-Delivery",
        "X-Hub-Signature-256",
        "Content-Encoding",
        "X-Odd",
    ]
)
values = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60) | st.sampled_from(
    ["application/json", "pull_request", "sha256=" + "a" * 64]
)


def test_any_garbage_gets_an_answer_and_is_not_kept(tmp_path: Path) -> None:
    """Over a real socket; the server answers and continues."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        store = runner.run(stack.enter_async_context(_opened(tmp_path)))
        web = runner.run(stack.enter_async_context(site(store)))

        @settings(max_examples=100, deadline=None)
        @given(st.dictionaries(names, values), st.binary(max_size=200))
        def send(headers: dict[str, str], body: bytes) -> None:
            answer = runner.run(web.send("POST", "/webhooks/github", body, headers))
            assert answer.status in {400, 401, 415}
            assert list(answer.body) == ["error"]

        send()
        assert runner.run(kept(store)) == []
        runner.run(stack.aclose())


@asynccontextmanager
async def _opened(directory: Path) -> AsyncIterator[Store]:
    async with await connect(f"sqlite:///{directory / 'bot.db'}") as store:
        yield store


async def test_a_kill_right_after_the_202_loses_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    child = await asyncio.create_subprocess_exec(
        sys.executable, Path(__file__).with_name("serving_child.py"), url, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    port = int(await child.stdout.readline())

    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_raw(b'{"action": "opened"}'))
    status = await reader.readline()
    child.send_signal(signal.SIGKILL)
    await child.wait()
    writer.close()

    assert b" 202 " in status
    async with await connect(url) as store:
        assert [name for name, *_ in await kept(store)] == ["raw-1"]


def _raw(body: bytes) -> bytes:
    """A whole request as bytes, so that the kill follows the first line of the response."""
    head = (
        "POST /webhooks/github HTTP/1.1\r\nHost: bot\r\nContent-Type: application/json\r\n"
        f"X-GitHub-Event: pull_request\r\nX-GitHub-Delivery: raw-1\r\nContent-Length: {len(body)}\r\n"
        f"X-Hub-Signature-256: {sign(SECRET, body, method='sha256')}\r\n\r\n"
    )
    return head.encode() + body
