"""The control API under `/_simulator/`: performs actions of people, and reports the state."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from aiohttp import web
from pydantic import ValidationError

from bot.core.errors import Refused
from bot.core.value import Value
from github_simulator.control_requests import (
    Advance,
    Archive,
    BeginReview,
    Block,
    Dequeue,
    EditPull,
    EditReview,
    Enqueue,
    GrantApp,
    LabelPull,
    Lock,
    MergeBase,
    OpenPull,
    Permit,
    Push,
    RaiseAlert,
    React,
    Rename,
    Rerun,
    ResolveThread,
    Retarget,
    Say,
    SayOnLines,
    SetCheck,
    SetClock,
    SetStatus,
    SubmitReview,
    Tell,
    Unlock,
    WriteFile,
)
from github_simulator.faults import Fault
from github_simulator.simulator import Done, Simulator
from github_simulator.state import Delivery, Unknown
from github_simulator.storm import Storm

OrderType = TypeVar("OrderType", bound=Value)
Handler = Callable[[web.Request], Awaitable[web.Response]]

_PULL = "/pulls/{owner}/{repo}/{number:[0-9]{1,9}}"


class InvalidRequest(Exception):
    """A body that cannot be parsed as a control request; `reasons` name the keys."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


class Control:
    """The control API's handlers. Requests are JSON objects (github_simulator/control_requests.py).

    Answers are JSON, too: a head, a comment's id, and the GUID of the `delivery`, once that was answered.
    """

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def app(self) -> web.Application:
        app = web.Application(middlewares=[_errors_as_json])
        add = app.router.add_route
        add("GET", "/state", self.state)
        add("POST", "/pulls", self.open_pull)
        add("POST", f"{_PULL}/push", self.push)
        add("POST", f"{_PULL}/comments", self.say)
        add("DELETE", f"{_PULL}/comments/{{comment:[0-9]{{1,18}}}}", self.delete_comment)
        add("POST", f"{_PULL}/inline", self.say_on_lines)
        add("POST", f"{_PULL}/reactions", self.react)
        add("POST", f"{_PULL}/threads", self.resolve_thread)
        add("POST", f"{_PULL}/labels", self.label)
        add("POST", f"{_PULL}/checks", self.set_check)
        add("POST", f"{_PULL}/statuses", self.set_status)
        add("POST", f"{_PULL}/alerts", self.raise_alert)
        add("POST", f"{_PULL}/retarget", self.retarget)
        add("POST", f"{_PULL}/merge-base", self.merge_base)
        add("POST", f"{_PULL}/pending-review", self.begin_review)
        add("POST", f"{_PULL}/reviews", self.submit_review)
        add("POST", f"{_PULL}/edit", _handler(EditPull, self._simulator.edit))
        add("POST", f"{_PULL}/reviews/edit", _handler(EditReview, self._simulator.edit_review))
        add("POST", f"{_PULL}/lock", _handler(Lock, self._simulator.lock))
        add("POST", f"{_PULL}/unlock", _handler(Unlock, self._simulator.unlock))
        add("POST", f"{_PULL}/rerun", _handler(Rerun, self._simulator.rerun))
        add("POST", f"{_PULL}/queue", _handler(Enqueue, self._simulator.enqueue))
        add("POST", f"{_PULL}/dequeue", _handler(Dequeue, self._simulator.dequeue))
        add("POST", "/deliveries", self.tell)
        for transition in ("draft", "ready", "close", "merge", "reopen"):
            add("POST", f"{_PULL}/{transition}", self._transition_handler(transition))
        add("POST", "/deliveries/{guid}/redeliver", self.redeliver)
        add("POST", "/faults", self.inject)
        add("DELETE", "/faults", self.clear_faults)
        add("POST", "/storm", self.storm)
        add("DELETE", "/storm", self.calm)
        add("POST", "/clock", self.set_clock)
        add("POST", "/permissions", self.permit)
        add("POST", "/files", self.write_file)
        add("POST", "/rename", self.rename)
        add("POST", "/commits", self.advance)
        add("POST", "/archive", self.archive)
        add("POST", "/blocks", self.block)
        add("POST", "/app", self.grant_app)
        add("POST", "/tokens/revoke", self.revoke_tokens)
        return app

    async def state(self, _: web.Request) -> web.Response:
        return _answer(self._simulator.state(), 200)

    async def open_pull(self, request: web.Request) -> web.Response:
        done = await self._simulator.open_pull(await _read(request, OpenPull))
        named = {"repository": done.pull.repository, "number": done.pull.number}
        return _answer({**named, **_head(done)}, 201)

    async def push(self, request: web.Request) -> web.Response:
        return _answer(_head(await self._simulator.push(*_pull(request), await _read(request, Push))), 201)

    async def say(self, request: web.Request) -> web.Response:
        done = await self._simulator.say(*_pull(request), await _read(request, Say))
        return _answer({"id": done.comment.id if done.comment else None, **_delivery(done.delivery)}, 201)

    async def say_on_lines(self, request: web.Request) -> web.Response:
        done = await self._simulator.say_on_lines(*_pull(request), await _read(request, SayOnLines))
        return _answer({"id": done.comment.id if done.comment else None, **_delivery(done.delivery)}, 201)

    async def submit_review(self, request: web.Request) -> web.Response:
        done = await self._simulator.submit_review(*_pull(request), await _read(request, SubmitReview))
        return _answer({"id": done.review.id if done.review else None, **_delivery(done.delivery)}, 201)

    async def tell(self, request: web.Request) -> web.Response:
        return _answer(_delivery(await self._simulator.tell(await _read(request, Tell))), 201)

    async def react(self, request: web.Request) -> web.Response:
        self._simulator.react(*_pull(request), await _read(request, React))
        return _answer({}, 201)

    async def resolve_thread(self, request: web.Request) -> web.Response:
        done = await self._simulator.resolve_thread(*_pull(request), await _read(request, ResolveThread))
        return _answer(_delivery(done.delivery), 201)

    async def label(self, request: web.Request) -> web.Response:
        done = await self._simulator.label(*_pull(request), await _read(request, LabelPull))
        return _answer({"labels": done.pull.labels, **_delivery(done.delivery)}, 201)

    async def set_check(self, request: web.Request) -> web.Response:
        return _answer(
            _head(await self._simulator.set_check(*_pull(request), await _read(request, SetCheck))), 201
        )

    async def set_status(self, request: web.Request) -> web.Response:
        return _answer(
            _head(await self._simulator.set_status(*_pull(request), await _read(request, SetStatus))), 201
        )

    async def raise_alert(self, request: web.Request) -> web.Response:
        alert = self._simulator.raise_alert(*_pull(request), await _read(request, RaiseAlert))
        return _answer({"number": alert.number}, 201)

    async def retarget(self, request: web.Request) -> web.Response:
        return _answer(
            _head(await self._simulator.retarget(*_pull(request), await _read(request, Retarget))), 201
        )

    async def merge_base(self, request: web.Request) -> web.Response:
        return _answer(
            _head(await self._simulator.merge_base(*_pull(request), await _read(request, MergeBase))), 201
        )

    async def delete_comment(self, request: web.Request) -> web.Response:
        comment = int(request.match_info["comment"])
        done = await self._simulator.delete_comment(*_pull(request), comment)
        return _answer(_delivery(done.delivery), 200)

    def _transition_handler(self, transition: str) -> Handler:
        async def answer(request: web.Request) -> web.Response:
            repository, number = _pull(request)
            if transition in ("draft", "ready"):
                done = await self._simulator.set_draft(repository, number, draft=transition == "draft")
            elif transition == "close":
                done = await self._simulator.close(repository, number)
            elif transition == "merge":
                done = await self._simulator.merge(repository, number)
            else:
                done = await self._simulator.reopen(repository, number)
            return _answer(_head(done), 200)

        return answer

    async def begin_review(self, request: web.Request) -> web.Response:
        order = await _read(request, BeginReview)
        return _answer({"id": self._simulator.begin_review(*_pull(request), order)}, 201)

    async def archive(self, request: web.Request) -> web.Response:
        self._simulator.archive(await _read(request, Archive))
        return _answer({}, 201)

    async def block(self, request: web.Request) -> web.Response:
        self._simulator.block(await _read(request, Block))
        return _answer({}, 201)

    async def redeliver(self, request: web.Request) -> web.Response:
        delivery = await self._simulator.redeliver(request.match_info["guid"])
        return _answer({**_delivery(delivery), "status": delivery.status}, 201)

    async def inject(self, request: web.Request) -> web.Response:
        self._simulator.inject(await _read(request, Fault))
        return _answer({}, 201)

    async def clear_faults(self, _: web.Request) -> web.Response:
        self._simulator.clear_faults()
        return _answer({}, 200)

    async def storm(self, request: web.Request) -> web.Response:
        self._simulator.storm(await _read(request, Storm))
        return _answer({}, 201)

    async def calm(self, _: web.Request) -> web.Response:
        self._simulator.calm()
        return _answer({}, 200)

    async def set_clock(self, request: web.Request) -> web.Response:
        now = self._simulator.set_clock(await _read(request, SetClock))
        return _answer({"now": now.isoformat()}, 201)

    async def permit(self, request: web.Request) -> web.Response:
        self._simulator.permit(await _read(request, Permit))
        return _answer({}, 201)

    async def write_file(self, request: web.Request) -> web.Response:
        self._simulator.write_file(await _read(request, WriteFile))
        return _answer({}, 201)

    async def rename(self, request: web.Request) -> web.Response:
        return _answer({"repository": self._simulator.rename(await _read(request, Rename))}, 201)

    async def advance(self, request: web.Request) -> web.Response:
        self._simulator.advance(await _read(request, Advance))
        return _answer({}, 201)

    async def grant_app(self, request: web.Request) -> web.Response:
        self._simulator.grant_app(await _read(request, GrantApp))
        return _answer({}, 201)

    async def revoke_tokens(self, _: web.Request) -> web.Response:
        return _answer({"revoked": self._simulator.revoke_tokens()}, 200)


