"""A client that decodes compressed frames has the right sections, even if some frames never arrive."""

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.protocol.frame_compression import MIN_COMPRESSED_BYTES, FrameCompressor, difference_bases
from server.protocol.frames import HEADER, Flag, Header, Packing, Section, Tag, encode
from server.sessions.client_view import ClientView, DeliveredState
from tests.server.frame_reader import ReadSection, read_frame

HEAD = Header(Flag.PLAYING, 1, 2, 3, 4, 0.5, 0.25, 1.0, 0.5)

payloads = st.integers(1, 40).flatmap(lambda size: st.binary(min_size=16 * size, max_size=16 * size))
sections = st.dictionaries(
    st.sampled_from(list(Tag)),
    st.tuples(payloads, st.integers(0, 1), st.integers(0, 1), st.integers(0, 2)),
    max_size=7,
)
steps = st.lists(
    st.tuples(sections, st.sampled_from(["delivered", "retracted", "uncompressed"])), max_size=12
)


def grid(seed: int) -> bytes:
    return np.random.default_rng(seed).integers(0, 256, 400, np.uint8).tobytes()


@pytest.mark.medium
@given(steps)
def test_a_client_decodes_what_an_uncompressed_frame_contains(
    steps: list[tuple[dict[Tag, tuple[bytes, int, int, int]], str]],
) -> None:
    compressor, view = FrameCompressor(), ClientView(watch=(3, 0))
    known: dict[int, ReadSection] = {}
    for content, fate in steps:
        current = [Section(tag, *rest) for tag, rest in content.items()]
        plain = encode(HEAD, current)
        if fate == "uncompressed":
            view.record_delivery(DeliveredState())
            frame = plain
        else:
            frame = compressor.compress(HEAD, current, view.delivered.sections)
            view.record_delivery(DeliveredState(sections=difference_bases(view.delivered.sections, current)))
        if fate == "retracted":
            view.retract()
            continue
        assert read_frame(frame, known) == read_frame(plain, {})


def test_an_unchanged_section_takes_few_bytes() -> None:
    preview = Section(Tag.PREVIEW, grid(1), c=20)
    compressor = FrameCompressor()
    first = compressor.compress(HEAD, [preview], {})
    again = compressor.compress(HEAD, [preview], difference_bases({}, [preview]))
    assert len(first) > 400
    assert len(again) < HEADER.size + 40


def test_a_section_of_another_node_or_size_is_no_difference() -> None:
    bases = difference_bases({}, [Section(Tag.DETAIL, grid(1), 1, 0, 10)])
    for other in (Section(Tag.DETAIL, grid(2), 1, 1, 10), Section(Tag.DETAIL, grid(2)[:396], 1, 0, 10)):
        assert read_frame(FrameCompressor().compress(HEAD, [other], bases)).tags == {Tag.DETAIL}


def test_points_inputs_and_history_are_never_differences() -> None:
    history = Section(Tag.HISTORY, grid(3))
    assert not difference_bases({}, [history, Section(Tag.POINTS, grid(3)), Section(Tag.INPUTS, grid(3))])


def test_the_header_is_not_compressed() -> None:
    frame = FrameCompressor().compress(HEAD, [Section(Tag.PREVIEW, grid(1), c=20)], {})
    plain = encode(HEAD, [])
    assert frame[:2] == plain[:2]
    assert frame[2:4] == bytes([Packing.ZLIB, 0])
    assert frame[4 : HEADER.size] == plain[4:]
    assert zlib.decompress(frame[HEADER.size :])[:1] == bytes([Tag.PREVIEW])


def test_small_frames_are_not_compressed() -> None:
    small = Section(Tag.PARAMETERS, bytes(MIN_COMPRESSED_BYTES - 16))
    assert FrameCompressor().compress(HEAD, [small], {}) == encode(HEAD, [small])


def test_views_with_equal_sections_share_the_compression() -> None:
    compressor = FrameCompressor()
    preview = Section(Tag.PREVIEW, grid(1), c=20)
    one = compressor.compress(HEAD, [preview], {})
    other = compressor.compress(HEAD._replace(frame=9), [preview], {})
    assert one[HEADER.size :] == other[HEADER.size :]
    assert read_frame(other).frame == 9
