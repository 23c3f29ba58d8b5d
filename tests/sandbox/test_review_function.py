"""The review function at its port: what it is given, what it may say, what becomes of nonsense."""

import asyncio
import hashlib
import time
from collections.abc import Sequence

import pytest

from bot.core.change import Change, Commit, File, FileStatus
from bot.core.errors import ModuleError
from bot.core.llm.messages import Completion, Exchange, Failure, FailureKind, Finish, Model, Usage
from bot.core.review import Done, ReviewSettings, Step
from bot.sandbox import ReviewFunction, Sandbox
from bot.sandbox.components import guest_limits
from bot.sandbox.components.guest_limits import GuestLimits, MiB
from bot.sandbox.review_function import WORLD
from tests.sandbox.guests import ANSWERS, DIST, ECHO, TOKENS, guest, review_guest, ruled_guest

CHANGE = Change(
    repository="octo/spoon",
    number=7,
    title="Café \udcff",  # a lone surrogate, as a file name that is no UTF-8 brings along
    files=(
        File(
            path="a.py", status=FileStatus.MODIFIED, additions=1, deletions=0, patch="@@ -1 +1,2 @@\n a\n+b\n"
        ),
    ),
    commits=(Commit(sha="1" * 40, message="m", author="ann", paths=("a.py",)),),
)
SETTINGS = ReviewSettings(model=Model(name="tiny", context=8192, answer=512), templates=())

# The answer lies at 16: a byte for ok or error, at 20 one for ask or done, at 24 what it holds.
ASK_NOTHING = "(i32.store8 (i32.const 16) (i32.const 0)) i32.const 16"
ASK_BLANK = "(i32.store (i32.const 24) (i32.const 64)) (i32.store (i32.const 28) (i32.const 1)) i32.const 16"
ASK_TOO_MUCH = (
    "(i32.store (i32.const 24) (i32.const 131072)) (i32.store (i32.const 28) (i32.const 20000)) i32.const 16"
)
REFUSE = """
  (i32.store8 (i32.const 16) (i32.const 1))
  (i32.store (i32.const 20) (i32.const 64)) (i32.store (i32.const 24) (i32.const 12)) i32.const 16
"""
GROWN = "(drop (memory.grow (i32.const 20)))"


def review(code: str, before: str = "") -> str:
    return f'{before} (func (export "review") (param i32) (result i32) {code})'


def one_word(text: str) -> int:
    return len(text.split())


async def said(sandbox: Sandbox, component: bytes, answers: Sequence[Exchange] = ()) -> Step:
    return await ReviewFunction(sandbox, component).review(CHANGE, SETTINGS, answers, one_word)


async def trouble(sandbox: Sandbox, component: bytes) -> tuple[str, str]:
    with pytest.raises(ModuleError) as caught:
        await said(sandbox, component)
    return caught.value.kind, str(caught.value)


@pytest.fixture(scope="session")
def real(sandbox: Sandbox) -> ReviewFunction:
    return ReviewFunction(sandbox, DIST / "code-review-function.wasm")


async def test_the_real_function_reviews_without_a_model(real: ReviewFunction) -> None:
    step = await real.review(CHANGE, ReviewSettings(model=None, templates=()), (), one_word)

    assert isinstance(step, Done)
    assert [entry.path for entry in step.review.coverage] == ["a.py"]


async def test_the_digest_is_that_of_the_file(real: ReviewFunction) -> None:
    expected = hashlib.sha256((DIST / "code-review-function.wasm").read_bytes()).hexdigest()

    assert expected == real.digest


# Where a text stands in the list of answers below, whose entries take 44 bytes each.
@pytest.mark.parametrize(
    ("offset", "text"), [(0, "chunk/1"), (12, "{}"), (36, "m"), (44, "chunk/2"), (60, "too long")]
)
async def test_answers_of_both_kinds_reach_the_function(sandbox: Sandbox, offset: int, text: str) -> None:
    completion = Completion(text="{}", finish=Finish.STOP, usage=Usage(prompt=1, answer=1), model="m")
    answers = [
        Exchange(id="chunk/1", answer=completion),
        Exchange(id="chunk/2", answer=Failure(kind=FailureKind.CONTEXT, message="too long")),
    ]
    listed = f"(i32.load offset={ANSWERS} (local.get 0))"
    spy = f"""
      (i32.store8 (i32.const 16) (i32.const 1))
      (i32.store (i32.const 20) (i32.load offset={offset} {listed}))
      (i32.store (i32.const 24) (i32.load offset={offset + 4} {listed}))
      i32.const 16
    """

    with pytest.raises(ModuleError, match=f": {text}$") as caught:
        await said(sandbox, review_guest(review(spy)), answers)

    assert caught.value.kind == "refused"


async def test_a_refusal_of_the_function_is_told_as_its_own(sandbox: Sandbox) -> None:
    words = '(data (i32.const 64) "bad template")'

    assert await trouble(sandbox, review_guest(review(REFUSE, words))) == (
        "refused",
        "module code-review-function: bad template",
    )


async def test_nonsense_is_refused_with_the_name_of_the_field(sandbox: Sandbox) -> None:
    kind, message = await trouble(sandbox, review_guest(review(ASK_NOTHING)))
    assert kind == "invalid"
    assert "requests: " in message

    kind, message = await trouble(sandbox, review_guest(review(ASK_BLANK)))
    assert kind == "invalid"
    assert "requests.0.answer: " in message


