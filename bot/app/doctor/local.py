"""Reports what runs the local model, how much memory it needs, and how fast it is."""

from pathlib import Path

from bot.app.doctor.hardware import FROM_SOURCE, WHEELS, Hardware, hardware, unused_features, unused_gpu
from bot.app.doctor.result import DoctorResult, ok, warning
from bot.app.local import Local
from bot.core.errors import Refused
from bot.core.llm.engine_stats import EngineStats
from bot.core.llm.messages import Model
from bot.models import available_memory
from bot.models.gguf_store.facts import read_facts
from bot.models.gguf_store.fit import WORKING
from bot.models.llama.engine import LlamaEngine
from bot.models.servers.engine import ServedEngine
from bot.models.servers.kinds import kind_of
from bot.models.token_counting import AROUND
from bot.settings import Settings

NAME = "local model"
GB = 1e9
PROMPTS = 2000  # approximate tokens around the diff in a question of a review


async def check_local(settings: Settings, engine: Local) -> list[DoctorResult]:
    """The results for a model that has just answered a question."""
    if isinstance(engine, ServedEngine):
        results = [_server(settings, engine)]
        results += [ok(NAME, f"uses {engine.profile.describe()}")] if engine.profile else []
    else:
        found = await hardware()
        backend = _backend(settings, found) if found else []
        profile = ok(NAME, f"uses {engine.profile.describe()}")
        results = [*backend, _memory(settings, engine, found), profile]
    return [*results, *_speed(settings, engine.load, engine.model)]


def _server(settings: Settings, engine: ServedEngine) -> DoctorResult:
    found, slots = engine.found, engine.load.slots
    if not found:
        return warning(NAME, "the server gave no information about itself")
    context = engine.model.context + AROUND
    server = f"{found.server} {found.version}".strip()
    parts = [f"{server} serves {found.name}: {_times(slots)} with {context} tokens of context each"]
    if note := kind_of(found).doctor_note:
        parts.append(note)
    if found.context and found.context > context:
        parts.append(f"the server offers {found.context}, but LLAMA_CONTEXT is lower")
    is_exact = kind_of(found).count_request(found, "") is not None
    parts.append(
        "the server counts tokens exactly"
        if is_exact
        else "token counts are estimates, because the server offers no tokenizer"
    )
    configured = settings.llama_context
    if "llama_context" in settings.model_fields_set and context < configured:
        return warning(
            NAME, f"{'; '.join(parts)}; LLAMA_CONTEXT is {configured}, more than the server offers: lower it"
        )
    return ok(NAME, "; ".join(parts))


# ── a file ──────────────────────────────────────────────────────────────────────────────────────────


def _backend(settings: Settings, found: Hardware) -> list[DoctorResult]:
    build = f"llama.cpp (xllamacpp {found.version}, built for {', '.join(found.backends) or 'CPU'})"
    if found.gpus and settings.llama_gpu_layers:
        return [ok(NAME, f"{build} runs on {_gpus(found)}, {_layers(settings.llama_gpu_layers)}")]
    features = ", ".join(found.features)
    results = [ok(NAME, f"{build} runs on the CPU{f' ({features})' if features else ''}")]
    return results + (_gpu_unused(settings, found) or _cpu_unused(found))


def _gpus(found: Hardware) -> str:
    return " and ".join(
        f"{gpu.description} ({gpu.free / GB:.1f} of {gpu.total / GB:.1f} GB free)" for gpu in found.gpus
    )


def _layers(layers: int) -> str:
    return "with all layers" if layers < 0 else f"with {layers} layers (LLAMA_GPU_LAYERS)"


def _gpu_unused(settings: Settings, found: Hardware) -> list[DoctorResult]:
    """A GPU that is not used, or that is configured but missing."""
    if found.gpus:
        return [
            warning(NAME, f"LLAMA_GPU_LAYERS is 0, so {_gpus(found)} is unused: set it to -1 to use the GPU")
        ]
    gpu = unused_gpu()
    is_configured = "llama_gpu_layers" in settings.model_fields_set and settings.llama_gpu_layers
    prefix = "LLAMA_GPU_LAYERS has no effect: " if is_configured else ""
    if gpu:
        make = f"the {gpu} GPU" if gpu != "other" else "the GPU"
        return [
            warning(
                NAME,
                f"{prefix}this build of llama.cpp cannot use {make} of this machine: install {WHEELS[gpu]}",
            )
        ]
    if is_configured:
        return [warning(NAME, f"{prefix}there is no GPU that this build of llama.cpp can use; unset it")]
    return []


