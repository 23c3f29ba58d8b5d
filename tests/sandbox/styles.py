"""Ways in which the same code may be written, and in which it is written wrongly."""

import re
from collections.abc import Callable, Sequence
from random import Random

Way = Callable[[Random, str], str]

BLANKS = (" ", " ", " ", "  ", "\t", " \t ")
FOREIGN = (
    "\u00a0",
    "\u2003",
    "\u3000",
    "\u200b",
    "\ufeff",
    "\u2028",
    "\u0085",
    "\u202e",
    "ä",
    "世",
    "🎉",
    "\ud83d",
)
REMARKS = (
    "/* x */",
    "/*",
    "*/",
    "// x",
    "# x",
    "-- x",
    "<!-- x -->",
    "<!--",
    '"""',
    "'''",
    "`",
    "{# x #}",
    "%",
)
FILLED = ("${x}", "#{x}", "{x}", "%s", "$x", "{{", "${", "\\", '\\"', "\\(x)", 'r#"')
LEFT = ("", "", " ", "_", "0", "$", "'", "..", "{}", "é")


def _rate(random: Random) -> float:
    """How often something is done: always, or once in a while."""
    return random.choice([1, 1, 1, 0.5, 0.1])


def _each(random: Random, pattern: str, text: str, write: Callable[[str], str], rate: float) -> str:
    """`text`, with some of what fits `pattern` written otherwise."""
    return re.sub(pattern, lambda found: write(found[0]) if random.random() < rate else found[0], text)


def inside_brackets(random: Random, text: str) -> str:
    rate = _rate(random)
    text = _each(random, r"[(\[{<]", text, lambda mark: mark + random.choice(BLANKS), rate)
    return _each(random, r"[)\]}>]", text, lambda mark: random.choice(BLANKS) + mark, rate)


def around_marks(random: Random, text: str) -> str:
    marks = random.choice([r"[=<>!+\-*/%&|^~?:,;.]", r"[()\[\]{}]", r"->|::|\.", r"[\"'`]", r"==|!=|[<>]=|="])
    before, after = random.choice([(1, 1), (1, 0), (0, 1)])
    blank = random.choice(BLANKS)
    return _each(random, marks, text, lambda mark: blank * before + mark + blank * after, _rate(random))


def without_blanks(random: Random, text: str) -> str:
    return _each(random, random.choice([r" +", r"(?<=\W) +| +(?=\W)"]), text, lambda _: "", _rate(random))


def tabs(random: Random, text: str) -> str:
    return _each(random, random.choice([r" {4}", r" ", r"(?m)^ +"]), text, lambda _: "\t", _rate(random))


def line_ends(random: Random, text: str) -> str:
    end = random.choice(["\r\n", "\r\n", "\r", "\r\r\n", "\u2028\n"])
    return _each(random, r"\n", text, lambda _: end, _rate(random))


def joined(random: Random, text: str) -> str:
    by = random.choice([" ", "", " \\\n", "; "])
    return _each(random, r"\n[ \t]*", text, lambda _: by, _rate(random) / 2)


def split(random: Random, text: str) -> str:
    after = random.choice([r" ", r"[(,]", r"[)\]}]", r"=", r"\.", r";", r"[\"']"])
    indent = random.choice(["", "    ", "\t"])
    return _each(random, after, text, lambda mark: f"{mark}\n{indent}", _rate(random) / 3)


def remarks(random: Random, text: str) -> str:
    return _each(random, r"\W", text, lambda mark: random.choice(REMARKS) + mark, _rate(random) / 8)


def doubled(random: Random, text: str) -> str:
    return _each(random, r"[ \n]", text, lambda mark: random.choice(BLANKS) + mark, _rate(random))


def foreign(random: Random, text: str) -> str:
    return _each(random, r"\W", text, lambda mark: random.choice(["", mark]) + random.choice(FOREIGN), 0.1)


def semicolons(random: Random, text: str) -> str:
    by = random.choice([";;", "", " ;", ";}"])
    return _each(random, r";", text, lambda _: by, _rate(random))


def cases(random: Random, text: str) -> str:
    case = random.choice([str.upper, str.lower, str.title])
    return _each(random, r"\w+", text, case, _rate(random) / 2)


def emptied(random: Random, text: str) -> str:
    by = random.choice(["", " ", ",", "''"])
    inside = random.choice([r"(?<=\()[^()\n]*(?=\))", r"(?<=\[)[^\[\]\n]*(?=\])", r"(?<=\{)[^{}\n]*(?=\})"])
    return _each(random, inside, text, lambda _: by, _rate(random))


def taken_out(random: Random, text: str) -> str:
    by = random.choice(LEFT)
    return _each(random, r"\w+", text, lambda _: by, _rate(random) / 3)


def brackets(random: Random, text: str) -> str:
    some = ("", "((", "))", "()", "{{", "}}", "[[", "]]", "<", ">")
    return _each(random, r"[()\[\]{}<>]", text, lambda _: random.choice(some), _rate(random) / 3)


def quotes(random: Random, text: str) -> str:
    by = random.choice(['"', "'", "`", "", '"""', 'f"'])
    return _each(random, r"[\"'`]", text, lambda mark: random.choice([by, mark + random.choice(FILLED)]), 0.4)


def cut(random: Random, text: str) -> str:
    return _each(random, r".+", text, lambda line: line[: random.randrange(len(line) + 1)], _rate(random) / 2)


def repeated(random: Random, text: str) -> str:
    times = random.choice([2, 2, 3, 100])
    return _each(random, r".+\n?", text, lambda line: line * times, 0.05)


def shuffled(random: Random, text: str) -> str:
    lines = text.split("\n")
    for _ in range(random.randrange(6)):
        lines.insert(random.randrange(len(lines) + 1), random.choice(["", " ", "}", "{", "end", ")", "\t"]))
    return "\n".join(random.sample(lines, len(lines)) if random.random() < 0.5 else lines[::2])


def controls(random: Random, text: str) -> str:
    return _each(random, r"\W", text, lambda mark: mark + random.choice("\0\1\2\3\v\f\x1b\x7f"), 0.05)


def indented(random: Random, text: str) -> str:
    by = random.choice(["", " ", "\t", "        "])
    return re.sub(r"(?m)^[ \t]*", by, text)


WAYS: Sequence[Way] = (
    inside_brackets, around_marks, without_blanks, tabs, line_ends, joined, split, remarks, doubled, foreign,
    semicolons, cases, emptied, taken_out, brackets, quotes, cut, repeated, shuffled, controls, indented,
)  # fmt: skip


def rewritten(random: Random, text: str) -> str:
    """`text` in one to four of the ways."""
    for way in random.choices(WAYS, k=random.choice([1, 1, 2, 3, 4])):
        text = way(random, text)[:50_000]
    return text
