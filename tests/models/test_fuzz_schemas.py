"""The short form of `python -m tests.models.fuzz_schemas`."""

from pathlib import Path

from tests.models.fuzz_schemas import fuzz


async def test_no_answer_comes_out_that_does_not_fit_its_schema(tmp_path: Path) -> None:
    found = await fuzz(cases=500, real=40, seed=3, directory=tmp_path)

    assert found.total() == 500
    assert found["real valid"] > 20  # the rest is refused, or too long for its tokens
    assert found["real invalid"] <= 10
    assert min(found[f"scripted {kind}"] for kind in ("valid", "invalid", "refused", "cut")) > 0
