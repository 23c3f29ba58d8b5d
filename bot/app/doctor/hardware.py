"""Detects the hardware that the installed llama.cpp uses, and the hardware that it leaves unused."""

import asyncio
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.core.value import Value

SECONDS = 60.0  # for drivers to wake up
LIST = "https://github.com/xorbitsai/xllamacpp#installation"
FROM_SOURCE = "https://github.com/xorbitsai/xllamacpp#build-from-source"
WHEELS = {
    "NVIDIA": f"the xllamacpp package for your driver's CUDA version; see {LIST}",
    "AMD": f"the xllamacpp package for your driver's ROCm version, or the one for Vulkan; see {LIST}",
    "other": f"the xllamacpp package for Vulkan; see {LIST}",
}

# Runs in a separate process: drivers may be slow or crash the process.
_PROGRAM = """
import json, sys, xllamacpp
devices = [
    {"name": d["name"], "description": d["description"], "free": d["memory_free"], "total": d["memory_total"],
     "cpu": d["type"] == xllamacpp.ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_CPU}
    for d in xllamacpp.get_device_info()
]
build = {"version": xllamacpp.__version__, "system": xllamacpp.get_system_info()}
print(json.dumps({**build, "devices": devices}))
"""

# CPU features that speed up inference: the flag in /proc/cpuinfo and llama.cpp's name.
FASTER = {"avx2": "AVX2", "avx512f": "AVX512", "avx512_vnni": "AVX512_VNNI", "amx_int8": "AMX_INT8"}


class Device(Value):
    """`free` and `total` are memory in bytes."""

    name: str
    description: str
    free: int
    total: int
    cpu: bool


class Hardware(Value):
    """`system` is llama.cpp's description of its build: `CPU : AVX2 = 1 | FMA = 1 | CUDA : …`."""

    version: str
    system: str
    devices: tuple[Device, ...]

    @property
    def gpus(self) -> tuple[Device, ...]:
        return tuple(device for device in self.devices if not device.cpu)

    @property
    def backends(self) -> tuple[str, ...]:
        """The backends of the build: CPU, and CUDA, Metal, Vulkan … if available."""
        return tuple(re.findall(r"(?:^|\| *)([A-Za-z0-9_]+) :", self.system))

    @property
    def features(self) -> tuple[str, ...]:
        """The CPU features that the build uses."""
        cpu = re.split(r"\| *[A-Za-z0-9_]+ :", self.system.partition("CPU :")[2])[0]
        return tuple(re.findall(r"([A-Z0-9_]+) = 1", cpu))


_HARDWARE = TypeAdapter(Hardware)


async def hardware() -> Hardware | None:
    """The hardware that llama.cpp reports; None if it cannot be asked."""
    return await asyncio.to_thread(_ask)


def _ask() -> Hardware | None:
    try:
        process = subprocess.run(  # noqa: S603 - this interpreter and the program above
            [sys.executable, "-P", "-c", _PROGRAM], capture_output=True, timeout=SECONDS, check=True
        )
        return _HARDWARE.validate_json(process.stdout.splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValidationError, IndexError):
        return None


def unused_gpu() -> str | None:
    """The make of a GPU with a driver: NVIDIA, AMD or other. None on macOS, whose build uses the GPU."""
    if platform.system() == "Darwin":
        return None
    if Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi"):
        return "NVIDIA"
    if Path("/dev/kfd").exists():
        return "AMD"
    return "other" if any(Path("/dev/dri").glob("renderD*")) else None


def unused_features(used: tuple[str, ...], cpuinfo: Path = Path("/proc/cpuinfo")) -> tuple[str, ...]:
    """The relevant CPU features that the build leaves unused."""
    try:
        flags = re.search(r"^flags\s*:(.*)$", cpuinfo.read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        return ()
    has = set(flags[1].split()) if flags else set()
    return tuple(name for flag, name in FASTER.items() if flag in has and name not in used)
