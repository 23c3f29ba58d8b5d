"""Shorter limits for the answer, from a report that prompt, answer or both are too long."""

import re
from collections.abc import Iterator

from bot.core.llm.dialect import Dialect
from bot.models.chat.rejection import Rejection
from bot.models.chat.sent_request import SentRequest

LEAST = 256  # tokens of an answer that are of any use

# Words for the limit of an answer, beside the parameter's own name.
ANSWER = re.compile(
    r"max(?:imum)?[_ -]?(?:completion|output|new|gen\w*|response|answer)?[_ -]?tokens|max[_ ]?len(?![a-z])"
    r"|num_predict|tokens? to (?:be )?(?:generate|output|return|produce|sample)\w*"
    r"|\b(?:output|completion|generat\w+|response|reply|answer)s?\b[ _](?:[a-z]+ ){0,2}"
    r"(?:tokens?|length|size|limit)",
    re.IGNORECASE | re.ASCII,
)
# Words for parts other than the answer.
_PROMPT = re.compile(
    r"prompt|\binputs?\b|\bmessages?\b|conversation|\bcontext|sequence|\btotal\b|\bcontents?\b|\bbody\b",
    re.IGNORECASE | re.ASCII,
)
_TOO_MUCH = re.compile(
    r"too (?:large|high|big|long|many)|exceed|greater|larger|at most|maximum|limit|range|between|less than"
    r"|[<>≤≥]=?",
    re.IGNORECASE,
)
# A number that stands alone (none of a model's name, a version or a date), in any country's groups of digits.
_NUMBER = re.compile(
    r"(?<![\w,/-])(?<![^.]\.)([1-9]\d{0,2}(?:([,._'\u2019\u00a0\u202f ])\d{3})(?:\2\d{3})*|\d+)([kK])?"
    r"(?![\w/]|-\d|[.,]\d)",
    re.ASCII,
)
# What makes it a bound.
_BOUND = re.compile(
    r"most|max|limit|exceed|greater|less|lower|than|between|and|range|up to|supports|allowed|bound|[<>≤≥\[,]"
    r"|must be",
    re.IGNORECASE,
)
# What keeps an answer below it.
_BELOW = re.compile(r"(?:less|lower|smaller|fewer) than\W*$|(?<![<=>])<\s*$", re.IGNORECASE)
_EXCLUSIVE = re.compile(r"\W*exclusive", re.IGNORECASE)
# What makes it none.
_OTHER = re.compile(
    r"(?:code|status|error|http|line|column|row|at|least|minimum|[>≥]=?)\W{0,3}$", re.IGNORECASE
)
_RANGE = re.compile(r"([\[(]\s*\d+)\s*,\s*(\d+\s*[\])])")  # its comma groups no thousands
_NEAR = 32  # characters around a number in which a word says that it is a bound
# What a report says that prompt and answer may take together.
_SUM = re.compile(r"\d+ ?\+ ?\d+ ?> ?(\d+)")
_CONTEXT = re.compile(
    r"(?:context(?: (?:length|window|size|limit))?|max_model_len|max_seq_len|session_len|n_ctx|model len\w*"
    r"|max_new_tokens`? must be)"
    r"(?:\s*[(:=]\s*|[^\d(]{0,40}?|[^\d]{0,40}?\((?=[\d,]+ tokens))(\d[\d,]{2,})",
    re.IGNORECASE,
)


