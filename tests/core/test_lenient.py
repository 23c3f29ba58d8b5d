"""What is good to have and cannot be read does no harm; what is needed and cannot be read is named."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core.events import IgnoredEvent, RelevantEvent
from bot.core.jobs import Cause
from bot.core.lenient import IfReadable, OrElse, ReadableItems
from bot.github.webhooks import read_event
from bot.github.webhooks.payloads import Account, Payload
from tests.github.test_github_events import EVERYTHING, HEAD, comment_event, pull_event, suite_event

NOBODY = Account(login="nobody")
ROBIN = {"login": "robin"}
ANYTHING: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


class Label(Payload):
    name: str
    made: datetime | None = None


class Record(Payload):
    """One of each kind of field."""

    id: int
    author: IfReadable[Account] = None
    when: IfReadable[datetime] = None
    count: IfReadable[int] = None
    sender: Annotated[Account, OrElse(NOBODY)] = NOBODY
    labels: ReadableItems[Label] = ()
    threads: tuple[IfReadable[Label], ...] = ()


def read(**fields: Any) -> Record:
    return Record.model_validate_json(json.dumps({"id": 1} | fields))


def test_what_can_be_read_is_read() -> None:
    moment = "2026-01-01T00:00:00Z"
    label = {"name": "bug", "made": moment}
    record = read(author=ROBIN, when=moment, count=5, sender=ROBIN, labels=[label], threads=[label])

    assert record.author == record.sender == Account(login="robin")
    assert (datetime(2026, 1, 1, tzinfo=UTC), 5) == (record.when, record.count)
    assert record.labels == record.threads == (Label(name="bug", made=record.when),)


@pytest.mark.parametrize("odd", [{}, [], "text", 5, True, None, {"login": None}, {"login": 5}])
def test_an_account_that_cannot_be_read_is_none_or_the_one_to_take(odd: Any) -> None:
    record = read(author=odd, sender=odd)

    assert (None, NOBODY) == (record.author, record.sender)


@pytest.mark.parametrize(
    ("field", "odd"), [("count", "5"), ("count", True), ("count", 1.5), ("when", "soon")]
)
def test_nothing_is_converted(field: str, odd: Any) -> None:
    assert getattr(read(**{field: odd}), field) is None


def test_items_that_cannot_be_read_are_left_out_and_places_are_kept_where_wanted() -> None:
    items = [{"name": "a"}, None, {}, {"name": 5}, {"name": "b", "made": "never"}, {"name": "c"}]
    record = read(labels=items, threads=items)

    assert ["a", "c"] == [label.name for label in record.labels]
    assert ["a", None, None, None, None, "c"] == [label and label.name for label in record.threads]
    assert () == read(labels={}).labels == read(labels=None).labels


@given(
    fields=st.fixed_dictionaries({}, optional=dict.fromkeys(("author", "when", "sender", "labels"), ANYTHING))
)
def test_nothing_that_is_only_good_to_have_makes_a_record_unreadable(fields: dict[str, Any]) -> None:
    assert 1 == read(**fields).id


def test_what_is_needed_is_asked_for() -> None:
    with pytest.raises(ValidationError, match="id"):
        read(id=None)


@given(
    odd=ANYTHING,
    field=st.sampled_from(("sender", "label", "changes")),
    action=st.sampled_from(("opened", "labeled")),
)
def test_a_delivery_is_read_whatever_decorates_it(odd: Any, field: str, action: str) -> None:
    told = read_event("pull_request", json.dumps(pull_event(action) | {field: odd}).encode(), EVERYTHING)

    assert isinstance(told, RelevantEvent)
    assert HEAD == told.tasks[0].head


def test_a_delivery_without_a_sender_is_read() -> None:
    payload = pull_event("opened")
    del payload["sender"]
    told = read_event("pull_request", json.dumps(payload).encode(), EVERYTHING)

    assert isinstance(told, RelevantEvent)
    assert (Cause.OPENED, "ghost") == (told.tasks[0].cause, told.tasks[0].actor)


@pytest.mark.parametrize("app", [{}, [], "an app", {"slug": None}])
def test_a_comment_that_an_app_wrote_is_by_a_machine_however_odd_the_app_is(app: Any) -> None:
    payload = comment_event("/review", performed_via_github_app=app)

    assert isinstance(read_event("issue_comment", json.dumps(payload).encode(), EVERYTHING), IgnoredEvent)


def test_pulls_of_a_suite_that_cannot_be_read_are_left_out() -> None:
    payload = suite_event({"number": 0}, {"number": 7, "head": {"sha": HEAD}}, None)
    told = read_event("check_suite", json.dumps(payload).encode(), EVERYTHING)

    assert isinstance(told, RelevantEvent)
    assert [7] == [task.pull.number for task in told.tasks]
