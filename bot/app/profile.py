"""How the local model wants to be asked."""

from pathlib import Path

from bot.core.errors import Refused
from bot.models.profiles import Profile, profile_for
from bot.models.store.header import Facts, read_facts
from bot.settings import Settings


def profile_of(path: Path, settings: Settings) -> tuple[Profile, bool]:
    """By LLAMA_PROFILE, or by what the GGUF file says of itself and is called; and whether that has a chat
    template. Raises `SettingsError`.
    """
    facts = _facts(path)
    profile = profile_for(
        f"{facts.name or ''} {path.stem}",
        architecture=facts.architecture,
        parameters=facts.parameters if facts.parts == 1 else 0,
        wanted=settings.llama_profile,
    )
    return profile, facts.template


def room(profile: Profile, settings: Settings) -> tuple[int, int]:
    """Tokens of context and answer: what the operator set, else no more than the model makes use of."""
    given = settings.model_fields_set
    context, answer = settings.llama_context, settings.llama_answer
    if "llama_context" not in given:
        context = min(context, profile.context or context)
    if "llama_answer" not in given:
        answer = min(answer, profile.answer or answer)
    return context, answer


def _facts(path: Path) -> Facts:
    """What is wrong with a file is told when it is loaded."""
    try:
        return read_facts(path)
    except Refused:
        return Facts(architecture="unknown", template=True)