def _handler(order: type[OrderType], apply: Callable[[str, int, OrderType], Awaitable[Done]]) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        return _answer(_head(await apply(*_pull(request), await _read(request, order))), 201)

    return answer


@web.middleware
async def _errors_as_json(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Errors as JSON: 422 for a request that cannot be parsed or executed, 404 for an unknown object."""
    try:
        return await handler(request)
    except InvalidRequest as invalid:
        return _answer({"message": str(invalid), "errors": invalid.reasons}, 422)
    except Refused as refused:
        return _answer({"message": str(refused)}, 422)
    except Unknown as unknown:
        return _answer({"message": f"{unknown} does not exist"}, 404)
    except web.HTTPException as error:
        return _answer({"message": f"{request.method} {request.path}: {error.reason}"}, error.status)


async def _read(request: web.Request, order: type[OrderType]) -> OrderType:
    try:
        return order.model_validate_json(await request.read())
    except ValidationError as error:
        raise InvalidRequest([_reason(detail) for detail in error.errors(include_url=False)]) from None


def _reason(error: Any) -> str:
    key = ".".join(str(part) for part in error["loc"])
    return f"{key}: {error['msg']}" if key else str(error["msg"])


def _pull(request: web.Request) -> tuple[str, int]:
    return "{owner}/{repo}".format_map(request.match_info), int(request.match_info["number"])


def _head(done: Done) -> dict[str, Any]:
    return {"head": done.pull.head.sha, **_delivery(done.delivery)}


def _delivery(delivery: Delivery | None) -> dict[str, Any]:
    return {"delivery": delivery.guid if delivery else None}


def _answer(body: object, status: int) -> web.Response:
    return web.Response(body=json.dumps(body).encode(), status=status, content_type="application/json")
