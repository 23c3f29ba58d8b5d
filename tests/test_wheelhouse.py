"""The result of `make wheelhouse` installs without a network, or explains why not.

The wheels here are fake and empty; `.ci/run` packs and installs the real ones.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent
SCRIPTS = CHECKOUT / "deploy" / "wheelhouse"


def wheel(house: Path, name: str, *needs: str) -> None:
    """A package without code; `needs` are the requirements of its extra `local`."""
    stem = name.replace("-", "_")
    wanted = "".join(f"Requires-Dist: {need}; extra == 'local'\n" for need in needs)
    texts = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\nProvides-Extra: local\n{wanted}",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "",
    }
    with zipfile.ZipFile(house / f"{stem}-1-py3-none-any.whl", "w") as archive:
        for file, text in texts.items():
            archive.writestr(f"{stem}-1.dist-info/{file}", text)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A directory created by `pack`."""
    house = tmp_path / "house"
    house.mkdir()
    wheel(house, "code-review-bot", "made-up-engine")
    wheel(house, "made-up-engine")
    for file in ("install", "which"):
        shutil.copy(SCRIPTS / file, house)
    named = subprocess.run([sys.executable, house / "which"], capture_output=True, check=True)
    (house / "PLATFORM").write_bytes(named.stdout)
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in house.iterdir()]
    (house / "SHA256SUMS").write_text("".join(sorted(sums)), encoding="utf-8")
    return house


def install(house: Path, target: Path) -> subprocess.CompletedProcess[str]:
    """Installs without a package index, whatever the machine's settings."""
    environment = {"PATH": os.environ["PATH"], "PYTHON": sys.executable, "PIP_CONFIG_FILE": os.devnull}
    words = [str(house / "install"), str(target)]
    return subprocess.run(words, env=environment, capture_output=True, text=True, check=False)


def test_it_installs_the_extra_too_from_its_own_wheels(house: Path, tmp_path: Path) -> None:
    ran = install(house, tmp_path / "venv")

    assert ran.returncode == 0, ran.stderr
    listed = [str(tmp_path / "venv" / "bin" / "python"), "-m", "pip", "list", "--format", "json"]
    found = json.loads(subprocess.run(listed, capture_output=True, check=True).stdout)
    assert {"code-review-bot", "made-up-engine"} <= {package["name"] for package in found}


def test_a_changed_wheel_is_named_and_nothing_is_installed(house: Path, tmp_path: Path) -> None:
    with (house / "made_up_engine-1-py3-none-any.whl").open("ab") as file:
        file.write(b"!")
    ran = install(house, tmp_path / "venv")

    assert ran.returncode == 1
    assert "made_up_engine-1-py3-none-any.whl: FAILED" in ran.stderr
    assert not (tmp_path / "venv").exists()


def test_a_missing_wheel_is_named(house: Path, tmp_path: Path) -> None:
    (house / "made_up_engine-1-py3-none-any.whl").unlink()
    ran = install(house, tmp_path / "venv")

    assert ran.returncode == 1
    assert "made_up_engine-1-py3-none-any.whl" in ran.stderr


def test_another_platform_is_told(house: Path, tmp_path: Path) -> None:
    text = "CPython 3.8 Solaris sparc\n"
    (house / "PLATFORM").write_text(text, encoding="utf-8")
    sums = (house / "SHA256SUMS").read_text(encoding="utf-8").splitlines(keepends=True)
    renewed = f"{hashlib.sha256(text.encode()).hexdigest()}  PLATFORM\n"
    kept = [line for line in sums if not line.endswith("PLATFORM\n")]
    (house / "SHA256SUMS").write_text("".join([*kept, renewed]), encoding="utf-8")
    ran = install(house, tmp_path / "venv")

    assert ran.returncode == 1
    assert "packed for CPython 3.8 Solaris sparc, and here is" in ran.stderr
