"""Checks the models: asks each configured one a small question in the same way as reviews do."""

import json
from typing import Any

from bot.app.doctor.local import check_local
from bot.app.doctor.result import DoctorResult, ok, problem, warning
from bot.app.doctor.shared_parts import DoctorParts, Stopwatch
from bot.app.doctor.trial_review import try_review
from bot.app.engines import engines, kept_dialects
from bot.app.function import review_settings
from bot.app.local import Local
from bot.app.qualification import examiner
from bot.core.errors import EngineFailure, ModuleError
from bot.core.llm.engine import Engine
from bot.core.llm.messages import Completion, Enforcement, Finish, Message, Request, Role
from bot.models.chat.dialects import RelearntDialects
from bot.models.chat.engine import OpenAIEngine
from bot.models.servers.engine import ServedEngine
from bot.models.servers.kinds import kind_of
from bot.settings import EngineName, Settings

NONE = (
    "none configured, so reviews consist of signals found in the diff: to add a model, set OPENAI_API_KEY "
    "(and OPENAI_BASE_URL for any compatible server), LLAMA_MODEL (a GGUF file) or LLAMA_SERVER_URL"
)
OPENAI_SOURCES = "OPENAI_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL"
ENFORCED = {
    Enforcement.SCHEMA: "enforces JSON schemas",
    Enforcement.OBJECT: "enforces JSON, but not JSON schemas",
    Enforcement.PROMPT: "does not enforce JSON, so the prompt asks for it",
}


FIELD = "prime"
# Has every keyword of the reviews' schemas, to detect now that a server rejects one of them.
FIELDS = {
    FIELD: {"type": "boolean"},
    "divisors": {"type": "array", "maxItems": 4, "items": {"type": "integer", "minimum": 1, "maximum": 7}},
    "sign": {"enum": ["positive", "negative"]},
    "word": {"type": "string", "maxLength": 20},
}
SCHEMA = json.dumps(
    {"type": "object", "properties": FIELDS, "required": list(FIELDS), "additionalProperties": False}
)
MESSAGES = (
    Message(role=Role.SYSTEM, text="Answer with one JSON object and nothing else."),
    Message(
        role=Role.USER,
        text=f'Is 7 a prime number? Answer {{"{FIELD}": true or false, "divisors": all its divisors, "sign": '
        '"positive" or "negative", "word": its name in English}.',
    ),
)


def wanted(settings: Settings) -> tuple[EngineName, ...]:
    """The configured models, in the order in which reviews use them."""
    return tuple(name for name in dict.fromkeys(settings.model_order) if name in _configured(settings))


async def check_routes(parts: DoctorParts) -> list[DoctorResult]:
    """Checks the configuration of the models without asking one."""
    settings, name = parts.settings, "models"
    names = wanted(settings)
    left_out = [model for model in _configured(settings) if model not in names]
    results = [
        warning(
            name,
            f"MODEL_ORDER leaves out {model}, which {_sources(settings, model)} configure: add it to "
            "MODEL_ORDER, or unset them",
        )
        for model in left_out
    ]
    return results if names else [*results, warning(name, NONE)]


async def check_openai(parts: DoctorParts) -> list[DoctorResult]:
    return await _check(parts, "openai")


async def check_llama(parts: DoctorParts) -> list[DoctorResult]:
    return await _check(parts, "llama")


def _configured(settings: Settings) -> tuple[EngineName, ...]:
    openai: tuple[EngineName, ...] = ("openai",) if settings.has_openai else ()
    llama: tuple[EngineName, ...] = ("llama",) if settings.has_llama else ()
    return openai + llama


def _sources(settings: Settings, name: EngineName) -> str:
    """The settings that name the model."""
    if name == "openai":
        return OPENAI_SOURCES
    return "LLAMA_SERVER_URL and LLAMA_SERVER_MODEL" if settings.llama_server_url else "LLAMA_MODEL"


async def _check(parts: DoctorParts, name: EngineName) -> list[DoctorResult]:
    label = f"model {name}"
    alone = parts.settings.model_copy(update={"model_order": (name,)})
    dialects = RelearntDialects(kept_dialects(alone))
    async with engines(alone, parts.sandbox, dialects=dialects) as (engine,):
        try:
            if isinstance(engine, Local):
                await engine.start()  # so that the answer's time does not include loading
            answer = await _ask(engine, label)
        except EngineFailure as failure:
            return [problem(label, f"{failure} (set by {_sources(alone, name)})")]
        local = await check_local(parts.settings, engine) if isinstance(engine, Local) else []
        context = await _check_context(parts, engine, label)
        qualified = await _check_qualification(parts.settings, engine, label)
        return [answer, context, *qualified, *_privacy(parts.settings, engine, label), *local]


