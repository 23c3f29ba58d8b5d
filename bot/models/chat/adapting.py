"""What to change in a question that a server does not take: whatever its report names, of what was sent.

No list of servers' sentences: a report is searched for the parameters, schema keywords, roles and numbers of
the question itself.
"""

import re
from collections.abc import Collection, Iterator

from bot.core.dialect import Dialect
from bot.core.exchange import Enforcement
from bot.models.chat.rejection import Rejection
from bot.models.chat.sent import FORMATS, LIMITS, Sent

LEVELS = (Enforcement.SCHEMA, Enforcement.OBJECT, Enforcement.PROMPT)
LEAST = 256  # tokens of an answer that are of any use

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

# Words for the limit of an answer, beside the parameter's own name.
_ANSWER = re.compile(
    r"max[_ ]?(?:completion|output|new|gen)?[_ ]?(?:tokens|len)|maxTokens|maxOutputTokens|num_predict"
    r"|(?:output|completion|generat\w+) (?:tokens|length)",
    re.IGNORECASE,
)
_TOO_MUCH = re.compile(
    r"too (?:large|high|big|long|many)|exceed|greater|larger|at most|maximum|limit|range|between|less than"
    r"|[<>≤≥]=?",
    re.IGNORECASE,
)
# A number that stands alone (none of a model's name, a version or a date), and what makes it a bound.
_NUMBER = re.compile(r"(?<![\w.,\-/])(\d{1,3}(?:,\d{3})+|\d+)(?![\w\-/]|[.,]\d)")
_BOUND = re.compile(
    r"most|max|limit|exceed|greater|less|than|between|and|range|up to|supports|allowed|[<>≤≥\[,]|must be",
    re.IGNORECASE,
)
_RANGE = re.compile(r"([\[(]\s*\d+)\s*,\s*(\d+\s*[\])])")  # its comma groups no thousands
_NEAR = 32  # characters around a number in which a word says that it is a bound
# What a report says that prompt and answer may take together.
_SUM = re.compile(r"\d+ ?\+ ?\d+ ?> ?(\d+)")
_CONTEXT = re.compile(
    r"(?:context(?: (?:length|window|size|limit))?|max_model_len|max_seq_len|n_ctx|model len\w*"
    r"|max_new_tokens`? must be)(?:[^\d(]{0,40}?|[^\d]{0,40}?\((?=[\d,]+ tokens))(\d[\d,]{2,})",
    re.IGNORECASE,
)
_NEEDED = re.compile(r"required|missing|must be (?:set|specified|provided)", re.IGNORECASE)

_SYSTEM = re.compile(
    r"\bsystem\b.{0,40}\b(?:role|message|prompt|instruction)|\b(?:role|message)s?\b.{0,60}\bsystem\b"
    r"|developer (?:instruction|message|role)|roles? must alternate|raise_exception|jinja|template"
    r"|(?:unexpected|invalid|unknown|unsupported) (?:message )?role|\brole\b.{0,40}(?:not|n't|invalid)"
    r"|messages\[\d+\]\.role|messages\.\d+\.role|only user",
    re.IGNORECASE | re.DOTALL,
)
_CLOSED = re.compile(
    r"additional_?properties\W.{0,100}?(?:false|required|must|missing|supplied)"
    r"|(?:must|required|should|needs?|missing).{0,80}?additional_?properties"
    r"|['\"`]required['\"`]? (?:is required|must|should)|every key in (?:its )?properties",
    re.IGNORECASE | re.DOTALL,
)
_STRICT = re.compile(
    r"['\"`]strict['\"`]|\bstrict (?:mode|is|parameter|field|schema)|\.strict\b", re.IGNORECASE
)
_STREAM = re.compile(
    r"only supports? (?:the )?stream|non-?streaming|stream(?:ing)? (?:mode|must|is required)"
    r"|enable the stream|stream['\"`]? (?:must|should|needs)",
    re.IGNORECASE,
)
_SCHEMA = re.compile(
    r"\b(?:schemas?|grammars?|constraints?)\b|too many states|conversion failed|repetition", re.IGNORECASE
)
_FORMAT = re.compile(
    r"response_?format|json_?schema|json_?object|json schema|json mode|structured.{0,2}output|output_format"
    r"|output_config|response_?schema|response_mime|mime type|guided|grammar|\bschemas?\b|failed_generation"
    r"|the word '?json",
    re.IGNORECASE,
)
# Parameters whose names are words of English as well count when they are quoted.
_PLAIN = re.compile(r"^[a-z]+$")
_TELLING = frozenset({"temperature"})


def adapt(
    dialect: Dialect, sent: Sent, rejection: Rejection, tried: Collection[Dialect] = ()
) -> Dialect | None:
    """How to put the question instead, by what the report names; None when it names nothing that was sent,
    or all that follows from it was `tried`.
    """
    seen = {dialect, *tried}
    return next((one for one in _candidates(dialect, sent, rejection) if one not in seen), None)


def lowered(dialect: Dialect) -> Dialect | None:
    """With JSON enforced by less; None when it is not enforced at all."""
    level = LEVELS.index(dialect.enforcement) + 1
    return dialect.model_copy(update={"enforcement": LEVELS[level]}) if level < len(LEVELS) else None


