"""The signature of a delivery: HMAC-SHA256 of the raw body under the webhook's secret.

https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
"""

import hmac
import re
from collections.abc import Sequence

HEADER = "X-Hub-Signature-256"
_form = re.compile(r"sha256=([0-9a-f]{64})")


def is_signed(body: bytes, header: str | None, secrets: Sequence[str]) -> bool:
    """Whether `header` signs `body` under one of `secrets`; a near miss takes as long as any other."""
    claimed = _form.fullmatch(header or "")
    if not claimed:
        return False
    matches = [
        hmac.compare_digest(hmac.digest(secret.encode(), body, "sha256").hex(), claimed[1])
        for secret in secrets
    ]
    return any(matches)
