"""Decodes mails with patches in Base64, quoted-printable or attachments."""

import contextlib
import email
import re
from collections.abc import Iterator
from email.message import Message

from bot.core.diff.compressed import packed_as
from bot.core.diff.error import DiffError

_START = re.compile(rb"^From (?:[0-9a-f]{40,64} |\S{1,200}@\S{1,200} |- )", re.MULTILINE)
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]*:[ \t]")
_WRAPPED = re.compile(
    rb"^content-transfer-encoding:[ \t]*(?:base64|quoted-printable)\b|^content-type:[ \t]*multipart/"
    rb"|^content-type:[^\n]*(?:\n[ \t][^\n]*)*\bformat=\"?flowed\b",
    re.IGNORECASE | re.MULTILINE,
)
_DIFF = re.compile(rb"^(?:diff -|--- [^\n]+\n\+\+\+ |\*\*\* [^\n]+\n--- |Index: )", re.MULTILINE)


def unwrap_mails(data: bytes) -> bytes:
    """`data` with the bodies of all mails decoded; plain mails and other data are unchanged."""
    starts = [match.start() for match in _START.finditer(data)]
    if not starts or starts[0]:
        starts.insert(0, 0)
    if not _is_mail(data) or not _WRAPPED.search(data):
        return data
    return b"".join(map(_unwrap, _cut(data, starts)))


def _is_mail(data: bytes) -> bool:
    return bool(_START.match(data) or _HEADER.match(data))


def _cut(data: bytes, starts: list[int]) -> Iterator[bytes]:
    for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
        yield data[start:end]


def _unwrap(mail: bytes) -> bytes:
    head = re.split(rb"\r?\n\r?\n", mail, maxsplit=1)[0]
    if not _WRAPPED.search(head):
        return mail
    first, _, rest = mail.partition(b"\n") if mail.startswith(b"From ") else (b"", b"", mail)
    message = email.message_from_bytes(rest)
    subject = [b"From: " + str(message.get("From", "")).encode("utf-8", "replace")]
    parts = list(_parts(message))
    if not any(part.strip() for part in parts):
        raise DiffError(1, "this mail contains no readable text; save its patch to a file and use that")
    lead = [first] if first else []
    return b"\n".join([*lead, *subject, b"", *parts, b""])


def _parts(message: "Message[str, str]") -> Iterator[bytes]:
    """The texts of a mail and the diffs attached to it, of any media type. Raises `DiffError` if an
    attachment is compressed and nothing else is a diff.
    """
    leaves = [part for part in message.walk() if not part.is_multipart()]
    texts = [_text(part) for part in leaves]
    has_diff = any(map(_DIFF.search, texts))
    for part, text in zip(leaves, texts, strict=True):
        if not has_diff and (name := packed_as(text)):
            raise DiffError(1, f"the diff attached to this mail is compressed ({name}); unpack it first")
        if part.get_content_type() == "text/plain" or (has_diff and _DIFF.search(text)):
            yield text


def _text(part: "Message[str, str]") -> bytes:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset("utf-8")
    if charset not in ("utf-8", "us-ascii"):
        with contextlib.suppress(LookupError, UnicodeError):  # otherwise the bytes stay unchanged
            data = data.decode(charset).encode()
    data = data.replace(b"\r\n", b"\n")
    return _unflowed(data) if part.get_param("format") == "flowed" else data


def _unflowed(data: bytes) -> bytes:
    """Reverses format=flowed: joins soft line breaks and removes space-stuffing."""
    lines: list[bytes] = []
    begun = b""
    for stuffed in data.split(b"\n"):
        line = stuffed.removeprefix(b" ")
        if line.endswith(b" ") and (begun or stuffed != b"-- "):
            begun += line
            continue
        lines.append(begun + line)
        begun = b""
    return b"\n".join([*lines, *([begun] if begun else [])])
