"""Removes secrets from text before it is logged or displayed."""

import re

HIDDEN = "[hidden]"

# The group `keep` stays; the rest of a match is replaced.
_SECRETS = (
    # A private key in PEM, also a truncated one.
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
    # Passwords in URLs: https://user:password@host
    re.compile(r"(?P<keep>://[^\s/:@\"']{0,200}:)[^\s/\"']+(?=@)"),
    re.compile(r"(?P<keep>\bbearer[ \t]+)[\w.~+/=-]{8,}", re.IGNORECASE),
    re.compile(
        r"(?P<keep>\bauthorization[\"']?[ \t]*[:=][ \t]*[\"']?)(?:(?:bearer|token|basic)[ \t]+)*[^\s\"',]+",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<keep>[?&](?:api[_-]?key|key|access_token|client_secret)=)[^\s&\"'#]+", re.IGNORECASE),
    # GitHub's tokens have no fixed length: an installation token may contain a JWT.
    re.compile(r"\b(?:gh[a-z]_|github_pat_)[\w.-]{8,}"),
    re.compile(r"\b(?:sk|rk|pk)-[\w-]{8,}"),
    re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    re.compile(r"\bxox[a-z]-[\w-]{8,}"),
    re.compile(r"\bAIza[\w-]{30,}"),
    re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"),
)


def redact(text: str) -> str:
    """`text` with `[hidden]` in place of likely secrets. Idempotent."""
    for secret in _SECRETS:
        text = secret.sub(_hide, text)
    return text


def _hide(match: re.Match[str]) -> str:
    return (match.groupdict().get("keep") or "") + HIDDEN
