"""Proposes changes to a rejected request: of the parts that the server's report names.

There is no list of servers' messages: the report is searched for the request's own parameters, schema
keywords, roles and numbers.
"""

import re
from collections.abc import Collection, Iterator

from bot.core.llm.dialect import Dialect
from bot.core.llm.messages import Enforcement
from bot.models.chat.answer_limits import ANSWER, limited, shorter, unnamed, within_context
from bot.models.chat.rejection import Rejection
from bot.models.chat.sent_request import FORMATS, LIMITS, SentRequest

LEVELS = (Enforcement.SCHEMA, Enforcement.OBJECT, Enforcement.PROMPT)

# Keywords of schemas that only bound what is allowed: without them an answer has the same shape.
BOUNDS = (
    "maxItems", "minItems", "uniqueItems", "maxLength", "minLength", "pattern", "format",
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minProperties", "maxProperties", "minContains", "maxContains",
)  # fmt: skip
# Others that may be left out.
DROPPABLE = (
    "additionalProperties", "unevaluatedProperties", "patternProperties", "propertyNames", "title",
    "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$schema", "$id", "$comment",
)  # fmt: skip

_NEEDED = re.compile(r"required|missing|must be (?:set|specified|provided)", re.IGNORECASE)

_SYSTEM = re.compile(
    r"\bsystem\b.{0,40}\b(?:role|message|prompt|instruction)|\b(?:role|message)s?\b.{0,60}\bsystem\b"
    r"|\bsystem\b.{0,20}(?:not\b|n't|unsupported|invalid)|[^\x00-\x7f] ?\bsystem\b|\bsystem\b ?[^\x00-\x7f]"
    r"|developer (?:instruction|message|role)|roles? must alternate|raise_exception|jinja|template"
    r"|(?:unexpected|invalid|unknown|unsupported|valid) (?:message )?roles?"
    r"|\brole\b.{0,40}(?:not|n't|invalid)|\broles?\b.{0,80}\buser\b"
    r"|first (?:message )?(?:must|should|has to)|(?:start|begin)s? with (?:an? |the )?user"
    r"|messages\[\d+\]\.role|messages\.\d+\.role|only user|\buser\b.{0,30}\b(?:assistant|model)\b"
    r"|\br[oô]l\w{0,4}.{0,20}\bsystem\b|\bsystem\b.{0,20}\br[oô]l",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)
_CLOSED = re.compile(
    r"additional_?properties\W.{0,100}?(?:false|required|must|missing|supplied)"
    r"|(?:must|required|should|needs?|missing).{0,80}?additional_?properties"
    r"|['\"`]required['\"`]? (?:is required|must|should)|every key in (?:its )?properties",
    re.IGNORECASE | re.DOTALL,
)
_STRICT = re.compile(
    r"['\"`]strict['\"`]|\bstrict (?:mode|is|parameter|field|schema)|\.strict\b", re.IGNORECASE | re.ASCII
)
_STREAM = re.compile(
    r"only supports? (?:the )?stream|non-?streaming|stream(?:ing)? (?:mode|must|is required)"
    r"|enable the stream|stream['\"`]? (?:must|should|needs)",
    re.IGNORECASE,
)
_SCHEMA = re.compile(
    r"\b(?:schemas?|grammars?|constraints?)\b|too many states|conversion failed|repetition",
    re.IGNORECASE | re.ASCII,
)
_FORMAT = re.compile(
    r"response_?format|json_?schema|json_?object|json schema|json mode|structured.{0,2}output|output_format"
    r"|output_config|response_?schema|response_mime|mime type|guided|grammar|\bschemas?\b|failed_generation"
    r"|the word '?json",
    re.IGNORECASE | re.ASCII,
)
# Phrases that are unambiguous in any report.
_SPOKEN_FORMAT = re.compile(
    r"json[ -]schemas?\b|json[ -]mode|structured[ _-]?outputs?|response[ -]formats?", re.IGNORECASE
)
_SPOKEN_SYSTEM = re.compile(
    r"\bsystem (?:role|message|prompt|instruction)s?\b.{0,40}(?:\bnot\b|n't|unsupported)|messages\[0\]\.role",
    re.IGNORECASE,
)
# Parameters whose names are words of English as well count when they are quoted.
_PLAIN = re.compile(r"^[a-z]+$")
_TELLING = frozenset({"temperature", "reasoning_effort"})
_WORDS = frozenset({"format"})  # parts of codes of other meanings
_OWN = frozenset({401, 402, 407})  # statuses that tell by themselves what is wrong
_LATER = frozenset({429, 503})
_PASSING = re.compile(
    r"limit|\brate|quota|later|again|busy|overload|capacity|loading|too many", re.IGNORECASE
)


