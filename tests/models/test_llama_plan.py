"""How many questions at the same time: as many as cores keep busy and memory has room for."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import available_memory
from bot.models.llama.header import Header
from bot.models.llama.plan import BATCH, EMBEDDED, MOST_SLOTS, LoadOptions, Machine, plan

GIB = 1024**3
# As a model of seven billion parameters in five bits has it.
SEVEN = Header(size=5 * GIB, train_context=32_768, layers=28, kv_bytes=57_344, pooling=False)

HEADERS = st.none() | st.builds(
    Header,
    size=st.integers(24, 2**42),
    train_context=st.integers(0, 2**31 - 1),
    layers=st.integers(0, 4096),
    kv_bytes=st.integers(0, 2**40),
    pooling=st.booleans(),
)
WISHES = st.builds(
    LoadOptions, st.integers(1, 2**20), st.integers(0, MOST_SLOTS), st.integers(0, 512), st.booleans()
)
MACHINES = st.builds(Machine, st.integers(1, 1024), st.none() | st.integers(0, 2**45))


@pytest.mark.parametrize(
    ("cores", "gib", "slots", "tight"),
    [(2, 16, 1, False), (8, 16, 4, False), (8, 7, 3, False), (64, 64, 16, False), (8, 4, 1, True)],
)
def test_the_scarcer_of_cores_and_memory_decides(cores: int, gib: int, slots: int, tight: bool) -> None:
    chosen = plan(LoadOptions(8192), Machine(cores, gib * GIB), SEVEN)

    assert (chosen.slots, chosen.tight) == (slots, tight)
    assert f"{cores} cores" in chosen.why
    assert "448 MiB each beside a model of 5120 MiB" in chosen.why


def test_what_is_configured_is_done_but_told_when_it_is_too_much() -> None:
    chosen = plan(LoadOptions(8192, slots=6, threads=3), Machine(8, 7 * GIB), SEVEN)

    assert (chosen.slots, chosen.threads, chosen.tight) == (6, 3, True)
    assert "LLAMA_SLOTS is 6" in chosen.why


def test_a_slow_machine_looks_up_more_often() -> None:
    assert plan(LoadOptions(8192), Machine(2, None), None).batch == 64
    assert plan(LoadOptions(8192), Machine(16, None), None).batch == BATCH
    assert plan(LoadOptions(8192, embedding=True), Machine(2, None), None).batch == EMBEDDED


@pytest.mark.parametrize(
    ("megabytes", "cores", "batch"), [(79, 2, 256), (313, 2, 128), (5120, 2, 64), (5120, 5, 256)]
)
def test_a_quick_model_reads_more_at_a_time(megabytes: int, cores: int, batch: int) -> None:
    header = replace(SEVEN, size=megabytes * 1_000_000)

    assert batch == plan(LoadOptions(8192), Machine(cores, None), header).batch


@given(WISHES, MACHINES, HEADERS)
def test_there_is_always_a_plan(load_options: LoadOptions, machine: Machine, header: Header | None) -> None:
    chosen = plan(load_options, machine, header)

    assert 1 <= chosen.slots <= MOST_SLOTS
    assert 1 <= chosen.context <= load_options.context
    assert chosen.threads >= 1
    assert chosen.slots == load_options.slots or not load_options.slots
    assert chosen.slots <= chosen.batch
    assert machine.cores in range(2) or load_options.threads or chosen.threads < machine.cores


@given(WISHES, MACHINES, st.integers(0, 2**40), HEADERS)
def test_more_memory_never_means_fewer_slots(
    load_options: LoadOptions, machine: Machine, more: int, header: Header | None
) -> None:
    if machine.memory is None:
        return
    larger = Machine(machine.cores, machine.memory + more)

    assert plan(load_options, machine, header).slots <= plan(load_options, larger, header).slots


@given(WISHES, MACHINES, HEADERS)
def test_what_is_chosen_fits(load_options: LoadOptions, machine: Machine, header: Header | None) -> None:
    chosen = plan(load_options, machine, header)

    if header and machine.memory is not None and not chosen.tight:
        assert header.kv_bytes == 0 or (
            header.size + chosen.slots * chosen.context * header.kv_bytes <= machine.memory
        )


def test_a_container_has_less_memory_than_the_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    meminfo = tmp_path / "meminfo"
    monkeypatch.setattr(available_memory, "_MEMINFO", meminfo)
    monkeypatch.setattr(available_memory, "_GROUP", tmp_path)
    assert available_memory.free() is None

    meminfo.write_text("MemTotal: 9000 kB\nMemAvailable:    8000 kB\nHugePages_Total: 0\n")
    (tmp_path / "memory.max").write_text("max\n")
    assert available_memory.free() == 8000 * 1024
    assert available_memory.whole() > 100_000_000

    (tmp_path / "memory.max").write_text("5000000\n")
    (tmp_path / "memory.current").write_text("4000000\n")
    (tmp_path / "memory.stat").write_text("anon 1000000\ninactive_file 2500000\n")
    assert available_memory.free() == 3_500_000
    assert available_memory.whole() == 5_000_000
