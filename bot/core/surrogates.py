"""Repairs lone surrogates in JSON, which result from text cut in the middle of a character."""

import re

# Matches every escape, so that the second of two backslashes is never taken for the start of another.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
_REPLACEMENT = rb"\ufffd"


def without_halves(body: bytes) -> bytes:
    """The JSON with U+FFFD in place of each lone surrogate. Most JSON parsers reject texts with one."""
    if b"\\ud" not in body and b"\\uD" not in body:
        return body
    return _ESCAPE.sub(lambda found: _REPLACEMENT if found[1] else found[0], body)