def adapt(
    dialect: Dialect, sent: SentRequest, rejection: Rejection, tried: Collection[Dialect] = ()
) -> Dialect | None:
    """The next dialect to try, by the report; None if the report names no part of the request, or all
    dialects that follow from it were `tried`.
    """
    seen = {dialect, *tried}
    candidates = _candidates(dialect, sent, rejection)
    return next((candidate for candidate in candidates if candidate not in seen), None)


def lowered(dialect: Dialect) -> Dialect | None:
    """The dialect with weaker enforcement of JSON; None if there is none."""
    level = LEVELS.index(dialect.enforcement) + 1
    return dialect.model_copy(update={"enforcement": LEVELS[level]}) if level < len(LEVELS) else None


def fitting(
    dialect: Dialect, sent: SentRequest, rejection: Rejection, tried: Collection[Dialect] = ()
) -> Dialect | None:
    """The next dialect for a full context: a shorter answer if that uses up the context, or else a change of
    what the report names.
    """
    seen = {dialect, *tried}
    ways = [*shorter(dialect, sent, rejection)]
    if needs_stream(dialect, rejection) or names(rejection, sent.parameters.difference(LIMITS)):
        ways += _candidates(dialect, sent, rejection)
    return next((way for way in ways if way not in seen), None)


def is_about(sent: SentRequest, rejection: Rejection) -> bool:
    """Whether the report is about the request: it names a part of it. For statuses of rate limits, only if it
    mentions no temporary condition.
    """
    if rejection.status in _OWN or 300 <= rejection.status < 400:
        return False
    named = names(rejection, sent.names)
    if rejection.status in _LATER:
        return bool(set(named).difference(LIMITS)) and not _PASSING.search(rejection.words)
    spoken = [
        sent.format and _SPOKEN_FORMAT,
        sent.system and _SPOKEN_SYSTEM,
        "stream" not in sent.parameters and _STREAM,
    ]
    return bool(named) or any(words and words.search(rejection.text) for words in spoken)


def needs_stream(dialect: Dialect, rejection: Rejection) -> bool:
    return not dialect.streamed and _STREAM.search(rejection.words) is not None


def _candidates(dialect: Dialect, sent: SentRequest, rejection: Rejection) -> Iterator[Dialect]:
    """The possible changes, the most specific first."""
    yield from within_context(dialect, sent, rejection)
    ways = [_limits(dialect, sent, rejection), _omitting(dialect, sent, rejection)]
    if not _is_pointed(rejection, LIMITS) and _is_pointed(rejection, sent.parameters):
        ways.reverse()
    for way in ways:
        yield from way
    if needs_stream(dialect, rejection):
        yield dialect.model_copy(update={"streamed": True})
    if sent.system and _SYSTEM.search(rejection.words):
        yield dialect.model_copy(update={"system": False})
    if sent.format == "json_schema":
        yield from _schemas(dialect, sent, rejection)
    if sent.format and (_FORMAT.search(rejection.words) or names(rejection, FORMATS)):
        less = lowered(dialect)
        if less:
            yield less
    if sent.limit is not None and not names(rejection, sent.names):
        yield from unnamed(dialect, sent, rejection)