async def _ask(engine: Engine, label: str) -> DoctorResult:
    """Asks a question with a schema, as reviews do."""
    watch = Stopwatch()
    model = engine.model
    completion = await engine.complete(
        Request(id="doctor", messages=MESSAGES, format=SCHEMA, answer=model.answer)
    )
    answered = f"{model.name} answered in {watch}"
    if not _fits(completion):
        return warning(
            label,
            f"{answered}, but not with the requested JSON: {completion.text[:80]!r}; some files may not be "
            f"reviewed: {_advice(engine, completion)}",
        )
    return ok(label, f"{answered}; the server {_manner(engine)}{_learnt(engine)}")


def _fits(completion: Completion) -> bool:
    try:
        answer: Any = json.loads(completion.text)
    except ValueError:
        return False
    return isinstance(answer, dict) and isinstance(answer.get(FIELD), bool)


def _advice(engine: Engine, completion: Completion) -> str:
    """By default, vLLM lets models write endless whitespace between the parts of their JSON."""
    found = engine.found if isinstance(engine, ServedEngine) else None
    endless = completion.finish == Finish.LENGTH and completion.text[-16:].isspace()
    if found and endless and (advice := kind_of(found).endless_blanks_advice):
        return advice
    return "use a model that follows instructions better"


def _manner(engine: Engine) -> str:
    """How the server enforces JSON. It may have rejected the configured enforcement."""
    level = engine.enforcement if isinstance(engine, OpenAIEngine | Local) else engine.model.enforcement
    if level == engine.model.enforcement or isinstance(engine, Local):
        return ENFORCED[level]
    return f"{ENFORCED[level]} (set OPENAI_ENFORCEMENT={level} to save failed requests)"


def _learnt(engine: Engine) -> str:
    """The adaptations to the server's objections."""
    learnt = engine.learnt if isinstance(engine, OpenAIEngine | ServedEngine) else ()
    return f"; requests were adapted: {', '.join(learnt)}" if learnt else ""


async def _check_context(parts: DoctorParts, engine: Engine, label: str) -> DoctorResult:
    """Whether the prompts fit the model's context."""
    model = engine.model
    try:
        review = await try_review(parts.function, review_settings(parts.settings), model, engine.count)
    except ModuleError as error:
        return problem(label, str(error))
    if not all(entry.reviewed for entry in review.coverage):
        return problem(label, " ".join(review.problems))
    return ok(label, f"{model.context} tokens of context, {model.answer} of them for the answer, are enough")


async def _check_qualification(settings: Settings, engine: Engine, label: str) -> list[DoctorResult]:
    """Whether the model tells planted bugs from correct code. It is asked again, whatever is stored."""
    control = examiner(settings)
    if control is None:
        return [warning(label, "not asked the control questions (CONTROL_QUESTIONS=false)")]
    try:
        result = await control.examine(engine)
    except EngineFailure as failure:
        return [problem(label, f"the control questions failed: {failure}")]
    if result.passed:
        return [ok(label, f"tells planted bugs from correct code in {result.score} control questions")]
    return [
        problem(
            label,
            f"{result.model} tells planted bugs from correct code in only {result.score} control questions, "
            "so reviews do not use it: use a more capable model (`review-bot model recommend`)",
        )
    ]


def _privacy(settings: Settings, engine: Engine, label: str) -> list[DoctorResult]:
    if engine.local or not settings.private_local_only:
        return []
    if engine.kind != "llama" and settings.has_llama and "llama" in settings.model_order:
        return [ok(label, "not used for private repositories (PRIVATE_LOCAL_ONLY)")]
    counts = "LLAMA_SERVER_LOCAL" if engine.kind == "llama" else "OPENAI_LOCAL"
    return [
        warning(
            label,
            "not local, but PRIVATE_LOCAL_ONLY is set, so private repositories are not reviewed by a model: "
            f"set LLAMA_MODEL, or {counts}=true if this server counts as local",
        )
    ]
