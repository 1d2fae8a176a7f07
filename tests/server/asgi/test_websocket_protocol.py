"""The frame boundaries of the websocket protocol; `tests/server/websocket` tests the rest over sockets."""

import itertools

from hypothesis import given
from hypothesis import strategies as st
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode

from server.asgi.websocket_protocol import FrameBoundary, WebSocketProtocol


def test_the_overridden_methods_exist_in_uvicorn() -> None:
    for name in (
        "data_received",
        "handle_connect",
        "handle_parser_exception",
        "send",
        "send_receive_event_to_app",
    ):
        assert name in vars(WebSocketProtocol)
        assert callable(getattr(WebSocketsSansIOProtocol, name))


def framed(payload: bytes, *, opcode: int = 1, final: bool = True) -> bytes:
    """Return a websocket frame as a client sends it, masked."""
    return Frame(Opcode(opcode), payload, final).serialize(mask=True)


@given(
    sizes=st.lists(st.sampled_from([0, 1, 5, 125, 126, 127, 300, 65_535, 65_536, 70_000]), max_size=6),
    cuts=st.lists(st.integers(0, 200_000), max_size=12),
)
def test_a_boundary_is_reached_at_the_end_of_each_frame(sizes: list[int], cuts: list[int]) -> None:
    frames = [framed(bytes(size)) for size in sizes]
    ends = {0, *itertools.accumulate(len(frame) for frame in frames)}
    data = b"".join(frames)
    boundary = FrameBoundary()
    offsets = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    for begin, end in itertools.pairwise(offsets):
        boundary.follow(data[begin:end])
        assert boundary.reached == (end in ends)