def fitting(dialect: Dialect, sent: Sent, rejection: Rejection) -> Dialect | None:
    """For a full context: with a shorter answer, where that alone takes up much of the context that the
    report names.
    """
    found = _SUM.search(rejection.text) or _CONTEXT.search(rejection.text)
    context = _whole(found[1]) if found else 0
    if sent.limit is None or context < LEAST or sent.limit <= context // 2:
        return None
    return dialect.model_copy(update={"most": max(context // 4, LEAST)})


def _candidates(dialect: Dialect, sent: Sent, rejection: Rejection) -> Iterator[Dialect]:
    """The most telling first."""
    shorter = fitting(dialect, sent, rejection)
    if shorter:
        yield shorter
    yield from _limits(dialect, sent, rejection)
    yield from _omitting(dialect, sent, rejection)
    if not dialect.streamed and _STREAM.search(rejection.words):
        yield dialect.model_copy(update={"streamed": True})
    if sent.system and _SYSTEM.search(rejection.words):
        yield dialect.model_copy(update={"system": False})
    if sent.format == "json_schema":
        yield from _schemas(dialect, sent, rejection)
    if sent.format and (_FORMAT.search(rejection.words) or _names(rejection, FORMATS)):
        less = lowered(dialect)
        if less:
            yield less


def _limits(dialect: Dialect, sent: Sent, rejection: Rejection) -> Iterator[Dialect]:
    """Another bound of the answer, or another name for it, or none."""
    named = _names(rejection, LIMITS)
    if sent.limit is None or sent.limit_name is None:
        if named and _NEEDED.search(rejection.words):
            yield dialect.model_copy(update={"limit": named[0]})
        return
    if not named and not _ANSWER.search(rejection.words):
        return
    bound = _bound(rejection.text, sent)
    if bound:
        yield dialect.model_copy(update={"most": bound})
    elif _TOO_MUCH.search(_ANSWER.sub("", rejection.text)) and sent.limit > 2 * LEAST:
        yield dialect.model_copy(update={"most": sent.limit // 2})
    if named:
        other = next(name for name in LIMITS if name != sent.limit_name)
        yield dialect.model_copy(update={"limit": other})
        yield dialect.model_copy(update={"limit": None})


def _bound(text: str, sent: Sent) -> int:
    """The largest number that is less than what was sent, and is told as a bound; 0 without one."""
    plain = _ANSWER.sub(" ", text.replace(sent.model, " ") if sent.model else text)
    plain = _RANGE.sub(r"\1 , \2", plain)
    found = []
    for match in _NUMBER.finditer(plain):
        number = _whole(match[1])
        around = plain[max(match.start() - _NEAR, 0) : match.start()] + plain[match.end() :][:_NEAR]
        if LEAST // 16 <= number < (sent.limit or 0) and _BOUND.search(around):
            found.append(number)
    return max(found, default=0)


def _whole(digits: str) -> int:
    return int(digits.replace(",", ""))


def _omitting(dialect: Dialect, sent: Sent, rejection: Rejection) -> Iterator[Dialect]:
    others = sorted(sent.parameters - {*LIMITS, *FORMATS})
    for name in _names(rejection, others):
        yield dialect.model_copy(update={"omitted": (*dialect.omitted, name)})


def _schemas(dialect: Dialect, sent: Sent, rejection: Rejection) -> Iterator[Dialect]:
    """Schemas that say less, or are closed where the server wants them to be."""
    bounds = sorted(sent.keywords.intersection(BOUNDS))
    if _CLOSED.search(rejection.words) and not dialect.closed:
        yield dialect.model_copy(update={"closed": True})
    if bounds and _names(rejection, BOUNDS):
        yield _without(dialect, bounds)
    for name in _names(rejection, sorted(sent.keywords.intersection(DROPPABLE))):
        yield _without(dialect, [name])
    if sent.strict and _STRICT.search(rejection.words):
        yield dialect.model_copy(update={"strict": False})
    if bounds and _SCHEMA.search(re.sub(r"json[_ ]schema", "", rejection.words, flags=re.IGNORECASE)):
        yield _without(dialect, bounds)


def _without(dialect: Dialect, keywords: Collection[str]) -> Dialect:
    names = tuple(sorted({*dialect.keywords, *keywords}))
    return dialect.model_copy(update={"keywords": names})


def _names(rejection: Rejection, candidates: Collection[str]) -> list[str]:
    """Those that the report names, the fields that it points at first."""
    pointed = [name for name in candidates if any(_is_at(path, name) for path in rejection.paths)]
    told = [name for name in candidates if name not in pointed and _is_told(rejection.text, name)]
    return pointed + told


def _is_at(path: str, name: str) -> bool:
    return name in re.split(r"[.\[\]/]+", path)


def _is_told(text: str, name: str) -> bool:
    """As it is written, or with underscores where it has capitals."""
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    spelt = "|".join(dict.fromkeys(re.escape(one) for one in (name, snake)))
    is_word = _PLAIN.match(name) and name not in _TELLING
    pattern = rf"['\"`/.]({spelt})['\"`\]:,.\s]" if is_word else rf"(?<![\w$])({spelt})(?!\w)"
    return re.search(pattern, text, re.IGNORECASE) is not None
