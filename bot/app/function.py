"""Creates the review function and its settings."""

from pathlib import Path

from bot.core.errors import SettingsError
from bot.core.review import ReviewSettings, Template
from bot.sandbox import ReviewFunction, Sandbox
from bot.settings import Settings


def review_function(settings: Settings, sandbox: Sandbox) -> ReviewFunction:
    """The operator's custom function, or the built-in one. Raises `ModuleError`."""
    return ReviewFunction(sandbox, settings.review_function or module(settings, "code-review-function"))


def module(settings: Settings, name: str) -> Path:
    """The path of the module `name`. Raises `SettingsError`."""
    path = settings.modules_dir / f"{name}.wasm"
    if not path.is_file():
        raise SettingsError(f"MODULES_DIR {settings.modules_dir}: {name}.wasm is missing")
    return path


def review_settings(settings: Settings) -> ReviewSettings:
    """The operator's review settings; the model is set per review."""
    return ReviewSettings(
        model=None,
        templates=templates(settings.prompts_dir),
        language=settings.review_language,
        findings=settings.review_findings,
        threshold=settings.review_threshold,
        confidence=settings.review_confidence,
        portion=settings.review_portion,
        passes=settings.review_passes,
    )


def templates(directory: Path) -> tuple[Template, ...]:
    """The prompt templates, named by their files. Raises `SettingsError`."""
    files = sorted(directory.glob("*.md"))
    if not files:
        raise SettingsError(f"PROMPTS_DIR {directory}: no template (*.md) found")
    try:
        return tuple(Template(name=path.stem, text=path.read_text(encoding="utf-8")) for path in files)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"PROMPTS_DIR {directory}: {error}") from None
