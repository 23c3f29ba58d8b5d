"""What is done about each of many servers' errors: read by the real codec, changed by the negotiation."""

import json

import pytest

from bot.core.errors import EngineFailure
from bot.core.llm.dialect import Dialect
from bot.core.llm.messages import Enforcement, FailureKind, Finish, Message, Model, Request, Role
from bot.models.chat.adaptation import adapt, fitting, is_about, lowered
from bot.models.chat.backoff import asked_wait
from bot.models.chat.rejection import read as read_rejection
from bot.models.chat.sent_request import SentRequest
from bot.models.chat.sent_request import read as read_sent
from bot.sandbox.openai_codec import OpenAICodec
from tests.models.error_wordings import WORDINGS, Wording

SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {
            "notes": {"type": "array", "maxItems": 3, "items": {"type": "string", "maxLength": 240}},
            "line": {"type": "integer", "minimum": 1, "maximum": 100},
        },
        "required": ["notes", "line"],
        "additionalProperties": False,
    }
)
MODEL = Model(name="m", context=128_000, answer=8192)
REQUEST = Request(
    id="chunk/1",
    messages=(Message(role=Role.SYSTEM, text="You review."), Message(role=Role.USER, text="+x = 1")),
    format=SCHEMA,
    answer=8192,
)
# Of a short one, our own count shows that it is not the prompt that is too long.
LONG = REQUEST.model_copy(update={"messages": (Message(role=Role.USER, text="+x = 1\n" * 40_000),)})
BOUNDS = ("maxItems", "maxLength", "maximum", "minimum")


def _sent(codec: OpenAICodec, dialect: Dialect, request: Request = REQUEST) -> SentRequest:
    return read_sent(codec.encode(request, MODEL, dialect))


def _failure(codec: OpenAICodec, wording: Wording) -> EngineFailure:
    with pytest.raises(EngineFailure) as caught:
        codec.decode(wording.status, wording.body)
    return caught.value


def _done(codec: OpenAICodec, wording: Wording) -> str:
    """What is done about it, in the words of the table."""
    failure = _failure(codec, wording)
    rejection = read_rejection(wording.status, wording.body)
    if failure.kind in (FailureKind.UNSUPPORTED, FailureKind.CONTEXT) or is_about(
        _sent(codec, Dialect()), rejection
    ):
        return _changed(codec, wording, failure.kind)
    if failure.kind == FailureKind.UNAVAILABLE:
        wait = asked_wait({}, status=wording.status, body=wording.body)
        return "again" if wait is None else f"wait {wait:g}"
    return "unread" if failure.kind == FailureKind.INVALID else str(failure)


def _changed(codec: OpenAICodec, wording: Wording, kind: str) -> str:
    dialect = Dialect(limit="max_completion_tokens" if wording.limited else "max_tokens")
    request = LONG if "context" in wording.done or wording.long else REQUEST
    sent, rejection = _sent(codec, dialect, request), read_rejection(wording.status, wording.body)
    if kind == FailureKind.CONTEXT:
        other = fitting(dialect, sent, rejection)
        return _difference(dialect, other) if other else "context"
    better = adapt(dialect, sent, rejection) or lowered(dialect)
    assert better
    return _difference(dialect, better)


def _difference(before: Dialect, after: Dialect) -> str:
    if after.keywords == BOUNDS:
        return "no bounds"
    told = {
        "limit": "swap" if after.limit else "no limit",
        "most": f"most {after.most}",
        "system": "no system",
        "strict": "not strict",
        "closed": "closed",
        "enforcement": after.enforcement.value,
        "keywords": f"without {', '.join(after.keywords)}",
        "omitted": f"omit {', '.join(after.omitted)}",
        "streamed": "stream",
    }
    [changed] = [name for name in told if getattr(after, name) != getattr(before, name)]
    return told[changed]


def _name(wording: Wording) -> str:
    return f"{wording.server} {wording.status} {wording.done}"


@pytest.mark.parametrize("wording", WORDINGS, ids=_name)
def test_what_is_done_about_each_error(codec: OpenAICodec, wording: Wording) -> None:
    done = _done(codec, wording)

    assert wording.done in done, done
    assert "sk-abcdef" not in done


def test_there_are_many_of_them() -> None:
    assert len(WORDINGS) >= 90


def test_what_was_tried_is_not_tried_again(codec: OpenAICodec) -> None:
    """A server that objects to whatever is sent comes to an end."""
    dialect = Dialect()
    tried = {dialect}
    rejection = read_rejection(400, json.dumps({"error": "max_tokens, max_completion_tokens: unsupported"}))
    while better := adapt(dialect, _sent(codec, dialect), rejection, tried):
        tried.add(dialect := better)

    assert ["max_tokens", "max_completion_tokens", None] == sorted(
        (one.limit for one in tried), key=lambda name: (name is None, name != "max_tokens")
    )


def test_json_is_enforced_by_one_step_less_at_a_time() -> None:
    object_ = lowered(Dialect())
    assert object_
    prompt = lowered(object_)
    assert prompt

    assert [Enforcement.OBJECT, Enforcement.PROMPT] == [object_.enforcement, prompt.enforcement]
    assert lowered(prompt) is None


def test_what_a_server_generated_is_not_lost(codec: OpenAICodec) -> None:
    error = {"message": "Failed to validate JSON.", "code": "json_validate_failed", "failed_generation": "{}"}

    completion = codec.decode(400, json.dumps({"error": error}))

    assert ("{}", Finish.STOP) == (completion.text, completion.finish)
