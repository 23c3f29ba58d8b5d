"""What a delivery means: every recorded payload is read, or ignored on purpose."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.change import PullRef
from bot.core.events import OWN_MARKER, Event, Ignored, MalformedDelivery, Triggers, Wanted, read_event
from bot.core.jobs import Cause, Task

EXAMPLES = Path(__file__).parent.parent / "npm/node_modules/@octokit/webhooks-examples"
HEAD = "ec26c3e57ca3a959ca5aad62de7213c562f8c821"
EVERYTHING = Triggers(name="code-review-bot", own_login="code-review-bot[bot]")


def recorded() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Server, event and payload of each recorded delivery."""
    if not EXAMPLES.is_dir():
        pytest.fail("the recorded deliveries are missing; fetch them with `make npm`")
    for index in sorted(EXAMPLES.glob("*/index.json")):
        for event in json.loads(index.read_bytes()):
            for payload in event["examples"]:
                yield index.parent.name, event["name"], payload


def pull_event(action: str = "opened", **pull: Any) -> dict[str, Any]:
    return {
        "action": action,
        "pull_request": {
            "number": 7,
            "draft": False,
            "user": {"login": "octocat", "type": "User"},
            "head": {"sha": HEAD, "repo": None},
            "base": {"ref": "main"},
        }
        | pull,
        "repository": {"full_name": "octo/spoon", "private": True},
        "installation": {"id": 99},
        "sender": {"login": "hubot", "type": "User"},
    }


def comment_event(body: str | None = "/review", *, sender: Any = None, **comment: Any) -> dict[str, Any]:
    return {
        "action": "created",
        "issue": {"number": 7, "pull_request": {"url": "https://api.github.com/repos/octo/spoon/pulls/7"}},
        "comment": {"id": 501, "body": body, "user": {"login": "octocat", "type": "User"}} | comment,
        "repository": {"full_name": "octo/spoon"},
        "installation": {"id": 99},
        "sender": sender or {"login": "octocat", "type": "User"},
    }


def line_event(body: str | None = "/explain", **comment: Any) -> dict[str, Any]:
    event = comment_event(body, **comment)
    del event["issue"]
    return event | {"pull_request": {"number": 7}}


def suite_event(*pulls: Any, **suite: Any) -> dict[str, Any]:
    return {
        "action": "completed",
        "check_suite": {"id": 5, "head_sha": HEAD, "app": {"slug": "builder"}, "pull_requests": pulls}
        | suite,
        "repository": {"full_name": "octo/spoon"},
        "installation": {"id": 99},
        "sender": {"login": "builder[bot]", "type": "Bot"},
    }


def read(name: str, payload: Any, triggers: Triggers = EVERYTHING) -> Event:
    return read_event(name, json.dumps(payload).encode(), triggers)


def wanted(event: Event) -> Task:
    assert isinstance(event, Wanted), event
    [task] = event.tasks
    return task


def ignored(event: Event) -> str:
    assert isinstance(event, Ignored), event
    return event.reason


ACTIONS = ("opened", "synchronize", "reopened", "ready_for_review", "labeled", "closed")


def test_every_recorded_delivery_is_read_or_ignored_on_purpose() -> None:
    """Six servers, 58 events: what happens to pull requests is looked at, the rest has its reason."""
    seen: Counter[str] = Counter()
    for server, name, payload in recorded():
        event = read(name, payload)
        action = payload.get("action")
        if name == "pull_request" and action in ACTIONS:
            task = wanted(event)
            assert task.head == payload["pull_request"]["head"]["sha"]
            assert task.pull.repository == payload["repository"]["full_name"]
            assert task.pull.installation == payload.get("installation", {}).get("id")
            seen[server] += 1
        elif isinstance(event, Wanted):
            pulls = payload["check_suite"]["pull_requests"]
            assert [task.pull.number for task in event.tasks] == [pull["number"] for pull in pulls]
            seen[name] += 1
        else:
            assert ignored(event)
    assert seen["api.github.com"] >= 14
    assert seen["check_suite"] >= 8
    assert len(seen) == 7


@pytest.mark.parametrize(
    ("action", "cause"),
    [
        ("opened", Cause.OPENED),
        ("synchronize", Cause.PUSHED),
        ("reopened", Cause.REOPENED),
        ("ready_for_review", Cause.READY),
        ("closed", Cause.CLOSED),
    ],
)
def test_a_pull_request_that_is_new_or_changed_is_looked_at_with_its_head(action: str, cause: Cause) -> None:
    task = wanted(read("pull_request", pull_event(action)))
    assert task.cause is cause
    assert task.head == HEAD
    assert task.actor == "hubot"
    assert task.comment is None
    assert task.pull.model_dump() == {"repository": "octo/spoon", "number": 7, "installation": 99}


