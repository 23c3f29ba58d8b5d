"""SmolLM2-135M-Instruct: a real model that is too small to review, from its wheel."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
SMOLLM2 = ROOT / ".cache" / "smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf"