def shorter(dialect: Dialect, sent: SentRequest, rejection: Rejection) -> Iterator[Dialect]:
    """With a shorter answer, for a report that something is too long: where the report means the answer, or
    where the prompt by our own count cannot be it.
    """
    if sent.limit is None:
        return
    if _context(rejection) >= LEAST:
        yield from within_context(dialect, sent, rejection)
        return
    most = bound(rejection, sent)
    if most and (means_answer(rejection, sent) or sent.tokens < most):
        yield _at_most(dialect, most)
    elif most == 0 and sent.limit > 2 * LEAST and _is_longer(rejection, sent):
        yield _at_most(dialect, sent.limit // 2)


def within_context(dialect: Dialect, sent: SentRequest, rejection: Rejection) -> Iterator[Dialect]:
    """With a shorter answer, where that alone takes up much of the context that the report names."""
    context = _context(rejection)
    if context >= LEAST and (sent.limit or 0) > context // 2:
        yield _at_most(dialect, max(context // 4, LEAST))


def limited(dialect: Dialect, sent: SentRequest, rejection: Rejection) -> Iterator[Dialect]:
    """With a shorter answer, for a report that objects to the answer's limit."""
    most = bound(rejection, sent)
    if most:
        yield _at_most(dialect, most)
    elif sent.limit and sent.limit > 2 * LEAST and _TOO_MUCH.search(ANSWER.sub("", rejection.text)):
        yield _at_most(dialect, sent.limit // 2)


def unnamed(dialect: Dialect, sent: SentRequest, rejection: Rejection) -> Iterator[Dialect]:
    """With a shorter answer, for a report that names nothing but a round number, which may be its limit."""
    most = bound(rejection, sent)
    is_round = most % LEAST == 0 or most % 500 == 0
    if most >= LEAST and is_round and not _PROMPT.search(rejection.text):
        yield _at_most(dialect, most)


def bound(rejection: Rejection, sent: SentRequest) -> int:
    """The largest number that is less than what was sent, and is told as a bound; where no word says so, the
    only such number that there is. 0 without one.
    """
    plain = _plain(rejection, sent)
    told, others = set(), set()
    for match in _NUMBER.finditer(plain):
        before, after = plain[max(match.start() - _NEAR, 0) : match.start()], plain[match.end() :][:_NEAR]
        number = _whole(match) - bool(_BELOW.search(before) or _EXCLUSIVE.match(after))
        if not LEAST // 16 <= number < (sent.limit or 0):
            continue
        if _BOUND.search(f"{before} {after}"):
            told.add(number)
        elif number >= LEAST and number != rejection.status and not _OTHER.search(before):
            others.add(number)
    if told:
        return max(told)
    return others.pop() if len(others) == 1 else 0


def means_answer(rejection: Rejection, sent: SentRequest) -> bool:
    """Whether a report that something is too long means the answer: it names it and no prompt, or it tells
    the very limit that was sent, and no number that could be a prompt's.
    """
    plain = _RANGE.sub(r"\1 , \2", rejection.text)
    numbers = {_whole(match) for match in _NUMBER.finditer(plain)}
    most = bound(rejection, sent)
    if (
        sent.limit in numbers
        and most
        and all(number in (sent.limit, most) or number < most for number in numbers)
    ):
        return True
    return ANSWER.search(plain) is not None and not _PROMPT.search(plain)


def _is_longer(rejection: Rejection, sent: SentRequest) -> bool:
    """Whether the answer is what is too long although no number says so: it is meant, or may be longer than
    the prompt.
    """
    limit = sent.limit or 0
    is_counted = any(_whole(match) > limit for match in _NUMBER.finditer(rejection.text))
    return means_answer(rejection, sent) or (limit >= sent.tokens and not is_counted)


def _context(rejection: Rejection) -> int:
    """What prompt and answer may take together; 0 where the report does not name it."""
    found = _SUM.search(rejection.text) or _CONTEXT.search(rejection.text)
    return int(found[1].replace(",", "")) if found else 0


def _plain(rejection: Rejection, sent: SentRequest) -> str:
    """A report without the numbers in names, and with those of ranges apart."""
    text = rejection.text.replace(sent.model, " ") if sent.model else rejection.text
    return _RANGE.sub(r"\1 , \2", ANSWER.sub(" ", text))


def _whole(match: re.Match[str]) -> int:
    number = int(re.sub(r"\D", "", match[1])[:18])
    return number * 1000 if match[3] else number


def _at_most(dialect: Dialect, tokens: int) -> Dialect:
    return dialect.model_copy(update={"most": tokens})
