"""Recognizes replies that justify what a finding objects to: "intended, because …".

A wrong learning costs more than a missed one, so a reply counts only if it *begins* with a verdict on the
finding ("intended", "by design", "won't fix", "not a problem here"), and a reason follows the verdict after a
mark (`,` `:` `-` `.` …) or a word like "because". Praise, questions, hedges and announcements of a fix do not
count. The phrases are English; `/dismiss REASON` gives a reason in any language.
"""

# ruff: noqa: RUF001 - people write with the marks of their keyboards

import re

from bot.core.commands import Command, Verb, parse_command
from bot.core.commands.decoration import INVISIBLE, from_first_line
from bot.core.commands.politeness import is_mere_courtesy, without_courtesy
from bot.core.comments.quotations import without_quotes
from bot.core.markdown import clip
from bot.core.redaction import redact

MOST_CHARACTERS = 500  # of the text of a learning
_READ = 4000  # characters of a reply that are read
_LEAST_WORDS = 2  # of a reason
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘´ʼ`", "'"))
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_UNSEEN = re.compile(f"[{INVISIBLE}]")
_QUESTION = re.compile(r"[?？](?:[\s\"')\]*_!?]|$)")
_LEAD = re.compile(
    r"\A(?:yes|yeah|yep|no|nope|nah|right|ok|okay|hm+|actually|fyi|note|sorry|ack)\b[\s,.!:;–—-]*"
)
_BUT = re.compile(r"\A(?:but\s+|[\s,.!:;–—-]+)")

_SUBJECT = (
    r"(?:(?:this|that|it|these|those|both|the)(?: [\w'./()-]+){0,4}? (?:is|are|was|were)(?: all| both)?"
    r"|(?:this|that|it)'s|(?:this|that|it|this one)|we|i) "
)
_EMPHASIS = r"(?:still |very much |fully |indeed |really |totally |completely |just |quite |actually |here )?"
_VERDICTS = (
    r"intended|intentional|intentionally so|deliberate|deliberately so|on purpose"
    r"|by design|as designed|as intended"
    r"|working as (?:designed|intended)|(?:the )?(?:expected|desired|intended|wanted)(?: behaviou?r)"
    r"|(?:won't|wont|will not) (?:fix|change)(?: (?:this|it|that))?(?: one)?|wontfix"
    r"|not (?:going to|gonna) (?:fix|change)(?: (?:this|it|that))?"
    r"|(?:not|no|isn't|aren't)(?: really)? (?:an? |any )?(?:actual |real )?"
    r"(?:problem|issue|bug|concern|defect|error|vulnerability|risk)s?"
    r"|(?:a )?non-issue|(?:a )?false[ -](?:positive|alarm)|(?:an )?accepted risk|acceptable"
)
_BEHIND = (
    r"(?: here| there| in (?:this|our|that) (?:case|context|code ?base|repo|repository|project|setup)| for us"
    r"| for now| behaviou?r| by us| at all| in practice)?"
)
_VERDICT = re.compile(rf"(?:{_SUBJECT})?{_EMPHASIS}(?:{_VERDICTS})(?![\w-]){_BEHIND}")
_DELIBERATE = re.compile(
    r"we (?:do (?:this|it|that|so) )?(?:deliberately|intentionally|purposely|purposefully)\b"
)
_BECAUSE = re.compile(
    r"[\s,;:–—-]*[(]?(?:because|'?cause|since|as (?=we|the|it|this|there|our|they|all)|so that|given that"
    r"|due to|in order to)\b"
)
_MARK = re.compile(r"\s*(?:[,;:.!(–—]|-+(?=\s)|\s-+)\s*")
_NO_REASON = re.compile(
    r"(?:but|though|although|however|thanks|thank|thx|cheers|see|ok|okay|lgtm|please|will|can|could|should|let|if"
    r"|unless|right|and|or|to)\b"
)
_CONCEDES = re.compile(
    r"\b(?:(?:good|nice|great) (?:catch|point|find)|you(?:'re| are) right|my (?:bad|mistake)|fair enough|oops"
    r"|(?:i think|i guess|i believe|not sure|unsure|maybe|perhaps|probably|presumably|might be)"
    r"|(?:i|we)(?:'ll| will|'m going to|'re going to| should| could| can|'d) (?:\w+ )?"
    r"(?:fix|change|remove|update|add|rework|address|correct|look|revert|rename|replace|adjust|rewrite|refactor|check)"
    r"|fixing|fixed(?!-)|addressed|done|todo|follow-?up|let me|let's|not (?:intended|intentional|by design)"
    r"|unintended|unintentional)\b"
)


def reason_in(body: str, name: str | None = None) -> str | None:
    """The text of a reply that gives a reason against a finding, on one line, without secrets and at most
    `MOST_CHARACTERS` long; None for any other reply. `name` is the name by which the bot is mentioned.
    """
    text = _COMMENT.sub(" ", without_quotes(from_first_line(body[:_READ])))
    command = parse_command(text, name=name)
    if command is not None:
        is_dismissal = isinstance(command, Command) and command.verb is Verb.DISMISS
        return _dismissal_reason(command.spoken.partition(" ")[2]) if is_dismissal else None
    plain = _plain(text)
    if plain.startswith(("/", "@")) or _QUESTION.search(plain) or _CONCEDES.search(plain):
        return None
    opening = _without_thanks(plain)
    has_reason = _follows_a_verdict(opening) or _follows_a_verdict(_LEAD.sub("", opening))
    return _stored(text) if has_reason else None


def _dismissal_reason(reason: str) -> str | None:
    plain = _plain(reason)
    if _QUESTION.search(plain) or not _says_enough(plain):
        return None
    return _stored(reason)


def _without_thanks(plain: str) -> str:
    """`plain` without thanks and greetings at its beginning, and without the "but" behind them."""
    first, mark, rest = plain.partition(". ")
    plain = rest if mark and is_mere_courtesy(first) else plain
    bare = without_courtesy(plain)
    return plain if bare == plain else _BUT.sub("", bare)


def _follows_a_verdict(plain: str) -> bool:
    """Whether `plain` begins with a verdict and gives a reason for it."""
    if deliberate := _DELIBERATE.match(plain):
        because = re.search(_BECAUSE, plain[deliberate.end() :])
        return because is not None and _says_enough(plain[deliberate.end() + because.end() :])
    verdict = _VERDICT.match(plain)
    if verdict is None:
        return False
    rest = plain[verdict.end() :]
    link = _BECAUSE.match(rest) or _MARK.match(rest)
    return link is not None and _says_enough(rest[link.end() :])


def _says_enough(reason: str) -> bool:
    reason = re.sub(r"https?://\S+", " ", reason).strip(" .,;:!()–—-\"'")
    if _NO_REASON.match(reason) or is_mere_courtesy(reason):
        return False
    words = re.findall(r"[^\W\d_]{2,}", reason)
    return len(words) >= _LEAST_WORDS or any(word[0] >= "\u2e80" for word in words)


def _plain(text: str) -> str:
    """`text` in lower case on one line, without emphasis and invisible characters, with plain apostrophes."""
    text = _UNSEEN.sub("", text).translate(_APOSTROPHES).casefold()
    return " ".join(re.sub(r"[*_~]{1,3}(?=\w)|(?<=[\w.,:;!])[*_~]{1,3}", "", text).split())


def _stored(text: str) -> str:
    return clip(redact(" ".join(_UNSEEN.sub("", text).split())), MOST_CHARACTERS)
