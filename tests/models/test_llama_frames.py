"""What parent and child say to each other arrives whole, or not at all."""

import socket
import struct
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models.llama import frames
from bot.models.llama.frames import Frames

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3),
)


def _pair() -> tuple[Frames, socket.socket]:
    ours, theirs = socket.socketpair()
    return Frames(ours), theirs


@given(st.lists(st.dictionaries(st.text(max_size=5), JSON, max_size=3), max_size=5))
def test_frames_arrive_as_they_were_sent(sent: list[dict[str, object]]) -> None:
    ours, theirs = _pair()
    other = Frames(theirs)
    for frame in sent:
        ours.send(frame)
    ours.close()

    received = [other.receive() for _ in range(len(sent) + 1)]
    other.close()

    assert received == [*sent, None]


def test_frames_of_many_threads_are_not_mixed() -> None:
    ours, theirs = _pair()
    other = Frames(theirs)
    texts = [letter * 300_000 for letter in "abcdef"]
    threads = [threading.Thread(target=ours.send, args=({"text": text},)) for text in texts]
    for thread in threads:
        thread.start()

    received = [(other.receive() or {})["text"] for _ in texts]

    assert sorted(received) == texts
    ours.close()
    other.close()


@pytest.mark.parametrize("cut", [1, 4, 7])
def test_half_a_frame_is_none(cut: int) -> None:
    ours, theirs = _pair()
    theirs.sendall((struct.pack("!I", 9) + b'{"a": 12}')[:cut])
    theirs.close()

    assert ours.receive() is None
    ours.close()


def test_nonsense_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "MOST_BYTES", 100)
    ours, theirs = _pair()
    theirs.sendall(struct.pack("!I", 101))

    with pytest.raises(ValueError, match="too large"):
        ours.receive()
    with pytest.raises(ValueError, match="too large"):
        ours.send({"text": "x" * 100})
    ours.close()
    theirs.close()


def test_hanging_up_wakes_who_listens() -> None:
    ours, theirs = _pair()
    heard: list[object] = []
    thread = threading.Thread(target=lambda: heard.append(ours.receive()))
    thread.start()
    ours.hang_up()
    thread.join(10)

    assert heard == [None]
    ours.close()
    theirs.close()
