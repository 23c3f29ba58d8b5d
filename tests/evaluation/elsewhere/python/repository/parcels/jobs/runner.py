"""Runs the jobs of config/jobs.toml that are due."""

import importlib
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any


def due(hour: int, path: Path = Path("config/jobs.toml")) -> list[Callable[..., Any]]:
    jobs = tomllib.loads(path.read_text(encoding="utf-8"))["job"]
    return [_function(job["call"]) for job in jobs if job["hour"] == hour]


def _function(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found
