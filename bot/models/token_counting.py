"""Counts the tokens of a text: exactly for OpenAI's current models, never too few for others."""

import math
import re
from collections.abc import Callable, Iterator

import tiktoken

from bot.models.vocabulary import o200k

Counter = Callable[[str], int]

# tiktoken matches with a recursive expression: a million spaces overflow its stack, which ends in a
# panic. Pieces of this many characters are far from that, and merging them takes no noticeable time.
PIECE = 8192

# Tokens added for a cut within a word. The cut changes only a few tokens next to it.
CUT = 8

# Tokens that a chat template adds to the texts of a request: up to 8 per message (its role, its end), some
# for the beginning of the answer, some for the template's system text. Engines subtract them from the
# context that they report.
AROUND = 64

# No word reaches from a letter or digit to one of these; the apostrophe does ("don't").
_WORD_END = re.compile(r"[^\W_](?=[\x00-\x26\x28-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f])")
_DIGIT = re.compile(r"[0-9]")


def counter_for(model: str) -> Counter:
    """`exact` for models known to use o200k_base, `estimate` for all others."""
    name = model.rsplit("/", 1)[-1].lower()
    try:
        encoding = tiktoken.encoding_name_for_model(name)
    except KeyError:
        return estimate
    # o200k_harmony, of gpt-oss, differs in its special tokens only.
    return exact if encoding.startswith("o200k") else estimate


def exact(text: str) -> int:
    """Tokens in o200k_base: exact, except a few too many for words of more than 8192 characters."""
    encoding = o200k()
    pieces, cuts = 0, 0
    for piece, whole in _pieces(text):
        pieces += len(encoding.encode_ordinary(piece))
        cuts += not whole
    return min(pieces + cuts * CUT, size(text))


def estimate(text: str) -> int:
    """An upper bound on the tokens of `text` for the tokenizers of current models.

    Measured on code, diffs, JSON, tables, prose and noise, the tokenizers of Llama 2, Llama 3, Mistral
    and cl100k_base need up to 1.46 times the tokens of o200k_base, apart from fallbacks: some use a token
    per digit, per tab, and up to one per byte of a rare letter. So the count is increased by half, and by the
    possible excess for each of these. A tokenizer that works on bytes never needs more tokens than bytes
    (plus one for the space that some prepend).
    """
    bytes_ = size(text)
    digits = len(_DIGIT.findall(text))
    foreign = bytes_ - sum(map(str.isascii, text))
    guess = math.ceil(exact(text) * 1.5 + (digits + foreign) / 2) + text.count("\t")
    return min(guess, bytes_ + 1) if text else 0


def size(text: str) -> int:
    """Bytes of `text` in UTF-8: the most tokens that it can take."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Cuts `text`, if possible where words end; yields each piece and whether it ends with a word."""
    start = 0
    while len(text) - start > PIECE:
        end, whole = _end(text, start)
        yield text[start:end], whole
        start = end
    yield text[start:], True


def _end(text: str, start: int) -> tuple[int, bool]:
    """The end of the piece that begins at `start`: after its last word, if there is one."""
    latest = 0
    # A word end in the last part is good enough, and quickly found.
    for begin in (start + PIECE - PIECE // 16, start):
        for match in _WORD_END.finditer(text, begin, start + PIECE):
            latest = match.end()
        if latest > start:
            return latest, True
    return start + PIECE, False
