"""What the doctor says of the machine that the local model runs on, and of the server that runs it."""

from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from bot.app.doctor import hardware as hardware_module
from bot.app.doctor import local as local_module
from bot.app.doctor.hardware import Device, Hardware, unused_features
from bot.app.doctor.local import _backend, _speed
from bot.app.doctor.result import DoctorStatus
from bot.core.llm.engine_stats import EngineStats
from bot.core.llm.messages import Model
from bot.settings import Settings
from tests.cli.conftest import Run
from tests.cli.github_scene import GitHubScene
from tests.gguf_models import make_model
from tests.llama_server import llama_server
from tests.models.model_servers import VLLM

GB = 10**9
CPU = Device(name="CPU", description="EPYC", free=8 * GB, total=8 * GB, cpu=True)
H100 = Device(name="CUDA0", description="NVIDIA H100", free=70 * GB, total=80 * GB, cpu=False)
PLAIN = Hardware(version="2026.10", system="CPU : SSE3 = 1 | AVX2 = 1 | FMA = 0 | ", devices=(CPU,))
CUDA = Hardware(
    version="2026.10",
    system="CUDA : ARCHS = 860,890 | USE_GRAPHS = 1 | CPU : SSE3 = 1 | AVX2 = 1 | ",
    devices=(H100, CPU),
)
MODEL = Model(name="m", context=8128, answer=1000)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return make_model(tmp_path / "tiny.gguf", context=16_384)


def _told(ran_checks: list[dict[str, str]]) -> list[str]:
    return [check["message"] for check in ran_checks if check["name"] == "local model"]


def _ask(run: Run) -> list[str]:
    return _told(run("doctor", "--json").json["checks"])


# ── from the outside ────────────────────────────────────────────────────────────────────────────────


def test_a_file_s_model_is_told_with_what_runs_it(
    run: Run, monkeypatch: pytest.MonkeyPatch, tiny: Path
) -> None:
    monkeypatch.setenv("LLAMA_MODEL", str(tiny))
    monkeypatch.setenv("LLAMA_CONTEXT", "16384")
    told = " / ".join(_ask(run))

    assert "runs on" in told
    assert "xllamacpp 20" in told
    assert "with 16384 tokens of context each" in told
    assert "GB (weights" in told
    assert "profile " in told
    assert "tokens per second" in told


def test_a_server_s_model_is_told_with_the_server(
    run: Run, monkeypatch: pytest.MonkeyPatch, tiny: Path
) -> None:
    with llama_server(tiny, context=8192) as url:
        monkeypatch.setenv("LLAMA_SERVER_URL", url)
        monkeypatch.setenv("LLAMA_SERVER_KEY", "llama-key")
        told = _ask(run)

    assert "llama.cpp" in told[0]
    assert "serves tiny: 2 questions at a time with 8192 tokens of context each" in told[0]
    assert "the server counts tokens exactly" in told[0]


def test_a_server_with_less_context_than_is_set_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, tiny: Path
) -> None:
    with llama_server(tiny, context=8192) as url:
        monkeypatch.setenv("LLAMA_SERVER_URL", url)
        monkeypatch.setenv("LLAMA_SERVER_KEY", "llama-key")
        monkeypatch.setenv("LLAMA_CONTEXT", "16384")
        told = _ask(run)

    assert "LLAMA_CONTEXT is 16384, more than the server offers" in told[0]


def test_private_code_that_the_server_may_not_see_is_told_by_its_setting(
    run: Run, monkeypatch: pytest.MonkeyPatch, tiny: Path
) -> None:
    with llama_server(tiny, context=8192) as url:
        monkeypatch.setenv("LLAMA_SERVER_URL", url)
        monkeypatch.setenv("LLAMA_SERVER_KEY", "llama-key")
        monkeypatch.setenv("LLAMA_SERVER_LOCAL", "false")
        monkeypatch.setenv("PRIVATE_LOCAL_ONLY", "true")
        checks = run("doctor", "--json").json["checks"]

    warned = [
        check["message"]
        for check in checks
        if check["name"] == "model llama" and check["status"] == "warning"
    ]
    assert ["LLAMA_SERVER_LOCAL" in message for message in warned] == [True]


