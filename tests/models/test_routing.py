"""Which engine answers, when others cannot or may not."""

from collections.abc import Sequence

import pytest

from bot.core.errors import EngineFailure, Refused
from bot.core.llm.messages import Completion, Finish, Message, Model, Request, Role, Usage
from bot.models.routing import Route, Router

REQUEST = Request(id="chunk/1", messages=(Message(role=Role.USER, text="?"),), answer=64)


class Engine:
    """Gives one answer, or one failure, every time."""

    def __init__(self, name: str, failure: EngineFailure | None = None, *, local: bool = False) -> None:
        self.kind = "llama" if local else "openai"
        self.model = Model(name=name, context=4096, answer=512)
        self.local = local
        self.asked = 0
        self._failure = failure

    def count(self, text: str) -> int:
        return len(text)

    async def complete(self, request: Request) -> Completion:
        self.asked += 1
        if self._failure:
            raise self._failure
        return Completion(
            text="{}", finish=Finish.STOP, usage=Usage(prompt=1, answer=1), model=self.model.name
        )


async def _failure(engines: Sequence[Engine]) -> EngineFailure:
    with pytest.raises(EngineFailure) as caught:
        await Route(engines).complete(REQUEST)
    return caught.value


async def test_the_first_engine_answers_alone() -> None:
    first, second = Engine("first"), Engine("second")

    engine, completion = await Route([first, second]).complete(REQUEST)

    assert (engine, completion.model, second.asked) == (first, "first", 0)


@pytest.mark.parametrize("kind", ["unavailable", "refused"])
async def test_another_engine_stands_in(kind: str) -> None:
    first, second = Engine("first", EngineFailure(kind, "no")), Engine("second")

    engine, completion = await Route([first, second]).complete(REQUEST)

    assert (engine, completion.model) == (second, "second")


@pytest.mark.parametrize("kind", ["context", "invalid", "unsupported"])
async def test_what_is_wrong_with_the_question_is_wrong_everywhere(kind: str) -> None:
    second = Engine("second")

    failure = await _failure([Engine("first", EngineFailure(kind, "no")), second])

    assert (failure.kind, second.asked) == (kind, 0)


async def test_what_passes_anywhere_is_worth_waiting_for() -> None:
    refused = Engine("a", EngineFailure("refused", "no such model"))
    busy = Engine("b", EngineFailure("unavailable", "busy", 60))
    busier = Engine("c", EngineFailure("unavailable", "limited", 90))

    failure = await _failure([refused, busier, busy])

    assert (failure.kind, failure.after) == ("unavailable", 60)
    assert str(failure) == "no such model; limited; busy"


async def test_a_stand_in_with_a_smaller_context_does_not_change_the_question() -> None:
    busy = Engine("first", EngineFailure("unavailable", "busy"))

    failure = await _failure([busy, Engine("second", EngineFailure("context", "too long"))])

    assert failure.kind == "unavailable"


async def test_when_all_refuse_the_first_is_heard() -> None:
    engines = [Engine(name, EngineFailure("refused", f"{name} refuses")) for name in ("a", "b")]

    assert str(await _failure(engines)) == "a refuses"


def test_without_engines_there_is_no_route() -> None:
    assert Router([], private_local_only=True).route(private=True) is None


@pytest.mark.parametrize(
    ("private", "local_only", "names"),
    [(False, True, ["far", "near"]), (True, False, ["far", "near"]), (True, True, ["near"])],
)
def test_private_repositories_stay_here_when_asked(private: bool, local_only: bool, names: list[str]) -> None:
    router = Router([Engine("far"), Engine("near", local=True)], private_local_only=local_only)

    route = router.route(private=private)

    assert route
    assert [engine.model.name for engine in route.engines] == names


def test_a_private_repository_without_a_local_model_is_refused_with_what_to_do() -> None:
    router = Router([Engine("far")], private_local_only=True)

    with pytest.raises(Refused, match=r"PRIVATE_LOCAL_ONLY.*LLAMA_MODEL.*OPENAI_LOCAL"):
        router.route(private=True)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("", ["far", "near"]),
        ("openai", ["far", "near"]),
        ("llama", ["near", "far"]),
        ("else", ["far", "near"]),
    ],
)
def test_a_repository_says_which_kind_is_asked_first(wanted: str, names: list[str]) -> None:
    route = Router([Engine("far"), Engine("near", local=True)], private_local_only=False).route(
        private=False, wanted=wanted
    )

    assert route
    assert [engine.model.name for engine in route.engines] == names


def test_a_wish_never_sends_private_code_where_it_may_not_go() -> None:
    router = Router([Engine("far"), Engine("near", local=True)], private_local_only=True)
    route = router.route(private=True, wanted="openai")

    assert route
    assert [engine.model.name for engine in route.engines] == ["near"]


def test_a_repository_may_want_no_model() -> None:
    assert Router([Engine("far")], private_local_only=True).route(private=True, wanted="none") is None
