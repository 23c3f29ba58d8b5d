"""Renders the bot's replies to people: answers, hints and the list of commands.

Each text begins with its own hidden marker, which makes posting idempotent.
"""

from bot.core.commands import COMMANDS
from bot.core.comments.comment import OWN_MARKER, MarkedText
from bot.core.llm.messages import Usage
from bot.core.markdown import MAX_COMMENT, cell, clip, code, defuse, inline, shorten
from bot.core.phrases import number

_MOST_QUOTED = 300  # characters of a question


def answer_marker(comment: int) -> str:
    """The marker of the answer to comment number `comment`."""
    return f"{OWN_MARKER}answer {comment} -->"


def trouble_marker(comment: int) -> str:
    """The marker of the error for comment number `comment`."""
    return f"{OWN_MARKER}trouble {comment} -->"


def hint_marker() -> str:
    return f"{OWN_MARKER}hint -->"


def help_marker() -> str:
    return f"{OWN_MARKER}help -->"


def config_marker() -> str:
    return f"{OWN_MARKER}config -->"


def render_answer(comment: int, text: str, *, model: str | None, usage: Usage) -> MarkedText:
    """The answer in a thread, below the question."""
    return _answer(comment, "", text, model, usage)


def render_answer_apart(
    comment: int, actor: str, question: str, text: str, *, model: str | None, usage: Usage
) -> MarkedText:
    """The answer in the conversation. It quotes the question, because other comments may be in between."""
    quoted = inline(clip(" ".join(question.split()), _MOST_QUOTED))
    request = f"asked: {quoted}" if quoted else "asked for an explanation."
    return _answer(comment, f"> {code(actor)} {request}\n\n", text, model, usage)


def render_trouble(comment: int, actor: str, reason: str) -> MarkedText:
    """The reason why a command failed."""
    line = inline(reason)
    sentence = line if line.endswith((".", "!", "?")) else f"{line}."
    return _marked(trouble_marker(comment), f"{code(actor)}, the request failed: {sentence}\n")


def render_dismissed(comment: int, actor: str, title: str) -> MarkedText:
    """Confirms a dismissal. `title` is the finding's."""
    return _marked(
        answer_marker(comment),
        f"Dismissed by {code(actor)}: **{inline(title.replace('**', ''))}**. "
        "The bot will not report it again in this repository.\n",
    )


def render_hint(actor: str, hint: str) -> MarkedText:
    """`hint` is a trusted sentence of Markdown that follows the name of the actor."""
    return _marked(hint_marker(), f"{code(actor)}, {hint}\n")


def render_help(name: str | None = None) -> MarkedText:
    """The table of commands; `name` is the bot's login for mentions."""
    rows = (f"| {cell_of(command.form)} | {command.purpose} |" for command in COMMANDS.values())
    mention = f" `@{name} COMMAND` works too; `@{name}` with other text asks a question." if name else ""
    return _marked(
        help_marker(),
        "| Command | Description |\n|---|---|\n"
        + "\n".join(rows)
        + f"\n\nPut the command at the start of a comment.{mention} Only people with write access to this "
        "repository can run commands.\n",
    )


def cell_of(form: str) -> str:
    """A command as code in a cell of a table."""
    return code(form).replace("|", "\\|")


def render_config(shown: str) -> MarkedText:
    """`shown` is the configuration as trusted Markdown."""
    return _marked(config_marker(), f"{shorten(shown, MAX_COMMENT - len(config_marker()) - 2)}\n")


def _marked(marker: str, text: str) -> MarkedText:
    return MarkedText(marker, f"{marker}\n{text}")


def _answer(comment: int, quoted: str, text: str, model: str | None, usage: Usage) -> MarkedText:
    marker = answer_marker(comment)
    return MarkedText(marker, _with_footer(f"{marker}\n{quoted}", text, model, usage))


def _with_footer(head: str, text: str, model: str | None, usage: Usage) -> str:
    tokens = number(usage.prompt + usage.answer, "estimated token" if usage.estimated else "token")
    footer = f"\n\n<sub>{cell(model)}, {tokens}</sub>\n" if model else "\n"
    return head + shorten(defuse(text), MAX_COMMENT - len(head) - len(footer)) + footer
