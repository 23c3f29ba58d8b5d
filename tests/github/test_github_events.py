"""Every recorded payload is read, or deliberately ignored."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.change import PullRef
from bot.core.comments.comment import OWN_MARKER
from bot.core.events import Event, IgnoredEvent, MalformedDelivery, RelevantEvent
from bot.core.jobs import Cause, Task
from bot.github.webhooks import Triggers, is_relevant, read_event

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


OWN_APP = {"id": 1, "slug": "code-review-bot", "client_id": "Iv23li"}


def rerun_suite(*pulls: Any, **suite: Any) -> dict[str, Any]:
    person = {"login": "mira", "type": "User"}
    return suite_event(*pulls, **{"app": OWN_APP, **suite}) | {"action": "rerequested", "sender": person}


def rerun_run(*pulls: Any, **run: Any) -> dict[str, Any]:
    told = {"head_sha": HEAD, "app": OWN_APP, "check_suite": {"id": 5}, "pull_requests": pulls} | run
    event = rerun_suite()
    del event["check_suite"]
    return event | {"check_run": told}


def group_event(action: str = "checks_requested", **group: Any) -> dict[str, Any]:
    branch = f"refs/heads/gh-readonly-queue/main/pr-7-{'b' * 40}"
    told = {"head_sha": HEAD, "head_ref": branch, "base_ref": "refs/heads/main"} | group
    event = {"action": action, "merge_group": told, "repository": {"full_name": "octo/spoon"}}
    return event | {"installation": {"id": 99}}


def review_event(body: str | None = "/review", **review: Any) -> dict[str, Any]:
    return {
        "action": "submitted",
        "review": {"id": 501, "body": body, "state": "commented"} | review,
        "pull_request": {"number": 7},
        "repository": {"full_name": "octo/spoon"},
        "installation": {"id": 99},
        "sender": {"login": "octocat", "type": "User"},
    }


def read(name: str, payload: Any, triggers: Triggers = EVERYTHING) -> Event:
    return read_event(name, json.dumps(payload).encode(), triggers)


def wanted(event: Event) -> Task:
    assert isinstance(event, RelevantEvent), event
    [task] = event.tasks
    return task


def ignored(event: Event) -> str:
    assert isinstance(event, IgnoredEvent), event
    return event.reason


ACTIONS = (
    "opened",
    "synchronize",
    "reopened",
    "ready_for_review",
    "converted_to_draft",
    "labeled",
    "unlabeled",
    "closed",
)


def test_every_recorded_delivery_is_read_or_ignored_on_purpose() -> None:
    """Six servers, 58 events: pull request events create tasks, all others have a reason."""
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
        elif name == "merge_group":
            assert (wanted(event).cause, wanted(event).pull.number) == (Cause.QUEUED, 104)
            seen[name] += 1
        elif isinstance(event, RelevantEvent):
            pulls = payload["check_suite"]["pull_requests"]
            assert [task.pull.number for task in event.tasks] == [pull["number"] for pull in pulls]
            seen[name] += 1
        else:
            assert ignored(event)
    assert seen["api.github.com"] >= 14
    assert seen["check_suite"] >= 8
    assert seen["merge_group"] == 2
    assert len(seen) == 8


@pytest.mark.parametrize(
    ("action", "cause"),
    [
        ("opened", Cause.OPENED),
        ("synchronize", Cause.PUSHED),
        ("reopened", Cause.REOPENED),
        ("ready_for_review", Cause.READY),
        ("converted_to_draft", Cause.DRAFTED),
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
        ("pull_request", {"action": "assigned"}, "assigned"),
        ("pull_request", {"action": "enqueued"}, "enqueued"),
        ("pull_request", {"action": "of the future"}, "of the future"),
        (
            "pull_request",
            pull_event("edited") | {"changes": {"body": {"from": "x"}}},
            "neither title nor base",
        ),
        ("pull_request_review_comment", line_event() | {"action": "edited"}, "only a reply"),
        ("pull_request_review_comment", line_event() | {"action": "deleted"}, "only a reply"),
        ("pull_request_review_comment", {"action": "of the future"}, "only a new comment"),
        ("pull_request_review", {"action": "edited"}, "only a new review"),
        ("pull_request_review", {"action": "dismissed"}, "only a new review"),
        ("check_suite", {"action": "requested"}, "needs no action"),
        ("check_suite", rerun_suite(app={"slug": "builder"}), "not the bot's own"),
        ("check_suite", rerun_suite(app=None), "not the bot's own"),
        ("check_run", {"action": "requested_action"}, "needs no action"),
        ("check_run", {"action": "created"}, "needs no action"),
        ("check_run", rerun_run(app={"slug": "builder"}), "not the bot's own"),
        ("merge_group", {"action": "of the future"}, "needs no action"),
        ("check_suite", suite_event(), "names no pull request"),
        (
            "check_suite",
            suite_event({"number": 7, "head": {"sha": HEAD}}, app={"slug": "Code-Review-Bot"}),
            "own",
        ),
        ("status", {"sha": HEAD, "state": "success"}, "the event status"),
        ("issue_comment", {"action": "edited"}, "only a new comment"),
        ("issue_comment", {"action": "deleted"}, "only a new comment"),
        ("installation", {"action": "created"}, "installation created acknowledged"),
        ("installation_repositories", {"action": "added"}, "acknowledged"),
        ("installation_target", {"action": "renamed"}, "acknowledged"),
        ("ping", {"zen": "Half measures are as bad as nothing at all."}, "ping acknowledged"),
        ("push", {}, "the event push"),
        ("check_run", {"action": "completed"}, "needs no action"),
        ("projects_v2_item", {"action": "edited"}, "the event projects_v2_item"),
        ("repository", {"action": "transferred"}, "the event repository"),
        ("issues", {"action": "opened"}, "the event issues"),
    ],
)
def test_other_events_are_ignored_with_a_reason(name: str, payload: Any, words: str) -> None:
    assert words in ignored(read(name, payload))


@pytest.mark.parametrize(
    "pull", [{"draft": True}, {"user": {"login": "dependabot[bot]", "type": "Bot"}}, {"user": None}]
)
def test_whether_a_draft_or_a_bots_pull_is_reviewed_is_not_decided_here(pull: Any) -> None:
    assert wanted(read("pull_request", pull_event(**pull)))


@pytest.mark.parametrize(("action", "cause"), [("labeled", Cause.LABELED), ("unlabeled", Cause.UNLABELED)])
def test_a_label_is_told_by_its_name(action: str, cause: Cause) -> None:
    task = wanted(read("pull_request", pull_event(action) | {"label": {"name": "please review"}}))

    assert (task.cause, task.head, task.label) == (cause, HEAD, "please review")


def test_another_title_is_told() -> None:
    edited = pull_event("edited", title="Ready") | {"changes": {"title": {"from": "WIP"}}}

    task = wanted(read("pull_request", edited))

    assert (task.cause, task.head, task.title, task.base) == (Cause.RETITLED, HEAD, "Ready", "")


@pytest.mark.parametrize(("name", "rerun"), [("check_suite", rerun_suite), ("check_run", rerun_run)])
def test_who_asks_for_the_check_again_is_told_for_each_pull_request(name: str, rerun: Any) -> None:
    spoon, fork = {"repo": {"id": 1}}, {"repo": {"id": 2}}
    pulls = [
        {"number": number, "head": {"sha": HEAD}, "base": base}
        for number, base in ((7, spoon), (8, spoon), (9, fork))
    ]
    event = read(name, rerun(*pulls) | {"repository": {"full_name": "octo/spoon", "id": 1}})

    assert isinstance(event, RelevantEvent)
    assert [(task.cause, task.pull.number, task.head, task.actor, task.suite) for task in event.tasks] == [
        (Cause.RERUN, 7, HEAD, "mira", 5),
        (Cause.RERUN, 8, HEAD, "mira", 5),
    ]


@pytest.mark.parametrize("event", [("check_suite", rerun_suite()), ("check_run", rerun_run())])
def test_where_no_pull_request_is_named_it_is_to_be_found(event: Any) -> None:
    task = wanted(read(*event))

    assert (task.cause, task.head, task.pull.is_known) == (Cause.RERUN, HEAD, False)


@pytest.mark.parametrize(
    ("app", "triggers"),
    [
        ({"slug": "Code-Review-Bot"}, EVERYTHING),
        ({"id": 12}, Triggers(own_app="12")),
        ({"client_id": "Iv1.ab"}, Triggers(own_app="Iv1.ab")),
    ],
)
def test_the_bots_own_checks_are_known_before_its_name_is(app: Any, triggers: Triggers) -> None:
    assert wanted(read("check_run", rerun_run(app=app), triggers)).cause is Cause.RERUN
    assert ignored(read("check_run", rerun_run(app=app), Triggers()))


@pytest.mark.parametrize(
    ("branch", "number"),
    [
        (f"refs/heads/gh-readonly-queue/main/pr-7-{'b' * 40}", 7),
        (f"refs/heads/gh-readonly-queue/release/pr-1/pr-1234-{'b' * 64}", 1234),
        ("refs/heads/gh-readonly-queue/main/7", 0),
        (f"refs/heads/gh-readonly-queue/main/pr-0-{'b' * 40}", 0),
        ("", 0),
    ],
)
def test_the_merge_queue_is_told_with_its_pull_request(branch: str, number: int) -> None:
    task = wanted(read("merge_group", group_event(head_ref=branch)))
    gone = wanted(read("merge_group", group_event("destroyed", head_ref=branch)))

    assert (task.cause, task.pull.number, task.head) == (Cause.QUEUED, number, HEAD)
    assert (gone.cause, gone.pull, gone.head) == (Cause.UNQUEUED, task.pull, HEAD)


def test_a_command_in_the_text_of_a_review_says_so() -> None:
    task = wanted(read("pull_request_review", review_event("**/review** please")))

    assert (task.cause, task.pull.number, task.comment, task.actor) == (Cause.COMMAND, 7, 501, "octocat")
    assert (task.in_review, task.on_lines, task.command) == (True, False, "review please")


@pytest.mark.parametrize("body", [None, "", "LGTM", "> /review", f"/review\n{OWN_MARKER}review -->"])
def test_a_review_without_a_command_is_ignored(body: str | None) -> None:
    assert ignored(read("pull_request_review", review_event(body)))


def test_a_bots_review_is_ignored() -> None:
    event = review_event() | {"sender": {"login": "copilot[bot]", "type": "Bot"}}
    assert "a bot or an app" in ignored(read("pull_request_review", event))


def test_a_person_may_quote_the_bot() -> None:
    event = comment_event(f"> {OWN_MARKER}summary -->\n> # Review\n\n/review")
    assert wanted(read("issue_comment", event)).command == "review"


@pytest.mark.parametrize(
    ("name", "action", "heard"),
    [
        ("check_run", "created", False),
        ("check_run", "completed", False),
        ("check_run", None, False),
        ("check_run", "rerequested", True),
        ("pull_request_review", "dismissed", False),
        ("pull_request_review", "submitted", True),
        ("pull_request", "assigned", True),
        ("installation", None, True),
    ],
)
def test_what_can_mean_nothing_need_not_be_kept(name: str, action: str | None, heard: bool) -> None:
    assert is_relevant(name, action) == heard


def test_a_pull_request_that_is_pointed_at_another_branch_is_another_change() -> None:
    edited = pull_event("edited", base={"ref": "next"}) | {"changes": {"base": {"ref": {"from": "main"}}}}

    task = wanted(read("pull_request", edited))

    assert (task.cause, task.head, task.base) == (Cause.PUSHED, HEAD, "next")


def test_checks_that_ended_are_told_for_each_pull_request_of_the_head() -> None:
    event = read(
        "check_suite", suite_event(*({"number": number, "head": {"sha": HEAD}} for number in (7, 8)))
    )

    assert isinstance(event, RelevantEvent)
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
        task(Cause.UNLABELED, label="a"),
        task(Cause.RETITLED, title="a"),
        task(Cause.RETITLED, title="b"),
        task(Cause.DRAFTED),
        task(Cause.RERUN, suite=5),
        task(Cause.QUEUED),
        task(Cause.UNQUEUED),
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
        ("issue_comment", json.dumps(comment_event(id=None)).encode(), "comment.id"),
        ("pull_request_review_comment", json.dumps(line_event(id="x")).encode(), "comment.id"),
    ],
)
def test_a_body_that_github_does_not_send_is_refused_by_the_name_of_its_field(
    name: str, body: bytes, field: str
) -> None:
    with pytest.raises(MalformedDelivery) as raised:
        read_event(name, body, EVERYTHING)
    assert str(raised.value).startswith(f"{field}: ")


@pytest.mark.parametrize("installation", [None, {}, [], {"id": None}, {"id": "x"}, "9"])
def test_an_installation_that_cannot_be_read_is_one_to_be_looked_up(installation: Any) -> None:
    event = read("pull_request", pull_event() | {"installation": installation})
    assert isinstance(event, RelevantEvent)
    assert event.tasks[0].pull.installation is None


@pytest.mark.parametrize("id", [None, {}, "x"])
def test_a_suite_is_run_again_also_where_its_number_is_not_told(id: Any) -> None:  # noqa: A002 - GitHub's name
    event = read("check_suite", rerun_suite(id=id))
    assert isinstance(event, RelevantEvent)
    assert event.tasks[0].suite is None


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
        "check_run": rerun_run({"number": 7, "head": {"sha": HEAD}}),
        "merge_group": group_event(),
        "pull_request_review": review_event(),
    }
    name = data.draw(st.sampled_from(sorted(payloads)))
    field = data.draw(st.sampled_from(sorted(payloads[name])))
    try:
        event = read(name, payloads[name] | {field: value})
    except MalformedDelivery:
        return
    assert isinstance(event, RelevantEvent | IgnoredEvent)


@given(st.binary())
def test_any_bytes_are_ignored_or_refused(body: bytes) -> None:
    try:
        event = read_event("pull_request", body, EVERYTHING)
    except MalformedDelivery:
        return
    assert isinstance(event, IgnoredEvent)
