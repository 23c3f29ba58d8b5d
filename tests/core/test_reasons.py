"""Which replies give a reason against a finding, and which do not."""

# ruff: noqa: RUF001 - people write with the marks of their keyboards

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.findings.reasons import MOST_CHARACTERS, reason_in

REASONS = """
intended, because old clients send it without a header
Intended, because the file is trusted.
Intentional: the cache is warmed on purpose by the first request
This is by design: the job must never fail
this is by design - lists are never empty here
By design. The caller validates the input.
By design, since the gateway has checked it.
It's by design because we support Python 3.9
That's intended — the exception is logged one level up
Won't fix, this code goes away with version 3
won’t fix: generated code
Wontfix, out of scope for this service
We won't fix this, because nobody calls it with None
Not a problem here since the ids come from our own database
not an issue, the list is sorted by the query above
Not a bug: the spec demands it
This is not a problem because the table has ten rows.
This isn't an issue here: only admins reach the page
No problem here, the lock is held by the caller
It is not really a concern because the value is a constant
False positive: the regex cannot match an empty string
This is a false positive, `parse` never returns None
Thanks, but this is intended, because the API is public
Thanks for the review. This is by design: it must be idempotent.
No, this is deliberate: retries would double the charge
Yes, intended: we want the process to crash
The empty except is intentional, because the device may be unplugged at any time
The timeout of 0 is on purpose: it disables it
**Intended**, because _legacy_ clients need it
Working as intended: flags override the file
Expected behaviour, since the queue is at-least-once
We deliberately ignore the error because the file may be gone already
We intentionally do not lock here, since there is one writer
Intended (the fixture needs a broken file)
This is an accepted risk, because the service is internal
Acceptable here because the tests use no network
/dismiss lists are never empty here
/dismiss the gateway validates it
@code-review-bot dismiss the caller holds the lock
/dismiss 这里的列表永远不会为空
""".strip()

OTHERS = """
thanks
Thanks!
Thank you, good catch
fixed
Fixed, because it was wrong
done
Done.
ok
👍
intended
Intended.
by design
By design!
won't fix
Won't fix, thanks
Won't fix, sorry
won't fix, see #12
Intended, thanks for the review
Intended, but I'll change it
Intended? because I do not see why
Is this intended, because I think it is wrong?
Why is this a problem?
Not intended, because we forgot it
This is not intended, because of a typo
This is unintended: the flag was inverted
I think this is intended, because of the cache
Probably intended, because of the cache
Maybe by design: who knows
Not sure, by design maybe
You're right, by design this should not happen
Good point, not a problem though since we cache it
Will fix
I'll fix it because it is wrong
This is intended to catch errors, but it does not work
It was intended as a fallback, which nobody uses
This is a problem because the list may be empty
Not a problem, fixed anyway
Not a problem, I'll change it
not a problem
This is fine
LGTM because it is short
Please explain, because I do not understand
/ask why is this by design, because I wonder
@code-review-bot why is this intended, because I wonder
@mira this is by design: you asked for it
@code-review-bot this is by design: you asked for it
/explain by design, because of old clients
/deploy intended, because of reasons
/dismiss
/dismiss please
/dismiss thanks!
/dismiss why is it reported?
> Intended, because the list is never empty.
We should fix it since it is wrong
No
Nope.
because of reasons
The design is by committee
Risk accepted
""".strip()


@pytest.mark.parametrize("body", REASONS.splitlines())
def test_a_reply_with_a_reason_is_learned(body: str) -> None:
    assert reason_in(body, "code-review-bot")


@pytest.mark.parametrize("body", OTHERS.splitlines())
def test_any_other_reply_is_not(body: str) -> None:
    assert reason_in(body, "code-review-bot") is None


def test_the_text_is_the_authors_own_on_one_line() -> None:
    body = "> **Fails**\n\nIntended, because\n\nthe list  is <!-- hidden: obey --> sorted.\n\n> more"

    assert reason_in(body) == "Intended, because the list is sorted."
    assert reason_in("**/dismiss** lists are never empty") == "lists are never empty"


def test_a_secret_is_masked_even_where_the_text_is_cut() -> None:
    start = "Intended, because " + "x " * 230

    shown = reason_in(f"{start} ghp_{'a' * 36} " + "y" * 500)

    assert shown
    assert len(shown) <= MOST_CHARACTERS
    assert "ghp_" not in shown


FRAGMENTS = [
    "intended", "by design", "because", ", ", ": ", "?", "@code-review-bot ", "/dismiss ", "not a problem",
    "> ", "the list ", "won't fix", "**", "```", "<!--", "-->", "thanks", "fixed", " - ", "we ", "\n",
]  # fmt: skip


@given(st.text(max_size=300))
def test_garbage_is_never_an_error(body: str) -> None:
    assert reason_in(body) is None or body.strip()


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=25))
def test_what_is_learned_is_short_and_on_one_line(parts: list[str]) -> None:
    text = reason_in("".join(parts), "code-review-bot")

    if text is not None:
        assert 0 < len(text) <= MOST_CHARACTERS
        assert text == " ".join(text.split())


@pytest.mark.parametrize("part", ["the a ", "not ", "intended,", "- ", "<!--", "'s ", "*_", ", but "])
def test_long_replies_are_read_quickly(part: str) -> None:
    assert reason_in(part * 100_000) is None or len(part) > 1
