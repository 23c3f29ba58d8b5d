"""What a run is to be: how many pull requests and kills, on which database, by which seed."""

from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal

Database = Literal["sqlite", "postgresql", "pgbouncer"]

WINDOW = 7  # pull requests that are in people's hands at a time

_SETTINGS = {
    "OPENAI_LOCAL": "false",
    "PRIVATE_LOCAL_ONLY": "true",
    "LLAMA_CONTEXT": "49152",
    "LLAMA_ANSWER": "8000",
    "LLAMA_THREADS": "1",
    "CONTROL_QUESTIONS": "false",
    "ATTEMPTS": "20",
    "WORKERS": "3",
    "SWEEP_MINUTES": "0.1",
    "LOG_LEVEL": "info",
}


@dataclass(frozen=True)
class Plan:
    """`url` is the database's, `gguf` the model for private code; `directory` holds all else."""

    database: Database
    url: str
    pulls: int
    kills: int
    seed: int
    directory: Path
    gguf: Path

    def random(self, whose: str) -> Random:
        """Chance of its own for each part of the run, so that one does not disturb another."""
        return Random(f"{self.seed} {whose}")

    def settings(self) -> dict[str, str]:
        """What all processes of the bot are told, besides what the stage tells them."""
        return {"DATABASE_URL": self.url, "LLAMA_MODEL": str(self.gguf), **_SETTINGS}
