"""Describes the rules that a review skipped because they failed."""

from bot.core.llm.messages import Model
from bot.core.markdown import code
from bot.core.omission import Omission
from bot.core.review import Coverage, Review

_NAMED = 5
_NOT_READ = "no model is configured, and the rules did not run"


def render_omission(omission: Omission) -> str:
    """A sentence of Markdown that names the skipped rules."""
    if omission.rules:
        failed = "timed out" if omission.slow else "failed"
        return f"The rules {failed} on this change and were skipped."
    names = ", ".join(code(name) for name in omission.families[:_NAMED])
    more = len(omission.families) - _NAMED
    if len(omission.families) == 1:
        return f"The rule family {names} failed on this change and was skipped."
    others = f" and {more} more" if more > 0 else ""
    return f"The rule families {names}{others} failed on this change and were skipped."


def with_omission(review: Review, omission: Omission | None, model: Model | None) -> Review:
    """The review with the skipped rules among its problems. Without a `model`, if all rules failed, no file
    counts as reviewed.
    """
    if omission is None:
        return review
    update: dict[str, object] = {"problems": (render_omission(omission), *review.problems)}
    if omission.rules and model is None:
        update["coverage"] = tuple(map(_unread, review.coverage))
    return review.model_copy(update=update)


def _unread(entry: Coverage) -> Coverage:
    if not entry.reviewed:
        return entry
    return entry.model_copy(update={"reviewed": False, "reason": _NOT_READ})
