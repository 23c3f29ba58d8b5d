"""The review function and what it is given with every change."""

from pathlib import Path

from bot.core.errors import SettingsError
from bot.core.review import ReviewSettings, Template
from bot.sandbox import ReviewFunction, Sandbox
from bot.settings import Settings


def review_function(settings: Settings, sandbox: Sandbox) -> ReviewFunction:
    """The operator's own function, or the built-in one. Raises `ModuleError`."""
    return ReviewFunction(sandbox, settings.review_function or module(settings, "code-review-function"))


def module(settings: Settings, name: str) -> Path:
    """Where the module `name` is kept. Raises `SettingsError`."""
    path = settings.modules_dir / f"{name}.wasm"
    if not path.is_file():
        raise SettingsError(f"MODULES_DIR {settings.modules_dir}: {name}.wasm is not there")
    return path


def review_settings(settings: Settings) -> ReviewSettings:
    """What the operator chose about reviews; the model is filled in per review."""
    return ReviewSettings(
        model=None,
        templates=templates(settings.prompts_dir),
        language=settings.review_language,
        findings=settings.review_findings,
        threshold=settings.review_threshold,
        confidence=settings.review_confidence,
        portion=settings.review_portion,
    )


def templates(directory: Path) -> tuple[Template, ...]:
    """The prompt templates, by the names of their files. Raises `SettingsError`."""
    found = sorted(directory.glob("*.md"))
    if not found:
        raise SettingsError(f"PROMPTS_DIR {directory}: no template (*.md) is there")
    try:
        return tuple(Template(name=path.stem, text=path.read_text(encoding="utf-8")) for path in found)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"PROMPTS_DIR {directory}: {error}") from None