async def test_an_answer_with_too_many_values_is_not_built(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guest_limits, "of_review", lambda *_: GuestLimits(values=50_000))

    kind, message = await trouble(sandbox, review_guest(review(GROWN + ASK_TOO_MUCH)))

    assert (kind, "50000 values" in message) == ("output", True)


async def test_a_function_of_another_contract_is_refused(sandbox: Sandbox) -> None:
    code = '(func (export "review") (param i32 i32 i32 i32 i32 i32) (result i32) unreachable)'
    texts = '(param "a" string) (param "b" string) (param "c" string) (result string)'

    kind, message = await trouble(sandbox, guest(code, export="review", signature=texts))

    assert kind == "invalid"
    assert "`review` cannot be called: a: Change is not a string" in message


COUNT = "(drop (call $count (i32.const 64) (i32.const 3)))"
WORDS = '(data (i32.const 64) "a b")'


async def test_the_host_is_asked_for_every_count(sandbox: Sandbox) -> None:
    function = ReviewFunction(sandbox, review_guest(review(COUNT * 3 + REFUSE, WORDS), uses_tokens=True))
    counted: list[str] = []

    def count(text: str) -> int:
        counted.append(text)
        return 2

    with pytest.raises(ModuleError):
        await function.review(CHANGE, SETTINGS, (), count)

    assert counted == ["a b"] * 3


@pytest.mark.parametrize("version", [b"0.2.0", b"0.3.0"])
async def test_a_function_of_an_older_contract_is_called_as_before(sandbox: Sandbox, version: bytes) -> None:
    component = review_guest(review(COUNT + REFUSE, WORDS), uses_tokens=True)
    older = component.replace(b"tokens@0.4.0", b"tokens@" + version)

    assert older != component
    assert await trouble(sandbox, older) == await trouble(sandbox, component)


async def test_a_function_may_tell_its_families_of_rules(sandbox: Sandbox) -> None:
    told = ReviewFunction(sandbox, ruled_guest(("apples", "bugs", "apples"), ""))
    silent = ReviewFunction(sandbox, ruled_guest(("apples",), "", tells=False))

    assert (await told.families(), await silent.families()) == (("apples", "bugs"), ())


@pytest.mark.parametrize("name", ["", "a" * 65])
async def test_families_that_cannot_be_named_are_refused(sandbox: Sandbox, name: str) -> None:
    with pytest.raises(ModuleError, match="answers nonsense: names"):
        await ReviewFunction(sandbox, ruled_guest(("apples", name), "")).families()


async def test_a_flood_of_counts_runs_into_the_deadline(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guest_limits, "of_review", lambda *_: GuestLimits(seconds=0.2))
    flood = review_guest(review(f"(loop $again {COUNT} (br $again)) unreachable", WORDS), uses_tokens=True)

    assert (await trouble(sandbox, flood))[0] == "timeout"


async def test_a_slow_counter_does_not_outlast_the_deadline(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guest_limits, "of_review", lambda *_: GuestLimits(seconds=0.2))
    step = "(i32.store8 (i32.const 64) (i32.add (i32.const 1) (i32.load8_u (i32.const 64))))"
    component = review_guest(
        review(f"(loop $again {step} {COUNT} (br $again)) unreachable"), uses_tokens=True
    )
    calls = 0

    def slow(_text: str) -> int:
        nonlocal calls
        calls += 1
        time.sleep(0.05)
        return 1

    with pytest.raises(ModuleError) as caught:
        await ReviewFunction(sandbox, component).review(CHANGE, SETTINGS, (), slow)

    assert caught.value.kind == "timeout"
    assert calls < 20


@pytest.mark.parametrize(
    "error", [LookupError("no vocabulary"), KeyboardInterrupt(), asyncio.CancelledError()]
)
def test_what_the_counter_raises_comes_out_as_it_is(sandbox: Sandbox, error: BaseException) -> None:
    component = review_guest(review(COUNT + REFUSE, WORDS), uses_tokens=True)

    def count(_text: str) -> int:
        raise error

    with pytest.raises(type(error)) as caught:
        sandbox.load(component, "guest", WORLD).call("review", (CHANGE, SETTINGS, ()), GuestLimits(), count)

    assert caught.value is error


async def test_the_event_loop_goes_on_while_a_guest_runs(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guest_limits, "of_review", lambda *_: GuestLimits(seconds=0.3))
    endless = asyncio.create_task(
        trouble(sandbox, review_guest(review("(loop $again (br $again)) unreachable")))
    )
    turns = 0
    while not endless.done():
        await asyncio.sleep(0.01)
        turns += 1

    assert (await endless)[0] == "timeout"
    assert turns > 5


def test_limits_grow_with_the_change() -> None:
    large = CHANGE.model_copy(
        update={"files": (CHANGE.files[0].model_copy(update={"patch": "x" * (40 * MiB)}),)}
    )

    small, big = guest_limits.of_review(CHANGE, ()), guest_limits.of_review(large, ())

    assert (round(small.seconds), small.memory // MiB) == (2, 64)
    assert (round(big.seconds), big.memory // MiB) == (162, 704)


def test_tokens_are_the_only_import(sandbox: Sandbox) -> None:
    more = guest(ECHO, imports=TOKENS.replace("(export", '(export "secret" (func)) (export', 1))

    with pytest.raises(ModuleError, match=r"tokens@0\.4\.0 \(secret\)") as caught:
        ReviewFunction(sandbox, more)

    assert caught.value.kind == "imports"
