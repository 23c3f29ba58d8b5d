"""The tenant of the current request, set by the middleware from the host name."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Tenant:
    id: int
    name: str


_current: ContextVar[Tenant] = ContextVar("tenant")


def current_tenant() -> Tenant:
    return _current.get()


def enter(tenant: Tenant) -> None:
    _current.set(tenant)
