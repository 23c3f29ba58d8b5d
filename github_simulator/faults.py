"""Troubles on demand: answers that GitHub gives on a bad day."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import Any

from aiohttp import web
from pydantic import Field

from bot.core.value import Value
from github_simulator.api.api_request import answer
from github_simulator.api.refusals import Refusal
from github_simulator.calls import Call, Dropped
from github_simulator.edits import Edit, on_purpose


class Fault(Value):
    """Strikes `times` calls (None: for ever), after passing over `skip` of them.

    `path` is a template ("/repos/{owner}/{repo}/pulls/{pull_number}") or a pattern ("/repos/acme/*").
    `account` strikes only what concerns this account's repositories, and `variant` only the GraphQL operation
    of that name, or "diff"; None: all of them. `status` None: the answer stays as it is, only late (`delay`,
    in seconds), changed by `edits`, or not sent at all (`drop`). `after_effect`: what was asked for happens
    all the same. `body` text is sent as it is, else as JSON.
    """

    method: str = "*"
    path: str = "*"
    account: str | None = None
    variant: str | None = None
    status: int | None = Field(default=None, ge=200, le=599)
    times: int | None = Field(default=1, ge=1)
    skip: int = Field(default=0, ge=0)
    after_effect: bool = False
    headers: Mapping[str, str] = Field(default_factory=dict)
    body: Any = None
    delay: float = Field(default=0, ge=0, le=600)
    drop: bool = False
    edits: tuple[Edit, ...] = ()

    def meets(self, call: Call) -> bool:
        return (
            self.method in ("*", call.method)
            and (self.path == call.template or fnmatchcase(call.path, self.path))
            and (self.account is None or self.account.lower() == call.account)
            and self.variant in (None, call.variant)
        )


@dataclass(slots=True)
class _Waiting:
    """A fault with how many calls it still passes over, and how many it still strikes."""

    fault: Fault
    skip: int
    times: int | None


class Faults:
    """Those still to come, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []

    def add(self, fault: Fault) -> None:
        self._waiting.append(_Waiting(fault, fault.skip, fault.times))

    def clear(self, account: str | None = None) -> None:
        """All of them, or those that were to strike one account's repositories alone."""
        kept = [one for one in self._waiting if account is not None and one.fault.account != account]
        self._waiting[:] = kept

    def strike(self, call: Call) -> Fault | None:
        """The fault that this call meets; each call meets one at most."""
        for waiting in self._waiting:
            if not waiting.fault.meets(call):
                continue
            if waiting.skip:
                waiting.skip -= 1
                continue
            if waiting.times is not None:
                waiting.times -= 1
            if waiting.times == 0:
                self._waiting.remove(waiting)
            return waiting.fault
        return None


async def suffer(fault: Fault) -> web.Response | None:
    """What is answered in place of the truth; None when nothing is. Raises `Dropped`."""
    await asyncio.sleep(fault.delay)
    if fault.drop:
        raise Dropped
    if fault.status is None:
        return None
    headers = dict(fault.headers)
    if isinstance(fault.body, str):
        body = fault.body.encode("utf-8", "replace")
        return on_purpose(web.Response(body=body, status=fault.status, headers=headers))
    told = _usual_body(fault.status) if fault.body is None else fault.body
    return on_purpose(answer(told, fault.status, headers))


def _usual_body(status: int) -> dict[str, Any]:
    known = status in HTTPStatus.__members__.values()
    return Refusal(status, HTTPStatus(status).phrase if known else "Error").body