def _limits(dialect: Dialect, sent: SentRequest, rejection: Rejection) -> Iterator[Dialect]:
    """Another limit of the answer, another name for the limit, or no limit."""
    named = names(rejection, LIMITS)
    if sent.limit is None or sent.limit_name is None:
        if named and _NEEDED.search(rejection.words):
            yield dialect.model_copy(update={"limit": named[0]})
        return
    if not named and not ANSWER.search(rejection.words):
        return
    yield from limited(dialect, sent, rejection)
    if named:
        other = next(name for name in LIMITS if name != sent.limit_name)
        yield dialect.model_copy(update={"limit": other})
        yield dialect.model_copy(update={"limit": None})


def _omitting(dialect: Dialect, sent: SentRequest, rejection: Rejection) -> Iterator[Dialect]:
    others = sorted(sent.parameters - {*LIMITS, *FORMATS})
    for name in names(rejection, others):
        yield dialect.model_copy(update={"omitted": (*dialect.omitted, name)})


def _schemas(dialect: Dialect, sent: SentRequest, rejection: Rejection) -> Iterator[Dialect]:
    """Schemas with fewer keywords, or closed schemas if the server requires them."""
    bounds = sorted(sent.keywords.intersection(BOUNDS))
    if _CLOSED.search(rejection.words) and not dialect.closed:
        yield dialect.model_copy(update={"closed": True})
    if bounds and names(rejection, BOUNDS):
        yield _without(dialect, bounds)
    for name in names(rejection, sorted(sent.keywords.intersection(DROPPABLE))):
        yield _without(dialect, [name])
    if sent.strict and _STRICT.search(rejection.words):
        yield dialect.model_copy(update={"strict": False})
    if bounds and _SCHEMA.search(re.sub(r"json[_ ]schema", "", rejection.words, flags=re.IGNORECASE)):
        yield _without(dialect, bounds)


def _without(dialect: Dialect, keywords: Collection[str]) -> Dialect:
    names = tuple(sorted({*dialect.keywords, *keywords}))
    return dialect.model_copy(update={"keywords": names})


def names(rejection: Rejection, candidates: Collection[str]) -> list[str]:
    """The candidates that the report names, those that it names as fields first."""
    ordered = candidates if isinstance(candidates, tuple | list) else sorted(candidates)
    pointed = [name for name in ordered if _is_pointed(rejection, [name])]
    told = [name for name in ordered if name not in pointed and _is_told(rejection.text, name)]
    return pointed + told


def _is_pointed(rejection: Rejection, candidates: Collection[str]) -> bool:
    """Whether the report names one of the candidates as a field. Keys of messages count only for parameters:
    keywords of schemas are common words in reports.
    """
    paths, keys = (set(_parts(names)) for names in (rejection.paths, rejection.keys))
    codes = " ".join(rejection.codes).lower()
    parameters = {*LIMITS, *FORMATS, *_TELLING}
    is_code = (name in codes for name in parameters.difference(_WORDS).intersection(candidates))
    return any(name in paths or (name in parameters and name in keys) for name in candidates) or any(is_code)


def _parts(paths: Collection[str]) -> Iterator[str]:
    for path in paths:
        yield from re.split(r"[.\[\]/:#$]+", path)


def _is_told(text: str, name: str) -> bool:
    """Whether the text contains the name as written, or with capitals, underscores or dashes between its
    words. Letters of other scripts may adjoin it.
    """
    words = [re.escape(word) for word in re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).split("_")]
    spelt = "[_-]?".join(words)
    if _PLAIN.match(name) and name not in _TELLING:
        pattern = rf"(?:['\"`/.]|[^\x00-\x7f])({spelt})(?:['\"`\]:,.\s]|[^\x00-\x7f])"
    else:
        pattern = rf"(?<![A-Za-z0-9_$])({spelt})(?![A-Za-z0-9_])"
    return re.search(pattern, text, re.IGNORECASE) is not None
