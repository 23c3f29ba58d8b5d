"""What is said where a part of the review function failed."""

from bot.core.llm.messages import Model
from bot.core.markdown import code
from bot.core.omission import Omission
from bot.core.review import Coverage, Review

_NAMED = 5
_NOBODY = "no model is configured, and no rule has read it"


def render_omission(omission: Omission) -> str:
    """A sentence about what was left out, as Markdown."""
    if omission.rules:
        failed = "took too long" if omission.slow else "failed"
        return f"The rules {failed} on this change and were left out."
    names = ", ".join(code(name) for name in omission.families[:_NAMED])
    more = len(omission.families) - _NAMED
    if len(omission.families) == 1:
        return f"The rule family {names} failed on this change and was left out."
    others = f" and {more} more" if more > 0 else ""
    return f"The rule families {names}{others} failed on this change and were left out."


def with_omission(review: Review, omission: Omission | None, model: Model | None) -> Review:
    """The review, with what was left out of it among its problems. Where no `model` was to be asked and all
    rules failed, nobody has read any file.
    """
    if omission is None:
        return review
    told: dict[str, object] = {"problems": (render_omission(omission), *review.problems)}
    if omission.rules and model is None:
        told["coverage"] = tuple(map(_unread, review.coverage))
    return review.model_copy(update=told)


def _unread(entry: Coverage) -> Coverage:
    if not entry.reviewed:
        return entry
    return entry.model_copy(update={"reviewed": False, "reason": _NOBODY})
