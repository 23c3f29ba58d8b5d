"""The signature of a delivery: HMAC-SHA256 of the raw body under the webhook's secret.

https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
"""

import hmac
import re
from collections.abc import Sequence

HEADER = "X-Hub-Signature-256"
_form = re.compile(r"sha256=([0-9a-f]{64})")


def has_form(header: str | None) -> bool:
    """Whether this could be a signature at all; tells before the body is read."""
    return _form.fullmatch(header or "") is not None


def is_signed(body: bytes, header: str | None, secrets: Sequence[str]) -> bool:
    """Whether `header` signs `body` under one of `secrets`; a near miss takes as long as any other."""
    if not has_form(header):
        return False
    matches = [hmac.compare_digest(_sign(secret, body), header or "") for secret in secrets]
    return any(matches)


def _sign(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex()
