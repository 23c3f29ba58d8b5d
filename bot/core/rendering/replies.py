"""Renders the bot's replies to people: answers, hints and the list of commands.

Each text begins with its own hidden marker, which makes posting idempotent.
"""

from bot.core.commands import COMMANDS
from bot.core.comments.comment import OWN_MARKER
from bot.core.llm.messages import Usage
from bot.core.markdown import MAX_COMMENT, cell, clip, code, defuse, inline, shorten
from bot.core.rendering.phrases import number

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


def render_answer(comment: int, text: str, *, model: str | None, usage: Usage) -> str:
    """The answer in a thread, below the question."""
    return _with_footer(f"{answer_marker(comment)}\n", text, model, usage)


def render_answer_apart(
    comment: int, actor: str, question: str, text: str, *, model: str | None, usage: Usage
) -> str:
    """The answer in the conversation. It quotes the question, because other comments may be in between."""
    quoted = inline(clip(" ".join(question.split()), _MOST_QUOTED))
    request = f"asked: {quoted}" if quoted else "asked for an explanation."
    head = f"{answer_marker(comment)}\n> {code(actor)} {request}\n\n"
    return _with_footer(head, text, model, usage)


def render_trouble(comment: int, actor: str, reason: str) -> str:
    """The reason why a command failed."""
    line = inline(reason)
    sentence = line if line.endswith((".", "!", "?")) else f"{line}."
    return f"{trouble_marker(comment)}\n{code(actor)}, the request failed: {sentence}\n"


def render_dismissed(comment: int, actor: str, title: str) -> str:
    """Confirms a dismissal. `title` is the finding's."""
    return (
        f"{answer_marker(comment)}\nDismissed by {code(actor)}: **{inline(title.replace('**', ''))}**. "
        "The bot will not report it again in this repository.\n"
    )


def render_hint(actor: str, hint: str) -> str:
    """`hint` is a trusted sentence of Markdown that follows the name of the actor."""
    return f"{hint_marker()}\n{code(actor)}, {hint}\n"


def render_help(name: str | None = None) -> str:
    """The table of commands; `name` is the bot's login for mentions."""
    rows = (f"| {cell_of(command.form)} | {command.purpose} |" for command in COMMANDS.values())
    mention = f" `@{name} COMMAND` works too; `@{name}` with other text asks a question." if name else ""
    return (
        f"{help_marker()}\n| Command | Description |\n|---|---|\n"
        + "\n".join(rows)
        + f"\n\nPut the command at the start of a comment.{mention} Only people with write access to this "
        "repository can run commands.\n"
    )


def cell_of(form: str) -> str:
    """A command as code in a cell of a table."""
    return code(form).replace("|", "\\|")


def render_config(shown: str) -> str:
    """`shown` is the configuration as trusted Markdown."""
    return f"{config_marker()}\n{shorten(shown, MAX_COMMENT - len(config_marker()) - 2)}\n"


def _with_footer(head: str, text: str, model: str | None, usage: Usage) -> str:
    tokens = number(usage.prompt + usage.answer, "estimated token" if usage.estimated else "token")
    footer = f"\n\n<sub>{cell(model)}, {tokens}</sub>\n" if model else "\n"
    return head + shorten(defuse(text), MAX_COMMENT - len(head) - len(footer)) + footer
