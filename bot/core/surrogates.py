"""Halves of surrogate pairs in JSON: text that was cut in the middle of a character."""

import re

# Every escape is matched, so that the second backslash of two is never taken for the beginning of another.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
_REPLACEMENT = rb"\ufffd"


def without_halves(body: bytes) -> bytes:
    """The JSON with U+FFFD in place of each half of a surrogate pair that stands alone. Most JSON readers
    refuse the whole text for one of them.
    """
    if b"\\ud" not in body and b"\\uD" not in body:
        return body
    return _ESCAPE.sub(lambda found: _REPLACEMENT if found[1] else found[0], body)
