import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.classroom.wall.encoding import EntryEncoder, pack, resolution_for
from server.classroom.wall.snapshot import Curve, WallConfusion, WallHeatMap, WallSnapshot
from tests.support.wall_reader import read_update

CURVE = Curve(1, (0, 0, 0), ((0.0, 0.5), (1.0, None)))


def snapshot(
    epoch: int = 1, *, generation: int = 1, heat_map: WallHeatMap | WallConfusion | None = None
) -> WallSnapshot:
    heat_map = heat_map or WallHeatMap(4, False, 0.5, bytes(16))
    return WallSnapshot(
        (0, epoch, 0),
        True,
        0.1,
        0.2,
        None,
        None,
        0.2,
        3,
        False,
        generation,
        heat_map,
        CURVE._replace(generation=generation),
    )


levels = st.binary(min_size=64, max_size=64)


@pytest.mark.medium
@given(
    st.dictionaries(st.text(min_size=1), levels | st.none(), max_size=20),
    st.floats(allow_nan=False, allow_infinity=False),
)
def test_an_update_can_be_read_back(seats: dict[str, bytes | None], loss: float) -> None:
    pictures: list[bytes] = []
    entries: list[dict[str, Any]] = []
    for seat, heat_map in seats.items():
        entries.append(
            {"seat": seat, "test_loss": loss, "picture": None if heat_map is None else len(pictures)}
        )
        if heat_map is not None:
            pictures.append(heat_map)
    read = read_update(pack(8, entries, pictures))
    assert read.resolution == 8
    assert list(read.learners.values()) == entries
    assert {seat: read.heat_map(seat) for seat in seats} == seats


def test_the_first_entry_of_a_learner_is_complete() -> None:
    pictures: list[bytes] = []
    entry = EntryEncoder().encode("ada", snapshot(), pictures)
    assert entry == {
        "seat": "ada",
        "epoch": 1,
        "train_loss": 0.1,
        "test_loss": 0.2,
        "train_accuracy": None,
        "test_accuracy": None,
        "score": 0.2,
        "counted_epochs": 3,
        "playing": True,
        "diverged": False,
        "picture": 0,
        "classes": False,
        "scale": 0.5,
        "curve": CURVE.points,
    }
    assert pictures == [bytes(16)]


def test_later_entries_leave_out_what_has_not_changed() -> None:
    encoder, pictures = EntryEncoder(), list[bytes]()
    first = snapshot()
    encoder.encode("ada", first, [])
    assert not encoder.has_changed(first)
    same_picture = first._replace(playing=False)
    assert encoder.has_changed(same_picture)
    entry = encoder.encode("ada", same_picture, pictures)
    assert entry["picture"] is None
    assert "curve" not in entry
    assert not pictures


def test_an_entry_after_a_reset_has_a_new_curve() -> None:
    encoder = EntryEncoder()
    encoder.encode("ada", snapshot(9), [])
    assert "curve" not in encoder.encode("ada", snapshot(10), [])
    assert "curve" in encoder.encode("ada", snapshot(0, generation=2), [])


def test_the_confusion_of_a_network_for_images_is_sent_when_it_changes() -> None:
    encoder, heat_maps = EntryEncoder(), list[bytes]()
    confusion = WallConfusion(4, tuple(range(100)))
    first = encoder.encode("ada", snapshot(1, heat_map=confusion), heat_maps)
    assert (first["picture"], first["confusion"]) == (None, confusion.counts)
    assert "confusion" not in encoder.encode("ada", snapshot(2, heat_map=confusion), heat_maps)
    assert not heat_maps
    plane = encoder.encode("ada", snapshot(3), heat_maps)
    assert (plane["picture"], plane["confusion"]) == (0, None)
    assert "confusion" not in encoder.encode("ada", snapshot(4), heat_maps)


@pytest.mark.parametrize(
    ("learners", "wanted", "size"), [(3, 40, 40), (80, 40, 40), (81, 40, 28), (200, 40, 28), (200, 16, 16)]
)
def test_pictures_are_smaller_in_a_large_class(learners: int, wanted: int, size: int) -> None:
    assert resolution_for(learners, wanted) == size


def test_smooth_pictures_compress_well() -> None:
    heat_map = bytes(range(40)) * 40
    assert len(pack(40, [{"seat": "ada", "picture": 0}], [heat_map])) < len(heat_map) / 5
    assert zlib.decompress(pack(40, [], []))[4:] == b'{"resolution":40,"learners":[]}'
