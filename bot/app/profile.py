"""How the local model wants to be asked."""

from contextlib import suppress
from pathlib import Path

from bot.models.gguf_metadata import BrokenFileError, Metadata, read
from bot.models.profiles import Profile, profile_for
from bot.settings import Settings

_UNREAD = Metadata(0, {"tokenizer.chat_template": "?"}, 0)


def profile_of(path: Path, settings: Settings) -> tuple[Profile, bool]:
    """By LLAMA_PROFILE, or by what the GGUF file says of itself and is called; and whether that has a chat
    template. Raises `SettingsError`.
    """
    found = _metadata(path)
    whole = (found.number("split.count") or 1) == 1
    template = found.text("tokenizer.chat_template")
    profile = profile_for(
        f"{found.text('general.name')} {path.stem}",
        architecture=found.text("general.architecture"),
        template=template,
        parameters=found.weights if whole else 0,
        wanted=settings.llama_profile,
    )
    return profile, bool(template)


def room(profile: Profile, settings: Settings) -> tuple[int, int]:
    """Tokens of context and answer: what the operator set, else no more than the model makes use of."""
    given = settings.model_fields_set
    context, answer = settings.llama_context, settings.llama_room
    if "llama_context" not in given:
        context = min(context, profile.context or context)
    if settings.llama_answer is None:
        answer = min(answer, profile.answer or answer)
    return context, answer


def _metadata(path: Path) -> Metadata:
    """What is wrong with a file is told when it is loaded; until then it counts as one with a template."""
    with suppress(OSError, BrokenFileError):
        return read(path) or _UNREAD
    return _UNREAD
