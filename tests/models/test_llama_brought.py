"""Models that guests bring along, on a real llama.cpp: each has a file and a process, gone when given up."""

import json
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.core.errors import NNError
from bot.models.llama.backend import MOST_BROUGHT, LlamaBackend, NamedGraph
from bot.models.llama.gguf import Gguf
from tests.gguf_models import make_model


@pytest.fixture(scope="module")
def backend(tiny: Path) -> Iterator[LlamaBackend]:
    running = LlamaBackend({"tiny": Gguf(tiny, context=4096)})
    yield running
    running.close()


@pytest.fixture(scope="module")
def contents(tiny: Path) -> bytes:
    return tiny.read_bytes()


def said(graph: NamedGraph, **inputs: bytes) -> tuple[str, dict[str, Any]]:
    outputs = graph.compute(inputs or {"prompt": b"the inner"}, time.monotonic() + 60)
    return outputs["text"].decode(), json.loads(outputs["metadata"])


def test_it_answers_as_the_operator_s_does(backend: LlamaBackend, contents: bytes) -> None:
    config = b'{"n-predict": 12}'
    graph = backend.bring(contents, config)
    try:
        text, metadata = said(graph)

        assert (text, 12) == (said(backend.load("tiny", config))[0], metadata["output_tokens"])
        assert metadata["model"] == "brought"
    finally:
        graph.close()


def test_its_context_is_what_it_asks_for(backend: LlamaBackend, contents: bytes) -> None:
    graph = backend.bring(contents, b'{"ctx-size": 512, "threads": 1, "n-gpu-layers": 0}')
    try:
        with pytest.raises(NNError) as caught:
            said(graph, prompt=b"x" * 600)
    finally:
        graph.close()

    assert caught.value.code == "too-large"
    assert "512" in str(caught.value)


def test_file_and_process_are_private_and_go_with_the_graph(backend: LlamaBackend, contents: bytes) -> None:
    graph = backend.bring(contents)
    path, pid = graph._supervisor._gguf.path, graph._supervisor.pid

    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert pid

    graph.close()
    graph.close()

    assert not path.parent.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_it_cannot_be_had_by_name(backend: LlamaBackend, contents: bytes) -> None:
    graph = backend.bring(contents)
    try:
        with pytest.raises(NNError, match="there is no model named 'brought'; known models: tiny"):
            backend.load("brought")
    finally:
        graph.close()


def test_so_many_are_held_at_the_same_time(backend: LlamaBackend, contents: bytes) -> None:
    held = [backend.bring(contents, b'{"ctx-size": 256}') for _ in range(MOST_BROUGHT)]
    try:
        with pytest.raises(NNError, match="drop one") as caught:
            backend.bring(contents)
        assert caught.value.code == "too-large"
    finally:
        for graph in held:
            graph.close()

    backend.bring(contents).close()


def test_what_is_left_ends_with_the_backend(tiny: Path) -> None:
    backend = LlamaBackend({})
    pid = backend.bring(tiny.read_bytes())._supervisor.pid
    assert pid

    backend.close()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def broken(tmp_path: Path) -> list[bytes]:
    whole = make_model(tmp_path / "whole.gguf").read_bytes()
    return [b"GGUF", b"GGUF" + bytes(range(256)), whole[: len(whole) // 2]]


@pytest.mark.parametrize("number", range(3))
def test_one_that_is_broken_is_refused_without_a_word_on_where_it_lay(number: int, tmp_path: Path) -> None:
    backend = LlamaBackend({})

    with pytest.raises(NNError, match="the guest's own model cannot be loaded: ") as caught:
        backend.bring(broken(tmp_path)[number])

    assert "review-bot-" not in str(caught.value)
    assert "LLAMA_MODEL" not in str(caught.value)
    assert not backend._brought


def test_one_that_kills_its_process_harms_nobody(
    backend: LlamaBackend, tmp_path: Path, contents: bytes
) -> None:
    hostile = make_model(tmp_path / "hostile.gguf", layers=0).read_bytes()

    with pytest.raises(NNError, match="the guest's own model") as caught:
        backend.bring(hostile)

    assert "review-bot-" not in str(caught.value)
    assert said(backend.load("tiny", b'{"n-predict": 3}'))[1]["output_tokens"] == 3


def test_a_prompt_is_gone_on_from_and_its_special_tokens_are_those(backend: LlamaBackend) -> None:
    graph = backend.load("tiny", b'{"n-predict": 4}')

    _, plain = said(graph, prompt=b"abc")
    _, special = said(graph, prompt=b"<|im_start|>abc")
    chat_text, _ = said(graph, messages=b'[{"role": "user", "content": "abc"}]')
    written = b"<|im_start|>user\nabc<|im_end|>\n<|im_start|>assistant\n"

    assert special["input_tokens"] == plain["input_tokens"] + 1
    assert said(graph, **{"0": written, "1": b'{"n-predict": 4}'})[0] == chat_text
