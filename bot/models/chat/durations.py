"""Lengths of time and moments, as servers write them for programs and for people."""

import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

A_DAY = 86_400.0

_LONGEST = 20_000  # characters of a report that are read
# Seconds of the units, by their names in several languages.
_UNITS = (
    (0.001, r"ms|msecs?|millis\w*|毫秒|ミリ秒|밀리초"),
    (60.0, r"m|mins?|minut\w*|分(?:钟|鐘|間)?|분"),
    (3600.0, r"h|hrs?|hours?|stunden?|heures?|horas?|小时|小時|時間|시간"),
    (A_DAY, r"d|days?|tage?n?|jours?|d[ií]as?|天|일"),
    (1.0, r"s|se[ckg][a-z]*|秒(?:钟|鐘)?|초"),
)
_UNIT = "|".join(names for _, names in _UNITS)
# "1m2s", "6ms", "3.07s": without a unit, seconds.
_PART = re.compile(rf"(\d+(?:\.\d+)?)\s*({_UNIT})?(?![a-z])", re.IGNORECASE | re.ASCII)
_LENGTH = r"((?:\d+(?:\.\d+)?\s*(?:[a-z]+|[^\x00-\x7f]{1,3})?[\s,]*(?:and\s+)?)+)"
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "five": 5, "ten": 10, "fifteen": 15, "twenty": 20,
    "thirty": 30, "sixty": 60,
}  # fmt: skip
_SPELT = re.compile(rf"\b({'|'.join(_NUMBERS)})\s+(?=sec|min|hour|day)", re.IGNORECASE)
# How servers say in words when to come back.
_SAID = re.compile(
    r"(?:retry|try again|again|wait|available|reset\w*)\s*(?:in|after|for|at least)?:?\s+(?:about\s+)?"
    rf"{_LENGTH}(?![\d:/-])",
    re.IGNORECASE,
)
# Fields of reports, and of headers that are repeated in them.
_FIELD = re.compile(
    r"([\w.-]*(?:retry|reset|wait)[\w.-]*)\\*[\"']?\s*[:=]\s*\\*[\"']?([^\"'\\,}\]\s]+(?: [^\"'\\,}\]\s]+)*)",
    re.IGNORECASE | re.ASCII,
)
_MILLISECONDS = re.compile(r"(?:ms|millis\w*)$", re.IGNORECASE)
_MOMENT = re.compile(
    r"(?:again|retry|reset\w*|available|until|access|wait)\b[^\d\n]{0,24}?"
    r"(\d{4}-\d\d-\d\d[T ](?:at )?\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: ?Z| ?UTC|[+-]\d\d:?\d\d)?"
    r"|[A-Z][a-z]{2}, \d\d? [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:GMT|[+-]\d{4}))",
    re.IGNORECASE,
)
# A duration in several languages, unless it is part of a rate: "60 queries per 30 seconds".
_ANY = re.compile(
    r"(?<![\w.])(\d+(?:\.\d+)?\s*(?:se[ckg][a-z]*|mins?\b|minut\w*|hours?|stunden?|heures?|horas?"
    r"|秒(?:钟|鐘)?|分(?:钟|鐘|間)?|小时|小時|時間|초|분|시간|s\b))",
    re.IGNORECASE | re.ASCII,
)
_RATE = re.compile(r"(?:per|every|each|within|pro|par|por|/|每)\W*$", re.IGNORECASE)


def moment(said: str | None, now: datetime) -> float | None:
    """Seconds from a number, a length ("1m2s"), a date, or seconds or milliseconds since 1970."""
    since = number(said)
    if since is not None:
        since = since / 1000 if since > 1e11 else since
        return since - now.timestamp() if since > 1e9 else since
    if not said:
        return None
    until = _until(said, now)
    return length(said) if until is None else until


def number(text: str | None) -> float | None:
    try:
        found = float(text or "")
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def length(text: str) -> float | None:
    """The seconds of "1m2s" or "2 minutes and 3 seconds"; None of anything else."""
    parts = _PART.findall(text)
    left = re.sub(r"and|[\s,.;]", "", _PART.sub("", text), flags=re.IGNORECASE)
    if not parts or left:
        return None
    return sum(float(number) * _unit(unit) for number, unit in parts)


def in_words(body: str, now: datetime, *, limited: bool) -> float | None:
    """The longest of the waits that a report asks for. Where requests are `limited`, that is any length that
    is told, if no words ask for one.
    """
    text = _SPELT.sub(lambda match: f"{_NUMBERS[match[1].lower()]} ", body[:_LONGEST])
    asked = max(_asked(text, now), default=None)
    if asked is None and limited:
        asked = max(_lengths(text), default=None)
    return asked


def _asked(text: str, now: datetime) -> Iterator[float]:
    for match in _SAID.finditer(text):
        yield from _known(length(match[1]))
    for match in _MOMENT.finditer(text):
        yield from _known(_until(match[1].replace("at ", ""), now))
    for match in _FIELD.finditer(text):
        told = moment(match[2], now)
        scale = 0.001 if _MILLISECONDS.search(match[1]) and number(match[2]) is not None else 1.0
        yield from _known(None if told is None else told * scale)


def _lengths(text: str) -> Iterator[float]:
    for match in _ANY.finditer(text):
        if not _RATE.search(text[max(match.start() - 12, 0) : match.start()]):
            yield from _known(length(match[1]))


def _known(seconds: float | None) -> Iterator[float]:
    if seconds is not None and seconds >= 0:
        yield seconds


def _until(date: str, now: datetime) -> float | None:
    plain = re.sub(r" ?UTC$", "Z", date.strip(), flags=re.IGNORECASE)
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            then = read(plain)
        except ValueError:
            continue
        return (then.replace(tzinfo=then.tzinfo or UTC) - now).total_seconds()
    return None


def _unit(name: str) -> float:
    names = (seconds for seconds, names in _UNITS if re.fullmatch(names, name, re.IGNORECASE))
    return next(names, 1.0)