@pytest.mark.parametrize(
    ("name", "payload", "words"),
    [
        ("pull_request", {"action": "converted_to_draft"}, "converted_to_draft"),
        ("pull_request", {"action": "unlabeled"}, "unlabeled"),
        ("pull_request", pull_event("edited") | {"changes": {"title": {"from": "x"}}}, "the same"),
        ("pull_request_review_comment", {"action": "edited"}, "only a new comment"),
        ("check_suite", {"action": "requested"}, "only the end"),
        ("check_suite", suite_event(), "of no pull request"),
        (
            "check_suite",
            suite_event({"number": 7, "head": {"sha": HEAD}}, app={"slug": "Code-Review-Bot"}),
            "own",
        ),
        ("status", {"sha": HEAD, "state": "success"}, "status is no event"),
        ("issue_comment", {"action": "edited"}, "only a new comment"),
        ("issue_comment", {"action": "deleted"}, "only a new comment"),
        ("installation", {"action": "created"}, "installation created acknowledged"),
        ("installation_repositories", {"action": "added"}, "acknowledged"),
        ("installation_target", {"action": "renamed"}, "acknowledged"),
        ("ping", {"zen": "Half measures are as bad as nothing at all."}, "ping acknowledged"),
        ("push", {}, "push is no event"),
        ("check_run", {"action": "completed"}, "check_run is no event"),
        ("issues", {"action": "opened"}, "issues is no event"),
    ],
)
def test_other_events_are_ignored_with_a_reason(name: str, payload: Any, words: str) -> None:
    assert words in ignored(read(name, payload))


@pytest.mark.parametrize(
    "pull", [{"draft": True}, {"user": {"login": "dependabot[bot]", "type": "Bot"}}, {"user": None}]
)
def test_whether_a_draft_or_a_bots_pull_is_reviewed_is_not_decided_here(pull: Any) -> None:
    assert wanted(read("pull_request", pull_event(**pull)))


def test_a_label_is_told_by_its_name() -> None:
    task = wanted(read("pull_request", pull_event("labeled") | {"label": {"name": "please review"}}))

    assert (task.cause, task.head, task.label) == (Cause.LABELED, HEAD, "please review")


def test_a_pull_request_that_is_pointed_at_another_branch_is_another_change() -> None:
    edited = pull_event("edited", base={"ref": "next"}) | {"changes": {"base": {"ref": {"from": "main"}}}}

    task = wanted(read("pull_request", edited))

    assert (task.cause, task.head, task.base) == (Cause.PUSHED, HEAD, "next")


def test_checks_that_ended_are_told_for_each_pull_request_of_the_head() -> None:
    event = read(
        "check_suite", suite_event(*({"number": number, "head": {"sha": HEAD}} for number in (7, 8)))
    )

    assert isinstance(event, Wanted)
    assert [(task.cause, task.pull.number, task.suite) for task in event.tasks] == [
        (Cause.CHECKED, 7, 5),
        (Cause.CHECKED, 8, 5),
    ]


def test_what_is_not_the_same_is_not_one_job() -> None:
    pull = PullRef(repository="octo/spoon", number=7)

    def task(cause: Cause, **more: Any) -> Task:
        return Task(pull=pull, cause=cause, head=HEAD, **more)

    apart = [
        task(Cause.PUSHED),
        task(Cause.PUSHED, base="next"),
        task(Cause.PUSHED, base="main"),
        task(Cause.READY),
        task(Cause.CLOSED),
        task(Cause.LABELED, label="a"),
        task(Cause.LABELED, label="5"),
        task(Cause.CHECKED, suite=5),
        task(Cause.CHECKED, suite=6),
        task(Cause.COMMAND, comment=1),
        task(Cause.COMMAND, comment=1, on_lines=True),
        task(Cause.COMMAND, comment=1, in_review=True),
    ]
    assert len({one.key for one in apart}) == len(apart)
    assert {one.lane for one in apart} == {"octo/spoon#7"}
    assert task(Cause.OPENED).key == task(Cause.MISSED).key == task(Cause.REOPENED).key == apart[0].key


def test_a_bots_push_to_a_persons_pull_request_is_reviewed() -> None:
    event = pull_event("synchronize") | {"sender": {"login": "pre-commit-ci[bot]", "type": "Bot"}}
    assert wanted(read("pull_request", event))


def test_a_pull_request_whose_author_or_fork_is_gone_is_reviewed() -> None:
    event = pull_event(user=None)
    del event["installation"]
    assert wanted(read("pull_request", event)).pull.installation is None


def test_a_command_names_its_comment_and_who_wrote_it() -> None:
    task = wanted(read("issue_comment", comment_event("/review the parser\n\nthanks")))
    assert (task.cause, task.head, task.comment) == (Cause.COMMAND, None, 501)
    assert (task.actor, task.command) == ("octocat", "review the parser")


@pytest.mark.parametrize("body", ["flows summarize", "@code-review-bot review"])
def test_a_phrase_and_a_mention_ask_as_well(body: str) -> None:
    assert wanted(read("issue_comment", comment_event(body))).command == "review"


@pytest.mark.parametrize("body", [None, "", "looks good", "/deploy", "/reviewer", "> /review"])
def test_a_comment_without_a_command_is_ignored(body: str | None) -> None:
    assert "no command" in ignored(read("issue_comment", comment_event(body)))


