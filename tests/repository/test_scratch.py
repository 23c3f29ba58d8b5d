"""Folders for archives: removed at the end, or after the end of their process, and never before."""

import os
import subprocess
import sys
from pathlib import Path

from bot.repository.scratch import remove_abandoned, scratch_folder

PROGRAM = """
import sys
from pathlib import Path
from bot.repository.scratch import scratch_folder
with scratch_folder(Path(sys.argv[1])) as folder:
    (folder / "archive").write_bytes(b"x" * 1000)
    print(folder, flush=True)
    sys.stdin.read()
"""


def test_a_folder_is_removed_at_its_end(tmp_path: Path) -> None:
    with scratch_folder(tmp_path) as folder:
        (folder / "archive").touch()
        remove_abandoned(tmp_path)
        assert (folder / "archive").exists()
        assert folder.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == []


def test_that_of_another_process_is_kept_while_it_lives(tmp_path: Path) -> None:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout
        folder = Path(process.stdout.readline().strip())
        remove_abandoned(tmp_path)
        assert (folder / "archive").exists()
        process.kill()
        process.wait()
        assert (folder / "archive").exists()
        remove_abandoned(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_one_without_a_lock_is_removed_when_it_is_old(tmp_path: Path) -> None:
    young, old, other = (tmp_path / name for name in (".archive-young", ".archive-old", "other"))
    for folder in (young, old, other):
        folder.mkdir()
        (folder / "archive").touch()
    for folder in (old, other):
        os.utime(folder, (1, 1))
    remove_abandoned(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {".archive-young", "other"}
