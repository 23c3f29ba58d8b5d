"""Checks that the WebAssembly modules load, import only what they are granted, and work."""

import asyncio
import hashlib
import json
from pathlib import Path
from typing import Any

from bot.app.doctor.result import DoctorResult, ok, problem, warning
from bot.app.doctor.shared_parts import DoctorParts, Stopwatch
from bot.app.doctor.trial_review import try_review
from bot.app.function import module, review_settings
from bot.core.errors import BotError, ModuleError
from bot.core.llm.messages import Enforcement, Model
from bot.models.llama.backend import LlamaBackend
from bot.models.token_counting import estimate
from bot.sandbox import LlamaModule, OpenAICodec
from bot.settings import Settings

MODULES = ("code-review-function", "openai-integration", "llama-integration")
MANIFEST = "manifest.json"

# Any model with enough context; without enforcement, so that the templates include the schemas.
MODEL = Model(name="rehearsal", context=128_000, answer=8_000, enforcement=Enforcement.PROMPT)


async def check_modules(parts: DoctorParts) -> list[DoctorResult]:
    """Loads each module, which compares its imports with those of its world."""
    return [await _check_module(parts, name) for name in MODULES]


async def check_function(parts: DoctorParts) -> list[DoctorResult]:
    """Makes a review without a model."""
    function = await asyncio.to_thread(lambda: parts.function)
    watch = Stopwatch()
    review = await try_review(function, review_settings(parts.settings), None, estimate)
    if not all(entry.reviewed for entry in review.coverage) or not review.coverage:
        return [problem("review function", "does not account for the only file of a small change")]
    return [ok("review function", f"reviewed a small change in {watch}")]


async def check_templates(parts: DoctorParts) -> list[DoctorResult]:
    """Renders every template."""
    name, directory = "templates", parts.settings.prompts_dir
    function = await asyncio.to_thread(lambda: parts.function)
    try:
        await try_review(function, review_settings(parts.settings), MODEL, estimate)
    except ModuleError as error:
        return [problem(name, f"{error}; fix the templates in PROMPTS_DIR ({directory})")]
    return [ok(name, f"all templates in {directory} can be rendered")]


async def _check_module(parts: DoctorParts, name: str) -> DoctorResult:
    label = f"module {name}"
    try:
        path = _path(parts.settings, name)
        await asyncio.to_thread(_load, parts, name, path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except (BotError, OSError) as error:
        return problem(label, str(error))
    expected = _listed_digest(path.with_name(MANIFEST), path.stem)
    if expected not in (None, digest):
        return warning(
            label,
            f"loads, but {path} does not match its SHA-256 in {MANIFEST}: rebuild the modules (see "
            "wasm_modules/README.md), or reinstall the package",
        )
    return ok(label, f"loads, with only the permitted imports; sha256 {digest[:12]}")


def _path(settings: Settings, name: str) -> Path:
    own = settings.review_function if name == "code-review-function" else None
    return own or module(settings, name)


def _load(parts: DoctorParts, name: str, path: Path) -> None:
    if name == "code-review-function":
        _ = parts.function
    elif name == "openai-integration":
        OpenAICodec(parts.sandbox, path)
    else:
        LlamaModule(parts.sandbox, path, LlamaBackend({}))


def _listed_digest(manifest: Path, name: str) -> str | None:
    """The digest that the manifest lists for a module; None if it lists none."""
    try:
        content: Any = json.loads(manifest.read_bytes())
        return str(content["modules"][name]["sha256"])
    except (OSError, ValueError, LookupError, TypeError):
        return None
