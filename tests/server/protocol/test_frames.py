import math

from hypothesis import given
from hypothesis import strategies as st

from server.protocol.frames import HEADER, Flag, Header, Section, Tag, encode
from tests.server.frame_reader import read_frame

FINITE = st.floats(allow_nan=False, allow_infinity=False)
SINGLE = st.floats(width=32, allow_nan=False)


def test_the_header_has_48_bytes_at_the_documented_offsets() -> None:
    frame = encode(Header(Flag.PLAYING | Flag.DIVERGED, 5, 6, 7, 8, 0.5, 0.25, 1.0, math.nan), [])
    assert len(frame) == HEADER.size == 48
    assert frame[0] == 1
    assert frame[1] == 0b101
    assert frame[4:8] == b"\5\0\0\0"
    assert frame[8:12] == b"\6\0\0\0"
    assert frame[12:16] == b"\7\0\0\0"
    assert frame[40:44] == b"\0\0\x80\x3f"


@given(
    number=st.integers(0, 2**40),
    epoch=st.integers(0, 2**50),
    losses=st.tuples(FINITE, FINITE),
    accuracies=st.tuples(SINGLE, SINGLE),
    payloads=st.dictionaries(st.sampled_from(list(Tag)), st.binary(max_size=40)),
    section_bytes=st.tuples(*[st.integers(0, 255)] * 3),
)
def test_a_frame_survives_a_round_trip(
    number: int,
    epoch: int,
    losses: tuple[float, float],
    accuracies: tuple[float, float],
    payloads: dict[Tag, bytes],
    section_bytes: tuple[int, int, int],
) -> None:
    header = Header(Flag(0), number, number, number, epoch, *losses, *accuracies)
    frame = encode(header, [Section(tag, payload, *section_bytes) for tag, payload in payloads.items()])
    assert len(frame) % 8 == 0
    read = read_frame(frame)
    assert read.frame == read.revision == read.batch == number % 2**32
    assert (read.epoch, read.train_loss, read.test_loss) == (epoch, *losses)
    assert (read.train_accuracy, read.test_accuracy) == accuracies
    assert {tag: section.payload for tag, section in read.sections.items()} == payloads
    assert all((section.a, section.b, section.c) == section_bytes for section in read.sections.values())
