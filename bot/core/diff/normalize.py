"""Normalizes a diff from a person: its encoding, line endings, colours and mail wrapping."""

import re

from bot.core.diff.colors import strip_colors
from bot.core.diff.compressed import packed_as
from bot.core.diff.diagnose import identify
from bot.core.diff.error import DiffError
from bot.core.diff.mail import unwrap_mails

_BINARY = (b"%PDF-", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x7fELF", b"\xd0\xcf\x11\xe0")
_MARKS = (  # longer ones first
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_ZEROS = {  # which of four bytes are zero: every diff begins with ASCII
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
}
_SAMPLE = 16  # bytes
_STRUCTURE = re.compile(r"^(?:diff |--- |\+\+\+ |@@ -|Index: )[^\n]*", re.MULTILINE)
_MARK = re.compile("^\ufeff", re.MULTILINE)
_FOREIGN = re.compile(r'\s*(?:<(?:!doctype|html|head|body|\?xml)|\{\s*"|\[\s*\{)', re.IGNORECASE)


def decode_diff(data: bytes) -> str:
    """The text of a diff from git or GitHub. Bytes that are not UTF-8 become U+FFFD."""
    return data.decode("utf-8", "replace")


def normalize(data: bytes) -> str:
    r"""A diff as its tool wrote it: with "\n" as line ending, decoded from mails, and without colours.

    Content in another encoding than the diff's becomes U+FFFD. Raises `DiffError` for binary data.
    """
    _refuse_packed(data)
    text = decode_diff(unwrap_mails(_in_utf8(data)))
    text = strip_colors(_MARK.sub("", _ended_by_newlines(text)))
    if _FOREIGN.match(text):
        raise DiffError(1, identify(text))
    return text


def _refuse_packed(data: bytes) -> None:
    if name := packed_as(data):
        raise DiffError(1, f"not a diff: the file is compressed ({name}); unpack it first")
    if data.startswith(_BINARY):
        raise DiffError(1, "not a diff: the file is not text; expected `git diff` output")


def _in_utf8(data: bytes) -> bytes:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _recode(data[len(mark) :], encoding)
    sample = data[:_SAMPLE]
    for zeros, encoding in _ZEROS.items():
        if len(sample) > 1 and all((byte == 0) is zeros[at % 4] for at, byte in enumerate(sample)):
            return _recode(data, encoding)
    return data


def _recode(data: bytes, encoding: str) -> bytes:
    if encoding == "utf-8":
        return data
    return data.decode(encoding, "replace").encode("utf-8", "replace")


def _ended_by_newlines(text: str) -> str:
    r"""`text` with "\n" as line ending. If all structural lines end in "\r\n", the program that saved the
    diff changed the content's endings as well.
    """
    if "\r" not in text:
        return text
    if "\n" not in text.rstrip("\n"):
        return text.replace("\r", "\n")
    lines = [line[0] for line in _STRUCTURE.finditer(text)]
    if lines and all(line.endswith("\r") for line in lines):
        return text.replace("\r\n", "\n")
    return text
