"""Injects faults: replaces, delays, edits or drops answers on demand."""

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
    """Affects `times` calls (None: all), after skipping `skip` of them.

    `path` is a template ("/repos/{owner}/{repo}/pulls/{pull_number}") or a pattern ("/repos/acme/*").
    `account` limits the fault to this account's repositories, `variant` to the GraphQL operation of that
    name, or to "diff"; None: no limit. `status` None keeps the answer, but delays it (`delay`, in seconds),
    changes it (`edits`), or drops it (`drop`). `after_effect`: the call still takes effect. `body` text is
    sent verbatim, anything else as JSON.
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

    def matches(self, call: Call) -> bool:
        return (
            self.method in ("*", call.method)
            and (self.path == call.template or fnmatchcase(call.path, self.path))
            and (self.account is None or self.account.lower() == call.account)
            and self.variant in (None, call.variant)
        )


@dataclass(slots=True)
class _PendingFault:
    """A fault, with how many calls it still skips, and how many it still affects."""

    fault: Fault
    skip: int
    times: int | None


class Faults:
    """The pending faults, in the order of injection."""

    def __init__(self) -> None:
        self._pending: list[_PendingFault] = []

    def add(self, fault: Fault) -> None:
        self._pending.append(_PendingFault(fault, fault.skip, fault.times))

    def clear(self, account: str | None = None) -> None:
        """Removes all faults, or those limited to `account`."""
        kept = [
            pending for pending in self._pending if account is not None and pending.fault.account != account
        ]
        self._pending[:] = kept

    def next_for(self, call: Call) -> Fault | None:
        """The fault that affects this call; at most one."""
        for pending in self._pending:
            if not pending.fault.matches(call):
                continue
            if pending.skip:
                pending.skip -= 1
                continue
            if pending.times is not None:
                pending.times -= 1
            if pending.times == 0:
                self._pending.remove(pending)
            return pending.fault
        return None


async def apply_fault(fault: Fault) -> web.Response | None:
    """Delays, and returns the substitute answer; None to keep the real one. Raises `Dropped`."""
    await asyncio.sleep(fault.delay)
    if fault.drop:
        raise Dropped
    if fault.status is None:
        return None
    headers = dict(fault.headers)
    if isinstance(fault.body, str):
        body = fault.body.encode("utf-8", "replace")
        return on_purpose(web.Response(body=body, status=fault.status, headers=headers))
    content = _default_body(fault.status) if fault.body is None else fault.body
    return on_purpose(answer(content, fault.status, headers))


def _default_body(status: int) -> dict[str, Any]:
    is_known = status in HTTPStatus.__members__.values()
    return Refusal(status, HTTPStatus(status).phrase if is_known else "Error").body
