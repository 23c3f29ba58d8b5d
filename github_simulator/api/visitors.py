"""Identifies the caller: anonymous, the app by its JSON web token, an installation, or a user."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import jwt

from github_simulator.api.refusals import Refusal
from github_simulator.state import Account, Installation, Token, World

LONGEST_JWT = 600  # seconds until it expires
_UNREADABLE = "A JSON web token could not be decoded"
_EXPIRED = (
    "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the "
    "assertion expires"
)
_NOT_ISSUED = (
    "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
)


class Visitor(NamedTuple):
    """A caller. `token` is that of an installation or a user; `app` is True for the app itself."""

    account: Account | None = None
    token: Token | None = None
    app: bool = False

    @property
    def installation(self) -> Installation | None:
        return self.token.installation if self.token else None

    @property
    def permissions(self) -> Mapping[str, str] | None:
        """The token's permissions; None: all of its user's."""
        return self.token.permissions if self.token else None


def identify(world: World, authorization: str | None, key: str | None) -> Visitor:
    """The caller. `key` is the app's public key (PEM); None accepts any signature. Raises `Refusal`."""
    scheme, _, secret = (authorization or "").partition(" ")
    if not authorization:
        return Visitor()
    secret = secret.strip()
    if scheme.lower() not in ("bearer", "token") or not secret:
        raise Refusal(401, "Bad credentials")
    if scheme.lower() == "bearer" and secret.startswith("ey") and secret.count(".") == 2:
        _check_claims(_read_claims(secret, key), world)
        return Visitor(app=True)
    token = world.token(secret)
    if token is None:
        raise Refusal(401, "Bad credentials")
    return Visitor(token.actor, token)


def _read_claims(secret: str, key: str | None) -> dict[str, Any]:
    options: Any = {"verify_signature": key is not None, "verify_exp": False, "verify_iat": False}
    try:
        if jwt.get_unverified_header(secret).get("alg") != "RS256":
            raise Refusal(401, _UNREADABLE)
        return jwt.decode(secret, key or "", algorithms=["RS256"], options=options)
    except (jwt.PyJWTError, json.JSONDecodeError, UnicodeError):
        raise Refusal(401, _UNREADABLE) from None


def _check_claims(claims: Mapping[str, Any], world: World) -> None:
    now = world.now().timestamp()
    issued, expires, issuer = claims.get("iat"), claims.get("exp"), claims.get("iss")
    if issuer is None:
        raise Refusal(401, "Missing 'issuer' claim ('iss') in assertion")
    if not world.recognise(str(issuer)):
        raise Refusal(404, "Integration not found")
    if not isinstance(expires, int) or expires <= now:
        raise Refusal(401, _EXPIRED)
    if expires > now + LONGEST_JWT:
        raise Refusal(401, "'Expiration time' claim ('exp') is too far in the future")
    if not isinstance(issued, int) or issued > now:
        raise Refusal(401, _NOT_ISSUED)
