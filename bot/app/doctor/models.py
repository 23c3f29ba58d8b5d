"""The models: each configured one is asked something small, the way that reviews ask."""

import json
from typing import Any

from bot.app.doctor.local import check_local
from bot.app.doctor.result import DoctorResult, ok, problem, warning
from bot.app.doctor.shared_parts import DoctorParts, Stopwatch
from bot.app.doctor.trial_review import try_review
from bot.app.engines import engines, kept_dialects
from bot.app.function import review_settings
from bot.app.local import Local
from bot.core.errors import EngineFailure, ModuleError
from bot.core.llm.engine import Engine
from bot.core.llm.messages import Completion, Enforcement, Finish, Message, Request, Role
from bot.models.chat.dialects import RelearntDialects
from bot.models.chat.engine import OpenAIEngine
from bot.models.servers.engine import ServedEngine
from bot.models.servers.kinds import kind_of
from bot.settings import EngineName, Settings

NONE = (
    "none is configured, so reviews are made from signals found in the diff: to add one, set OPENAI_API_KEY "
    "(and OPENAI_BASE_URL for any compatible server), LLAMA_MODEL (a GGUF file) or LLAMA_SERVER_URL"
)
OPENAI_SOURCES = "OPENAI_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL"
ENFORCED = {
    Enforcement.SCHEMA: "keeps to JSON schemas",
    Enforcement.OBJECT: "takes no JSON schemas, but gives JSON",
    Enforcement.PROMPT: "is asked for JSON in words alone",
}


FIELD = "prime"
# With every keyword that reviews ask for, so that a server that takes some of them not is found out now.
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
    """The configured models, in the order in which reviews ask them."""
    return tuple(name for name in dict.fromkeys(settings.model_order) if name in _configured(settings))


async def check_routes(parts: DoctorParts) -> list[DoctorResult]:
    """What there is to say before any model is asked."""
    settings, name = parts.settings, "models"
    names = wanted(settings)
    left_out = [source for source in _configured(settings) if source not in names]
    results = [
        warning(
            name,
            f"MODEL_ORDER leaves out {left}, which {_sources(settings, left)} set: add it, or unset them",
        )
        for left in left_out
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
                await engine.start()  # so that loading is not taken for answering
            asked = await _asked(engine, label)
        except EngineFailure as failure:
            return [problem(label, f"{failure} (set by {_sources(alone, name)})")]
        about = await check_local(parts.settings, engine) if isinstance(engine, Local) else []
        return [asked, await _room(parts, engine, label), *_privacy(parts.settings, engine, label), *about]


async def _asked(engine: Engine, label: str) -> DoctorResult:
    """Asks a question with a schema, so that all takes part that takes part in reviews."""
    watch = Stopwatch()
    model = engine.model
    completion = await engine.complete(
        Request(id="doctor", messages=MESSAGES, format=SCHEMA, answer=model.answer)
    )
    told = f"{model.name} answered in {watch}"
    if not _fits(completion):
        return warning(
            label,
            f"{told}, but not with the JSON that was asked for: {completion.text[:80]!r}; files may stay "
            f"without a review: {_advice(engine, completion)}",
        )
    return ok(label, f"{told}; it {_manner(engine)}{_learnt(engine)}")


def _fits(completion: Completion) -> bool:
    try:
        said: Any = json.loads(completion.text)
    except ValueError:
        return False
    return isinstance(said, dict) and isinstance(said.get(FIELD), bool)


def _advice(engine: Engine, completion: Completion) -> str:
    """Unless it is told not to, vLLM lets models write blanks without end between the parts of their JSON."""
    found = engine.found if isinstance(engine, ServedEngine) else None
    endless = completion.finish == Finish.LENGTH and completion.text[-16:].isspace()
    if found and endless and (advice := kind_of(found).endless_blanks_advice):
        return advice
    return "take a model that follows instructions better"


def _manner(engine: Engine) -> str:
    """How far JSON is enforced. What was configured first may have been refused by the server."""
    level = engine.enforcement if isinstance(engine, OpenAIEngine | Local) else engine.model.enforcement
    if level == engine.model.enforcement or isinstance(engine, Local):
        return ENFORCED[level]
    return f"{ENFORCED[level]} (OPENAI_ENFORCEMENT={level} saves asking for more in vain)"


def _learnt(engine: Engine) -> str:
    """What the server objected to, and does not any more."""
    learnt = engine.learnt if isinstance(engine, OpenAIEngine | ServedEngine) else ()
    return f"; learnt: {', '.join(learnt)}" if learnt else ""


async def _room(parts: DoctorParts, engine: Engine, label: str) -> DoctorResult:
    """Whether the prompts fit, which a review would find out only then."""
    model = engine.model
    try:
        review = await try_review(parts.function, review_settings(parts.settings), model, engine.count)
    except ModuleError as error:
        return problem(label, str(error))
    if not all(entry.reviewed for entry in review.coverage):
        return problem(label, " ".join(review.problems))
    return ok(label, f"{model.context} tokens of context, {model.answer} of them for answers, are enough")


def _privacy(settings: Settings, engine: Engine, label: str) -> list[DoctorResult]:
    if engine.local or not settings.private_local_only:
        return []
    if engine.kind != "llama" and settings.has_llama and "llama" in settings.model_order:
        return [ok(label, "is not asked about private repositories, as PRIVATE_LOCAL_ONLY wants it")]
    counts = "LLAMA_SERVER_LOCAL" if engine.kind == "llama" else "OPENAI_LOCAL"
    return [
        warning(
            label,
            "is not local, and PRIVATE_LOCAL_ONLY is set: private repositories get no review; set "
            f"LLAMA_MODEL, or {counts} if this server counts as local",
        )
    ]
