"""Whatever is packed, and whichever frames never arrive, the client ends with the pictures as they are."""

import zlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from server.protocol.frame_compression import SMALLEST, FrameCompressor, kept
from server.protocol.frames import HEADER, Flag, Header, Packing, Section, Tag, encode
from server.sessions.client_view import ClientView, DeliveredState
from tests.server.frame_reader import ReadSection, read_frame

HEAD = Header(Flag.PLAYING, 1, 2, 3, 4, 0.5, 0.25, 1.0, 0.5)

payloads = st.integers(1, 40).flatmap(lambda size: st.binary(min_size=16 * size, max_size=16 * size))
sections = st.dictionaries(
    st.sampled_from(list(Tag)), st.tuples(payloads, st.integers(0, 1), st.integers(0, 1), st.integers(0, 2))
)
steps = st.lists(st.tuples(sections, st.sampled_from(["arrives", "is taken back", "is plain"])), max_size=12)


def grid(seed: int) -> bytes:
    return np.random.default_rng(seed).integers(0, 256, 400, np.uint8).tobytes()


@given(steps)
def test_a_client_reads_what_a_plain_frame_would_say(
    steps: list[tuple[dict[Tag, tuple[bytes, int, int, int]], str]],
) -> None:
    packer, view = FrameCompressor(), ClientView(watch=(3, 0))
    known: dict[int, ReadSection] = {}
    for content, fate in steps:
        whole = [Section(tag, *rest) for tag, rest in content.items()]
        plain = encode(HEAD, whole)
        if fate == "is plain":
            view.deliver(DeliveredState())
            frame = plain
        else:
            frame = packer.pack(HEAD, whole, view.delivered.sections)
            view.deliver(DeliveredState(sections=kept(view.delivered.sections, whole)))
        if fate == "is taken back":
            view.retract()
        else:
            assert read_frame(frame, known) == read_frame(plain, {})


def test_what_stayed_the_same_takes_next_to_nothing() -> None:
    coarse = Section(Tag.COARSE, grid(1), c=20)
    packer = FrameCompressor()
    first = packer.pack(HEAD, [coarse], {})
    again = packer.pack(HEAD, [coarse], kept({}, [coarse]))
    assert len(first) > 400
    assert len(again) < HEADER.size + 40


def test_another_node_or_size_comes_whole() -> None:
    before = kept({}, [Section(Tag.FINE, grid(1), 1, 0, 10)])
    for other in (Section(Tag.FINE, grid(2), 1, 1, 10), Section(Tag.FINE, grid(2)[:396], 1, 0, 10)):
        assert read_frame(FrameCompressor().pack(HEAD, [other], before)).tags == {Tag.FINE}


def test_points_and_losses_come_whole() -> None:
    history = Section(Tag.HISTORY, grid(3))
    assert not kept({}, [history, Section(Tag.POINTS, grid(3)), Section(Tag.INPUTS, grid(3))])


def test_the_header_stays_readable() -> None:
    frame = FrameCompressor().pack(HEAD, [Section(Tag.COARSE, grid(1), c=20)], {})
    plain = encode(HEAD, [])
    assert frame[:2] == plain[:2]
    assert frame[2:4] == bytes([Packing.ZLIB, 0])
    assert frame[4 : HEADER.size] == plain[4:]
    assert zlib.decompress(frame[HEADER.size :])[:1] == bytes([Tag.COARSE])


def test_little_is_not_worth_packing() -> None:
    little = Section(Tag.PARAMETERS, bytes(SMALLEST - 16))
    assert FrameCompressor().pack(HEAD, [little], {}) == encode(HEAD, [little])


def test_views_with_the_same_share_the_packing() -> None:
    packer = FrameCompressor()
    coarse = Section(Tag.COARSE, grid(1), c=20)
    one = packer.pack(HEAD, [coarse], {})
    other = packer.pack(HEAD._replace(frame=9), [coarse], {})
    assert one[HEADER.size :] == other[HEADER.size :]
    assert read_frame(other).frame == 9