def test_a_server_that_is_away_is_told_by_its_settings(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLAMA_SERVER_URL", "http://127.0.0.1:9")
    told = run("doctor", "--json").found("model llama")

    assert "problem" == told["status"]
    assert "127.0.0.1:9 cannot be reached" in told["message"]
    assert "LLAMA_SERVER_URL" in told["message"]


def test_blanks_without_end_are_told_with_what_forbids_them(
    run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    vllm = VLLM(tiny=16_384)
    vllm.says, vllm.finish = "{" + " \n" * 40, "length"
    server = TestServer(vllm.app)
    town.do(server.start_server())
    try:
        monkeypatch.setenv("LLAMA_SERVER_URL", str(server.make_url("")))
        told = next(
            check["message"]
            for check in run("doctor", "--json").json["checks"]
            if check["name"] == "model llama" and check["status"] == "warning"
        )
    finally:
        town.do(server.close())

    assert "not with the requested JSON" in told
    assert "--structured-outputs-config.disable_any_whitespace true" in told


# ── what a build uses, and what it leaves unused ────────────────────────────────────────────────────


def test_a_build_is_read_from_llama_cpp_s_own_words() -> None:
    assert (("CPU",), ("SSE3", "AVX2")) == (PLAIN.backends, PLAIN.features)
    assert (("CUDA", "CPU"), ("SSE3", "AVX2")) == (CUDA.backends, CUDA.features)
    assert ((), (H100,)) == (PLAIN.gpus, CUDA.gpus)


async def test_this_machine_s_llama_cpp_tells_what_it_can_do() -> None:
    found = await hardware_module.hardware()

    assert found
    assert "CPU" in found.backends
    assert any(device.cpu for device in found.devices)


def test_a_gpu_that_runs_the_model_is_named_with_its_memory() -> None:
    (told,) = _backend(Settings(), CUDA)

    assert DoctorStatus.OK == told.status
    assert "runs on NVIDIA H100 (70.0 of 80.0 GB free), with all layers" in told.message


def test_a_gpu_that_no_layer_is_put_on_is_told() -> None:
    told = _backend(Settings(llama_gpu_layers=0), CUDA)

    assert [DoctorStatus.OK, DoctorStatus.WARNING] == [one.status for one in told]
    assert "LLAMA_GPU_LAYERS is 0" in told[1].message


@pytest.mark.parametrize(
    ("gpu", "package"), [("NVIDIA", "CUDA version"), ("AMD", "ROCm version"), ("other", "for Vulkan")]
)
def test_a_gpu_that_the_build_cannot_use_is_told_with_the_package_that_can(
    monkeypatch: pytest.MonkeyPatch, gpu: str, package: str
) -> None:
    monkeypatch.setattr(local_module, "unused_gpu", lambda: gpu)
    told = _backend(Settings(llama_gpu_layers=20), PLAIN)[1]

    assert DoctorStatus.WARNING == told.status
    assert told.message.startswith("LLAMA_GPU_LAYERS has no effect")
    assert package in told.message


def test_layers_for_a_gpu_that_is_not_there_are_told_only_when_they_were_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(local_module, "unused_gpu", lambda: None)
    monkeypatch.setattr(local_module, "unused_features", lambda _: ())

    assert 1 == len(_backend(Settings(), PLAIN))
    assert "LLAMA_GPU_LAYERS has no effect" in _backend(Settings(llama_gpu_layers=5), PLAIN)[1].message


def test_what_the_cpu_has_and_the_build_leaves_unused_is_found(tmp_path: Path) -> None:
    info = tmp_path / "cpuinfo"
    info.write_text("processor : 0\nflags\t\t: sse avx2 avx512f fma amx_int8\n", encoding="utf-8")

    assert ("AVX512", "AMX_INT8") == unused_features(("AVX2",), info)
    assert () == unused_features(("AVX2",), tmp_path / "missing")


# ── how fast ────────────────────────────────────────────────────────────────────────────────────────


def _load(reads: float, writes: float) -> EngineStats:
    """Of a model that reads and writes so many tokens a second."""
    return EngineStats(
        up=True,
        slots=1,
        busy=0,
        waiting=0,
        prompt_tokens=60,
        answer_tokens=10,
        prompt_seconds=60 / reads,
        answer_seconds=10 / writes,
    )


def test_the_speed_is_told_with_what_it_means_for_a_review() -> None:
    (told,) = _speed(Settings(), _load(reads=600, writes=20), MODEL)

    assert DoctorStatus.OK == told.status
    assert "reads 600 and writes 20.0 tokens per second" in told.message
    assert "the largest question of a review may take 60 s" in told.message  # 6000 / 600 + 1000 / 20


def test_a_model_too_slow_for_its_time_is_told() -> None:
    (told,) = _speed(Settings(llama_timeout=59), _load(reads=600, writes=20), MODEL)

    assert DoctorStatus.WARNING == told.status
    assert "LLAMA_TIMEOUT is 59" in told.message


def test_a_server_that_tells_no_times_has_no_speed() -> None:
    assert [] == _speed(Settings(), EngineStats(up=True, slots=8, busy=0, waiting=0, prompt_tokens=9), MODEL)