def _cpu_unused(found: Hardware) -> list[DoctorResult]:
    unused = unused_features(found.features)
    if not unused:
        return []
    return [
        ok(
            NAME,
            f"the CPU has {', '.join(unused)}, which the published xllamacpp packages do not use; a build "
            f"from source on this machine may be faster: {FROM_SOURCE}",
        )
    ]


def _memory(settings: Settings, engine: LlamaEngine, found: Hardware | None) -> DoctorResult:
    """An estimate from the file's metadata."""
    slots, context = engine.load.slots, engine.supervisor.context or settings.llama_context
    plan = (
        f"{_times(slots)} with {context} tokens of context each ({engine.supervisor.about.get('plan', '')})"
    )
    try:
        size, cell = _size(settings.llama_model or Path())
    except (Refused, OSError) as error:
        return ok(NAME, f"{plan}; the memory needed is unknown: {error}")
    needed = size + cell * context * slots + WORKING
    available, kind = _available(settings, found)
    estimate = (
        f"{needed / GB:.1f} GB (weights {size / GB:.1f}, context {cell * context * slots / GB:.1f}, other "
        f"{WORKING / GB:.1f})"
    )
    if needed > available:
        return warning(
            NAME,
            f"{plan} need about {estimate}, but only {available / GB:.1f} GB of {kind} are available: lower "
            "LLAMA_CONTEXT or use a smaller model (`review-bot model recommend`)",
        )
    return ok(NAME, f"{plan} need about {estimate} of {available / GB:.1f} GB of {kind}")


def _size(path: Path) -> tuple[int, int]:
    """Bytes of all parts of the model, and bytes per token of context. Raises `Refused`."""
    facts = read_facts(path)
    first, _, last = path.name.rpartition("-00001-of-")
    parts = list(path.parent.glob(f"{first}-?????-of-{last}")) if first and facts.parts > 1 else [path]
    return sum(part.stat().st_size for part in parts), facts.cell or 0


def _available(settings: Settings, found: Hardware | None) -> tuple[int, str]:
    """Available bytes and the kind of memory: of the GPUs for all layers, of both for some."""
    gpus = found.gpus if found and settings.llama_gpu_layers else ()
    on_gpu = sum(gpu.total for gpu in gpus)
    if not gpus:
        return available_memory.whole(), "memory"
    return (
        (on_gpu, "GPU memory")
        if settings.llama_gpu_layers < 0
        else (on_gpu + available_memory.whole(), "memory in total")
    )


# ── how fast ────────────────────────────────────────────────────────────────────────────────────────


def _speed(settings: Settings, load: EngineStats, model: Model) -> list[DoctorResult]:
    """Measured by the question that the model has just answered, which is a small one."""
    if not load.prompt_seconds or not load.answer_seconds or not load.answer_tokens:
        return []
    reads, writes = load.prompt_tokens / load.prompt_seconds, load.answer_tokens / load.answer_seconds
    speed = f"reads {reads:.0f} and writes {writes:.1f} tokens per second, measured with one small question"
    portion = settings.review_portion or model.context // 2
    prompt = min(portion + PROMPTS, model.context - model.answer)
    longest = prompt / reads + model.answer / writes if reads else 0
    if longest > settings.llama_timeout:
        return [
            warning(
                NAME,
                f"{speed}: a question of a review may take {longest:.0f} seconds, but LLAMA_TIMEOUT is "
                f"{settings.llama_timeout:g}: raise it, lower REVIEW_PORTION, or use a smaller model",
            )
        ]
    return [ok(NAME, f"{speed}; the largest question of a review may take {max(longest, 1):.0f} s")]


def _times(slots: int) -> str:
    return "one question at a time" if slots == 1 else f"{slots} questions at a time"
