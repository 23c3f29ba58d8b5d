"""The profile and token limits of the local model."""

from contextlib import suppress
from pathlib import Path

from bot.models.gguf_metadata import BrokenFileError, Metadata, read
from bot.models.profiles import Profile, profile_for
from bot.settings import Settings

_UNREAD = Metadata(0, {"tokenizer.chat_template": "?"}, 0)


def profile_of(path: Path, settings: Settings) -> tuple[Profile, bool]:
    """The profile by LLAMA_PROFILE, or else by the GGUF file's metadata and name; and whether the file has a
    chat template. Raises `SettingsError`.
    """
    metadata = _metadata(path)
    whole = (metadata.number("split.count") or 1) == 1
    template = metadata.text("tokenizer.chat_template")
    profile = profile_for(
        f"{metadata.text('general.name')} {path.stem}",
        architecture=metadata.text("general.architecture"),
        template=template,
        parameters=metadata.weights if whole else 0,
        wanted=settings.llama_profile,
    )
    return profile, bool(template)


def token_limits(profile: Profile, settings: Settings) -> tuple[int, int]:
    """Tokens of context and answer: the operator's settings, else at most what the model can use."""
    fields_set = settings.model_fields_set
    context, answer = settings.llama_context, settings.llama_room
    if "llama_context" not in fields_set:
        context = min(context, profile.context or context)
    if settings.llama_answer is None:
        answer = min(answer, profile.answer or answer)
    return context, answer


def _metadata(path: Path) -> Metadata:
    """An unreadable file counts as one with a template; loading it reports the error."""
    with suppress(OSError, BrokenFileError):
        return read(path) or _UNREAD
    return _UNREAD
