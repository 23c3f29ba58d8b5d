"""Verifies the signature of a delivery: HMAC-SHA256 of the raw body with the webhook secret.

https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
"""

import hmac
import re
from collections.abc import Sequence

HEADER = "X-Hub-Signature-256"
_form = re.compile(r"sha256=([0-9a-f]{64})")


def has_form(header: str | None) -> bool:
    """Whether the header has the form of a signature. Needs no body."""
    return _form.fullmatch(header or "") is not None


def is_signed(body: bytes, header: str | None, secrets: Sequence[str]) -> bool:
    """Whether `header` is a valid signature of `body` with one of `secrets`. Compares in constant time."""
    if not has_form(header):
        return False
    matches = [hmac.compare_digest(_sign(secret, body), header or "") for secret in secrets]
    return any(matches)


def _sign(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex()
