"""What tells the weights of models with the same name apart."""

from pathlib import Path


def file_version(path: Path) -> str:
    """The size and the date of a GGUF file; empty if it cannot be read."""
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_size} bytes of {found.st_mtime_ns}"
