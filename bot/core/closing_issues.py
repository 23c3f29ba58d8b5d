"""Finds the issues that a pull request says it resolves, as GitHub reads its description."""

import re

MOST = 5

_KEYWORD = r"(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)"
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|<!--.*?(?:-->|\Z)", re.DOTALL)


def closing_issues(text: str, repository: str) -> tuple[int, ...]:
    """The numbers of the repository's issues that `text` closes ("Closes #12", "fixes: owner/name#12", an
    address), each once, at most `MOST`. Code and comments in HTML do not count.
    """
    name = re.escape(repository)
    reference = rf"(?:(?:{name})?#|https?://[^\s/]+/{name}/issues/)(\d{{1,9}})\b"
    pattern = re.compile(rf"\b{_KEYWORD}:?\s+{reference}", re.IGNORECASE)
    found = (int(match[1]) for match in pattern.finditer(_CODE.sub(" ", text)))
    return tuple(dict.fromkeys(number for number in found if number > 0))[:MOST]
