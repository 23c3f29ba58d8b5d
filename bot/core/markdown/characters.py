"""Removes control, invisible and text-direction characters."""

import re

_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BIDI = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b"
    r"\u2060-\u2065\u206a-\u206f\u3164\ufeff\ufff9-\ufffb\uffa0\ud800-\udfff"
    r"\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
# Joiners occur in emoji and some scripts, never next to ASCII.
_JOINER = re.compile(r"(?<=[\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?=[\x00-\x7f])|[\u200c\u200d]+\Z")
# A marker of the bot in untrusted text would be taken for a real one.
_MARKER = re.compile(r"<!-(?=-\s*code-review-bot)", re.IGNORECASE)


def clean(text: str) -> str:
    r"""`text` with "\n" as line ending, without invisible and private-use characters (`inline` uses these
    itself). Characters that change the text direction become visible ("⟨U+202E⟩").
    """
    text = _LINE_END.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    text = _JOINER.sub("", text)
    text = _BIDI.sub(lambda match: f"⟨U+{ord(match[0]):04X}⟩", text)
    return _MARKER.sub("<! -", text)
