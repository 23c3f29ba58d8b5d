"""The local model: what runs it, with which memory, and how fast."""

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
PROMPTS = 2000  # tokens around the diff in a question of a review, about


async def check_local(settings: Settings, engine: Local) -> list[DoctorResult]:
    """What there is to say of a model that has just answered a question."""
    if isinstance(engine, ServedEngine):
        about = [_server(settings, engine)]
        about += [ok(NAME, f"asked as its {engine.profile.told()}")] if engine.profile else []
    else:
        found = await hardware()
        built = _backend(settings, found) if found else []
        about = [*built, _memory(settings, engine, found), ok(NAME, f"asked as its {engine.profile.told()}")]
    return [*about, *_speed(settings, engine.load, engine.model)]


def _server(settings: Settings, engine: ServedEngine) -> DoctorResult:
    found, slots = engine.found, engine.load.slots
    if not found:
        return warning(NAME, "the server was not found out about")
    context = engine.model.context + AROUND
    told = f"{found.server} {found.version}".strip()
    parts = [f"{told} serves {found.name}: {_times(slots)} with {context} tokens of context each"]
    if note := kind_of(found).doctor_note:
        parts.append(note)
    if found.context and found.context > context:
        parts.append(f"it has {found.context}, LLAMA_CONTEXT is less")
    counted = kind_of(found).count_request(found, "") is not None
    parts.append(
        "it counts tokens exactly" if counted else "tokens are estimated, it has no tokenizer to ask"
    )
    wanted = settings.llama_context
    if "llama_context" in settings.model_fields_set and context < wanted:
        return warning(NAME, f"{'; '.join(parts)}; LLAMA_CONTEXT is {wanted}, more than it has")
    return ok(NAME, "; ".join(parts))


# ── a file ──────────────────────────────────────────────────────────────────────────────────────────


def _backend(settings: Settings, found: Hardware) -> list[DoctorResult]:
    told = f"llama.cpp (xllamacpp {found.version}, built for {', '.join(found.backends) or 'CPU'})"
    if found.gpus and settings.llama_gpu_layers:
        return [ok(NAME, f"{told} runs it on {_gpus(found)}, {_layers(settings.llama_gpu_layers)}")]
    features = ", ".join(found.features)
    results = [ok(NAME, f"{told} runs it on the CPU{f' ({features})' if features else ''}")]
    return results + (_gpu_unused(settings, found) or _cpu_unused(found))


def _gpus(found: Hardware) -> str:
    return " and ".join(
        f"{gpu.description} ({gpu.free / GB:.1f} of {gpu.total / GB:.1f} GB free)" for gpu in found.gpus
    )


def _layers(layers: int) -> str:
    return "with all its layers" if layers < 0 else f"with {layers} of its layers (LLAMA_GPU_LAYERS)"


def _gpu_unused(settings: Settings, found: Hardware) -> list[DoctorResult]:
    """A GPU that is not used, or is wanted and not there."""
    if found.gpus:
        return [
            warning(NAME, f"LLAMA_GPU_LAYERS is 0, so {_gpus(found)} is not used: -1 puts all layers there")
        ]
    gpu = unused_gpu()
    wanted = "llama_gpu_layers" in settings.model_fields_set and settings.llama_gpu_layers
    without = "LLAMA_GPU_LAYERS has no effect: " if wanted else ""
    if gpu:
        make = f"the {gpu} GPU" if gpu != "other" else "the GPU"
        return [
            warning(
                NAME,
                f"{without}this build of llama.cpp cannot use {make} of this machine: install {WHEELS[gpu]}",
            )
        ]
    if wanted:
        return [warning(NAME, f"{without}there is no GPU that this build of llama.cpp can use; unset it")]
    return []


def _cpu_unused(found: Hardware) -> list[DoctorResult]:
    unused = unused_features(found.features)
    if not unused:
        return []
    return [
        ok(
            NAME,
            f"the CPU has {', '.join(unused)}, which the published packages of xllamacpp leave unused; one "
            f"that is built on this machine may be faster: {FROM_SOURCE}",
        )
    ]


def _memory(settings: Settings, engine: LlamaEngine, found: Hardware | None) -> DoctorResult:
    """Reckoned from the file, as far as it tells."""
    slots, context = engine.load.slots, engine.supervisor.context or settings.llama_context
    told = (
        f"{_times(slots)} with {context} tokens of context each ({engine.supervisor.about.get('plan', '')})"
    )
    try:
        size, cell = _size(settings.llama_model or Path())
    except (Refused, OSError) as error:
        return ok(NAME, f"{told}; what memory that takes is not known: {error}")
    needed = size + cell * context * slots + WORKING
    there, whose = _available(settings, found)
    sum_ = (
        f"{needed / GB:.1f} GB (weights {size / GB:.1f}, context {cell * context * slots / GB:.1f}, the rest "
        f"{WORKING / GB:.1f})"
    )
    if needed > there:
        return warning(
            NAME,
            f"{told} take about {sum_}, and there are {there / GB:.1f} GB of {whose}: lower LLAMA_CONTEXT or "
            "take a smaller model (`review-bot model recommend`)",
        )
    return ok(NAME, f"{told} take about {sum_} of {there / GB:.1f} GB of {whose}")


def _size(path: Path) -> tuple[int, int]:
    """Bytes of all parts of the model, and those that a token of context takes. Raises `Refused`."""
    facts = read_facts(path)
    first, _, last = path.name.rpartition("-00001-of-")
    parts = list(path.parent.glob(f"{first}-?????-of-{last}")) if first and facts.parts > 1 else [path]
    return sum(part.stat().st_size for part in parts), facts.cell or 0


def _available(settings: Settings, found: Hardware | None) -> tuple[int, str]:
    """Bytes, and of which memory. All layers on GPUs need theirs; else it is a matter of both."""
    gpus = found.gpus if found and settings.llama_gpu_layers else ()
    on_gpu = sum(gpu.total for gpu in gpus)
    if not gpus:
        return available_memory.whole(), "memory"
    return (
        (on_gpu, "GPU memory")
        if settings.llama_gpu_layers < 0
        else (on_gpu + available_memory.whole(), "memory in all")
    )


# ── how fast ────────────────────────────────────────────────────────────────────────────────────────


def _speed(settings: Settings, load: EngineStats, model: Model) -> list[DoctorResult]:
    """By the question that was just asked, which is a small one."""
    if not load.prompt_seconds or not load.answer_seconds or not load.answer_tokens:
        return []
    reads, writes = load.prompt_tokens / load.prompt_seconds, load.answer_tokens / load.answer_seconds
    told = f"reads {reads:.0f} and writes {writes:.1f} tokens a second, by this one small question"
    prompt = min(settings.review_portion + PROMPTS, model.context - model.answer)
    longest = prompt / reads + model.answer / writes if reads else 0
    if longest > settings.llama_timeout:
        return [
            warning(
                NAME,
                f"{told}: a question of a review may take {longest:.0f} seconds, and LLAMA_TIMEOUT is "
                f"{settings.llama_timeout:g}: raise it, lower REVIEW_PORTION, or take a smaller model",
            )
        ]
    return [ok(NAME, f"{told}; the largest of a review may take {max(longest, 1):.0f} s")]


def _times(slots: int) -> str:
    return "one question at a time" if slots == 1 else f"{slots} questions at a time"
