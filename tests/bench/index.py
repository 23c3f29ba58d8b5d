"""What the index of a repository costs: `make bench-index`, or `python -m tests.bench.index 1000 10000`.

Each repository consists of copies of this checkout's source files under other names, each with a line of its
own, so that no two files are equal.
"""

import io
import resource
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.core.lookups import Lookup, Query
from bot.repository.index.answers import answer
from bot.repository.index.archive import files_of_archive
from bot.repository.index.build import add_commit
from bot.repository.index.database import connect
from bot.repository.index.texts import CommitTexts

ROOT = Path(__file__).parents[2]
COUNTS = (1_000, 10_000, 100_000)
LOOKUPS = (
    Lookup(id="1", query=Query.DEFINITION, text="journal_key", path="copy0/bot/x.py"),
    Lookup(id="2", query=Query.USES, text="journal_key", path="copy0/bot/x.py"),
    Lookup(id="3", query=Query.TESTS, path="copy0/bot/core/llm/journal_key.py"),
    Lookup(id="4", query=Query.DEFINITION, text="path", path="copy0/bot/x.py"),  # in nearly every file
    Lookup(id="5", query=Query.USES, text="path", path="copy0/bot/x.py"),
    Lookup(id="6", query=Query.TESTS, path="copy0/bot/core/change.py"),
)


def sources() -> list[tuple[str, bytes]]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "*.py", "*.rs"], cwd=ROOT, capture_output=True, check=True
    )
    paths = [path for path in listed.stdout.decode().split("\0") if path]
    return [(path, (ROOT / path).read_bytes()) for path in paths]


def copies(count: int) -> Iterator[tuple[str, bytes]]:
    files = sources()
    for at in range(count):
        path, text = files[at % len(files)]
        mark = "//" if path.endswith(".rs") else "#"
        yield f"copy{at // len(files)}/{path}", text + f"\n{mark} file {at}\n".encode()


def pack(path: Path, count: int) -> None:
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        for name, text in copies(count):
            entry = tarfile.TarInfo(f"repository/{name}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text))


def measure(count: int, folder: Path) -> str:
    archive, database = folder / f"{count}.tgz", folder / f"{count}.db"
    pack(archive, count)
    connection = connect(database)
    started, cpu = time.perf_counter(), time.process_time()
    add_commit(connection, "head", files_of_archive(archive))
    seconds, used = time.perf_counter() - started, time.process_time() - cpu
    texts = CommitTexts(connection, "head")
    looked = [_timed(texts, lookup) for lookup in LOOKUPS for _ in range(3)]
    connection.close()
    size = sum(file.stat().st_size for file in folder.glob(f"{count}.db*"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    columns = (f"{seconds:.1f} s", f"{used:.1f} s", f"{size / 1e6:.0f} MB", f"{peak:.0f} MB")
    answers = f"{statistics.median(looked) * 1000:.0f} ms | {max(looked) * 1000:.0f} ms"
    return f"| {count:,} | {' | '.join(columns)} | {answers} |"


def _timed(texts: CommitTexts, lookup: Lookup) -> float:
    started = time.process_time()
    answer(texts, lookup)
    return time.process_time() - started


def main(arguments: Sequence[str]) -> None:
    counts = [int(word) for word in arguments] or COUNTS
    sys.stdout.write(
        "| files | time | CPU | on disk | memory | look-up | longest |\n|---|---|---|---|---|---|---|\n"
    )
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            sys.stdout.write(f"{measure(count, Path(folder))}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
