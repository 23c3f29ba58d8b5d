"""Decides by the repository's configuration whether an event triggers a review; reasons are for people."""

from collections.abc import Callable, Mapping, Sequence

from bot.core.change import Pull
from bot.core.config.effective import DEFAULT, EffectiveConfig
from bot.core.config.layers import OPERATOR
from bot.core.config.patterns import fits
from bot.core.config.values import Skip, Trigger
from bot.core.jobs import Cause

_TRIGGERS: Mapping[Cause, tuple[Trigger, ...]] = {
    Cause.OPENED: (Trigger.OPENED,),
    Cause.REOPENED: (Trigger.OPENED,),
    Cause.PUSHED: (Trigger.PUSH,),
    Cause.READY: (Trigger.READY,),
    Cause.LABELED: (Trigger.LABEL,),
    Cause.CHECKED: (Trigger.CHECKS,),
    Cause.MISSED: (Trigger.OPENED, Trigger.PUSH),
}
"""The values of `on` that enable a cause. Causes that are missing here are always enabled."""


def reason_not_triggered(cause: Cause, label: str, effective: EffectiveConfig) -> str | None:
    """None if `cause` (with the label that was set) triggers a review, otherwise the reason why not."""
    triggers = _TRIGGERS.get(cause)
    if cause is Cause.CLOSED:
        return None
    if not effective.config.enabled:
        return _disabled(effective)
    if triggers is None or set(triggers) & set(effective.config.on):
        return _wrong_label(label, effective) if cause is Cause.LABELED else None
    return f"No review started: {_where(effective, 'on')} does not include `{triggers[0]}`."


def _wrong_label(label: str, effective: EffectiveConfig) -> str | None:
    wanted = effective.config.label
    if label and label.casefold() == wanted.casefold():
        return None
    if not wanted:
        return "No review started: `label` does not name a trigger label."
    return f"No review started: the trigger label is `{wanted}` ({_where(effective, 'label')})."


def reason_to_skip(pull: Pull, labels: Sequence[str], effective: EffectiveConfig) -> str | None:
    """Why `pull`, which has `labels`, is skipped until a command requests its review; None if it is not."""
    if not effective.config.enabled:
        return _disabled(effective)
    for key, rule in _RULES.items():
        reason = rule(pull, labels, effective.config.skip)
        if reason:
            return f"Not reviewed: {reason} (skipped by {_where(effective, f'skip.{key}')})."
    return None


def _draft(pull: Pull, labels: Sequence[str], skip: Skip) -> str | None:
    del labels
    return "this is a draft" if pull.draft and skip.drafts else None


def _bot(pull: Pull, labels: Sequence[str], skip: Skip) -> str | None:
    del labels
    return f"its author, {pull.author}, is a bot" if pull.author_is_bot and skip.bots else None


def _title(pull: Pull, labels: Sequence[str], skip: Skip) -> str | None:
    del labels
    pattern = fits(pull.title, skip.titles)
    return f"its title matches `{_shown(pattern)}`" if pattern else None


def _author(pull: Pull, labels: Sequence[str], skip: Skip) -> str | None:
    del labels
    pattern = fits(pull.author, skip.authors)
    return f"its author matches `{_shown(pattern)}`" if pattern else None


def _label(pull: Pull, labels: Sequence[str], skip: Skip) -> str | None:
    del pull
    found = next((label for label in labels if fits(label, skip.labels)), None)
    return f"it has the label `{_shown(found)}`" if found else None


def _base(pull: Pull, labels: Sequence[str], skip: Skip) -> str | None:
    """Branches with a leading "!" are the only ones reviewed; branches without are skipped."""
    del labels
    skipped = [base for base in skip.bases if not base.startswith("!")]
    only = [base[1:] for base in skip.bases if base.startswith("!")]
    is_skipped = fits(pull.base, skipped) or (only and not fits(pull.base, only))
    return f"its base branch is `{_shown(pull.base)}`" if is_skipped else None


_RULES: Mapping[str, Callable[[Pull, Sequence[str], Skip], str | None]] = {
    "drafts": _draft,
    "bots": _bot,
    "titles": _title,
    "authors": _author,
    "labels": _label,
    "bases": _base,
}


def _disabled(effective: EffectiveConfig) -> str:
    return f"Not reviewed: {_where(effective, 'enabled')} is false."


def _where(effective: EffectiveConfig, key: str) -> str:
    """For example "`skip.drafts` in .github/code-review-bot.yml"."""
    origin = effective.origins[key]
    if origin == DEFAULT:
        return f"the default of `{key}`"
    return f"the operator's setting of `{key}`" if origin == OPERATOR else f"`{key}` in {origin}"


def _shown(text: str) -> str:
    return text.replace("`", "'")