def test_a_question_keeps_all_its_lines() -> None:
    task = wanted(
        read("issue_comment", comment_event("> said before\n\n@code-review-bot is it safe\nand fast?"))
    )
    assert task.command == "ask is it safe\nand fast?"


def test_a_slip_is_kept_for_the_hint() -> None:
    assert wanted(read("issue_comment", comment_event("/reveiw"))).command == "reveiw"


def test_a_command_on_lines_of_the_diff_says_so() -> None:
    task = wanted(read("pull_request_review_comment", line_event("/explain", in_reply_to_id=400)))

    assert (task.cause, task.pull.number, task.comment, task.on_lines) == (Cause.COMMAND, 7, 501, True)
    assert not wanted(read("issue_comment", comment_event())).on_lines


@pytest.mark.parametrize("body", ["nice", None, "/deploy"])
def test_a_remark_on_lines_is_ignored(body: str | None) -> None:
    assert "no command" in ignored(read("pull_request_review_comment", line_event(body)))


def test_the_bots_own_remark_on_lines_is_ignored() -> None:
    event = line_event("/explain", performed_via_github_app={"id": 3})
    assert "a bot or an app" in ignored(read("pull_request_review_comment", event))


def test_a_comment_on_an_issue_is_ignored() -> None:
    event = comment_event()
    event["issue"] = {"number": 7}
    assert "on an issue" in ignored(read("issue_comment", event))


@pytest.mark.parametrize(
    "event",
    [
        comment_event(sender={"login": "someone", "type": "Bot"}),
        comment_event(sender={"login": "someone[bot]", "type": "User"}),
        comment_event(sender={"login": "Code-Review-Bot[bot]", "type": "User"}),
        comment_event(performed_via_github_app={"id": 3, "slug": "other-app"}),
        comment_event(f"/review\n{OWN_MARKER}summary -->"),
    ],
)
def test_no_loop_begins_with_a_bots_comment(event: Any) -> None:
    assert "a bot or an app" in ignored(read("issue_comment", event))


def test_the_bots_own_account_is_known_by_its_login() -> None:
    event = comment_event(sender={"login": "Review-Machine", "type": "User"})
    assert wanted(read("issue_comment", event))
    assert ignored(read("issue_comment", event, Triggers(own_login="review-machine")))


@pytest.mark.parametrize(
    ("name", "body", "field"),
    [
        ("pull_request", b"", "body"),
        ("pull_request", b"not json", "body"),
        ("pull_request", b"[]", "body"),
        ("pull_request", b'{"action": 3}', "action"),
        ("installation", b"\xff\xfe", "body"),
        ("pull_request", json.dumps(pull_event(head={"sha": "main"})).encode(), "pull_request.head.sha"),
        ("pull_request", json.dumps(pull_event(number="7")).encode(), "pull_request.number"),
        ("pull_request", json.dumps(pull_event() | {"repository": {}}).encode(), "repository.full_name"),
        (
            "pull_request",
            json.dumps(pull_event() | {"installation": {"id": "x"}}).encode(),
            "installation.id",
        ),
        ("issue_comment", json.dumps(comment_event(id=None)).encode(), "comment.id"),
        ("pull_request_review_comment", json.dumps(line_event(id="x")).encode(), "comment.id"),
        ("check_suite", json.dumps(suite_event(id=None)).encode(), "check_suite.id"),
    ],
)
def test_a_body_that_github_does_not_send_is_refused_by_the_name_of_its_field(
    name: str, body: bytes, field: str
) -> None:
    with pytest.raises(MalformedDelivery) as raised:
        read_event(name, body, EVERYTHING)
    assert str(raised.value).startswith(f"{field}: ")


def test_a_refusal_does_not_repeat_what_was_sent() -> None:
    body = json.dumps(pull_event(head={"sha": "ghs_secret"})).encode()
    with pytest.raises(MalformedDelivery) as raised:
        read_event("pull_request", body, EVERYTHING)
    assert "ghs_secret" not in str(raised.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.data(), JSON)
def test_whatever_stands_in_a_field_the_payload_is_read_or_refused(data: st.DataObject, value: Any) -> None:
    payloads = {
        "pull_request": pull_event("labeled") | {"label": None, "changes": {}},
        "issue_comment": comment_event(),
        "pull_request_review_comment": line_event(),
        "check_suite": suite_event({"number": 7, "head": {"sha": HEAD}}),
    }
    name = data.draw(st.sampled_from(sorted(payloads)))
    field = data.draw(st.sampled_from(sorted(payloads[name])))
    try:
        event = read(name, payloads[name] | {field: value})
    except MalformedDelivery:
        return
    assert isinstance(event, Wanted | Ignored)


@given(st.binary())
def test_any_bytes_are_ignored_or_refused(body: bytes) -> None:
    try:
        event = read_event("pull_request", body, EVERYTHING)
    except MalformedDelivery:
        return
    assert isinstance(event, Ignored)
