"""What the bot says in reply to people: answers, hints, its list of commands.

Each text begins with a hidden marker of its own, so that saying it twice shows once.
"""

from bot.core.commands import COMMANDS
from bot.core.comments.comment import OWN_MARKER
from bot.core.llm.messages import Usage
from bot.core.markdown import MAX_COMMENT, cell, clip, code, defuse, inline, shorten
from bot.core.rendering.phrases import number

_MOST_QUOTED = 300  # characters of a question


def answer_marker(comment: int) -> str:
    """Of the answer to comment number `comment`."""
    return f"{OWN_MARKER}answer {comment} -->"


def trouble_marker(comment: int) -> str:
    """Of the reason why comment number `comment` has no answer."""
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
    """The answer in the conversation, where other comments may stand between it and the question."""
    quoted = inline(clip(" ".join(question.split()), _MOST_QUOTED))
    asked = (
        f"> {code(actor)} asked: {quoted}\n\n" if quoted else f"> {code(actor)} asked for an explanation.\n\n"
    )
    return _with_footer(f"{answer_marker(comment)}\n{asked}", text, model, usage)


def render_trouble(comment: int, actor: str, reason: str) -> str:
    """Why there is no answer."""
    line = inline(reason)
    sentence = line if line.endswith((".", "!", "?")) else f"{line}."
    return f"{trouble_marker(comment)}\n{code(actor)}, this could not be done: {sentence}\n"


def render_dismissed(comment: int, actor: str, title: str) -> str:
    """`title` is the finding's."""
    return (
        f"{answer_marker(comment)}\nDismissed by {code(actor)}: **{inline(title.replace('**', ''))}**. "
        "It will not be raised again in this repository.\n"
    )


def render_hint(actor: str, hint: str) -> str:
    """`hint` is a sentence of our own, as Markdown."""
    return f"{hint_marker()}\n{code(actor)}, {hint}\n"


def render_help(name: str | None = None) -> str:
    """All commands; `name` is what the bot is mentioned by."""
    rows = (f"| {cell_of(entry.form)} | {entry.purpose} |" for entry in COMMANDS.values())
    instead = f" `@{name} …` does the same, and asks what free text says." if name else ""
    return (
        f"{help_marker()}\n| Command | |\n|---|---|\n"
        + "\n".join(rows)
        + f"\n\nA command stands at the beginning of a comment.{instead} Commands are taken from those who "
        "may write to this repository.\n"
    )


def cell_of(form: str) -> str:
    """A command as code in a cell of a table."""
    return code(form).replace("|", "\\|")


def render_config(shown: str) -> str:
    """`shown` is the configuration as Markdown of our own."""
    return f"{config_marker()}\n{shorten(shown, MAX_COMMENT - len(config_marker()) - 2)}\n"


def _with_footer(head: str, text: str, model: str | None, usage: Usage) -> str:
    tokens = number(usage.prompt + usage.answer, "estimated token" if usage.estimated else "token")
    footer = f"\n\n<sub>{cell(model)}, {tokens}</sub>\n" if model else "\n"
    return head + shorten(defuse(text), MAX_COMMENT - len(head) - len(footer)) + footer
