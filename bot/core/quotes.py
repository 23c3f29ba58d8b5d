"""What somebody wrote in a comment, without quotations and without what a mail program put around it.

GitHub makes a comment of every answer to its mails, with the quoted mail, the signature and the footer that
stand in it. None of these is said by the author of the comment.
"""

# ruff: noqa: RUF001 - people write in the scripts and with the marks of their languages

import re
from collections.abc import Sequence

_QUOTED = re.compile(r" {0,3}>")
_QUOTED_OR_BLANK = re.compile(r"\s*(?:>|$)")
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_MOST_LINES = 3  # of the line that introduces a quotation, where it is wrapped
_MOST_HEADERS = 6  # lines of a mail's head that are looked at
_LONGEST = 400  # characters of such a line

_ADDRESS = re.compile(r"<[^<>\s]+@[^<>\s]+>|\*{3}@\*{3}")
_MOMENT = re.compile(r"\d{4}|\d{1,2}[:.h]\d{2}")
_BEGINS = re.compile(r"(?:on|am|le|el|il|em|op|den|w dniu)\s|\d|\w+, ", re.IGNORECASE)
_SAID = re.compile(
    r"(?:\bwrote|\bschrieb\b.*|\ba écrit|\bescribió|\bha scritto|\bescreveu|\bschreef\b.*|\bskrev\b.*"
    r"|\bnapisał(?:a|\(a\))?|\bpisze|\bnapsala?(?:\(a\))?|\bkirjoitti|\bпишет|\bнаписала?|写道|のメール|작성)"
    r"\s*[:：]\s*$",
    re.IGNORECASE,
)
"""How the line ends that introduces a quotation, in the languages of common mail programs."""

_END = re.compile(
    r"--\s?$"  # the mark before a signature
    r"|[—–]\s*$"  # GitHub's own, before its footer
    r"|_{10,}\s*$|-{2,}\s*[^\W\d_][^|]*?-{2,}\s*$"  # Outlook's line, and "-----Original Message-----"
    r"|\W*(?:reply to this email directly|you are receiving this because|message id: ?<)"
    r"|sent from (?:my|outlook|mail|yahoo|proton|samsung|the )|sent (?:via|with|using) (?-i:[A-Z])"
    r"|get outlook for "
    r"|von meinem .* gesendet|gesendet (?:von|mit|aus) (?-i:[A-Zdm])|envoyé (?:de|depuis|à partir d)"
    r"|enviado (?:desde|do) |inviato da |verzonden (?:vanaf|met|vanuit) |skickat från |sendt fra "
    r"|отправлено с |发自我的|iphoneから送信",
    re.IGNORECASE,
)
"""How a line begins from which on nothing is the author's own."""

_SENDER = re.compile(r"[*_]*(?:from|von|de|da|van|från|fra|od|от|发件人|差出人)[*_]*\s*[:：]", re.IGNORECASE)
_HEADER = re.compile(
    r"[*_]*(?:sent|date|to|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|fecha|para|asunto"
    r"|inviato|data|a|oggetto|verzonden|aan|onderwerp|skickat|till|ämne|sendt|til|emne|отправлено|кому|тема"
    r"|发送时间|收件人|主题|送信日時|宛先|件名)[*_]*\s*[:：]",
    re.IGNORECASE,
)


def without_quotes(body: str) -> str:
    """The author's own lines, with blank lines before and behind them taken away. Code in fences stays as
    it is, whatever its lines begin with.
    """
    lines = body.replace("\0", "").splitlines()
    kept: list[str] = []
    fence = ""
    at = 0
    while at < len(lines):
        line = lines[at]
        if fence or _FENCE.match(line):
            fence = _fence_behind(line, fence)
        elif (_QUOTED if kept else _QUOTED_OR_BLANK).match(line):
            at += 1
            continue
        elif introduction := _introduction(lines, at):
            at += introduction
            if not _is_quote_next(lines, at):
                break
            continue
        elif _ends_at(lines, at):
            break
        kept.append(line)
        at += 1
    return "\n".join(kept).rstrip()


def _fence_behind(line: str, fence: str) -> str:
    """The fence that is open behind `line`, when `fence` was before it."""
    match = _FENCE.match(line)
    if not fence:
        return match[1] if match else ""
    closes = match and line.strip() == match[1] and match[1].startswith(fence)
    return "" if closes else fence


def _introduction(lines: Sequence[str], at: int) -> int:
    """How many lines introduce a quotation here, as in "On … wrote:"; 0: none does."""
    if lines[at].lstrip().startswith(("/", "@")):
        return 0
    for count in range(1, _MOST_LINES + 1):
        taken = lines[at : at + count]
        if len(taken) < count or not taken[-1].strip():
            return 0
        if _introduces(" ".join(line.strip() for line in taken), wrapped=count > 1):
            return count
    return 0


def _introduces(text: str, *, wrapped: bool) -> bool:
    if len(text) > _LONGEST or not text.endswith((":", "：")):
        return False
    if wrapped and not _BEGINS.match(text):
        return False
    names_somebody = _SAID.search(text) or _ADDRESS.search(text)
    return names_somebody is not None and _MOMENT.search(text) is not None


def _is_quote_next(lines: Sequence[str], at: int) -> bool:
    """Whether the next line that is not blank is a quoted one, behind which the author may go on."""
    following = next((line for line in lines[at:] if line.strip()), "")
    return _QUOTED.match(following) is not None


def _ends_at(lines: Sequence[str], at: int) -> bool:
    return _END.match(lines[at][:_LONGEST]) is not None or _is_head_of_mail(lines[at : at + _MOST_HEADERS])


def _is_head_of_mail(lines: Sequence[str]) -> bool:
    """Whether a mail's head is repeated here: "From: …", "Sent: …"."""
    if not _SENDER.match(lines[0]):
        return False
    headers = (_HEADER.match(line) or _SENDER.match(line) for line in lines[1:] if line.strip())
    return next(headers, None) is not None
