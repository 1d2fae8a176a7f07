"""The frame rate: from a number of pages on they are a class, and each gets fewer frames."""

import pytest

from server.runtime.frame_rate import AdaptiveFrameClock, FrameRate
from server.settings import Settings


def make_frame_rate(**settings: object) -> FrameRate:
    return FrameRate(Settings.model_validate({"class_size": 8, **settings}))


def connect(frame_rate: FrameRate, pages: int) -> None:
    for _ in range(pages):
        frame_rate.add_page()


def is_class(frame_rate: FrameRate) -> bool:
    return frame_rate.is_class


def test_eight_pages_are_a_class() -> None:
    few = make_frame_rate()
    connect(few, 7)
    assert not is_class(few)
    assert few.interval == 1 / 60
    few.add_page()
    assert is_class(few)
    assert few.interval == 1 / 15


def test_the_learners_of_a_cluster_are_one_class_on_whatever_host_they_are() -> None:
    here = make_frame_rate()
    connect(here, 2)
    here.share(6)
    assert is_class(here)
    here.share(3)
    assert not is_class(here)


def test_a_page_that_reconnects_does_not_end_a_class() -> None:
    many = make_frame_rate()
    connect(many, 8)
    many.remove_page()
    many.remove_page()
    assert is_class(many)
    many.remove_page()
    assert not is_class(many)
    assert many.interval == 1 / 60
    connect(many, 2)
    assert not is_class(many)
    many.add_page()
    assert is_class(many)


def test_a_class_never_gets_more_frames_than_a_single_page() -> None:
    slow = make_frame_rate(frame_rate=10, class_frame_rate=20)
    connect(slow, 8)
    assert slow.interval == 1 / 10


def test_one_page_can_be_a_class() -> None:
    alone = make_frame_rate(class_size=1)
    alone.add_page()
    assert is_class(alone)
    alone.remove_page()
    assert not is_class(alone)


def test_a_frame_clock_follows_the_frame_rate() -> None:
    pages = make_frame_rate()
    clock = AdaptiveFrameClock(pages)
    clock.mark_started(1.0)
    assert clock.interval == 1 / 60
    connect(pages, 8)
    clock.mark_started(2.0)
    assert clock.interval == 1 / 15
    assert clock.floor > 2 + 0.5 / 60
    for _ in range(8):
        pages.remove_page()
    clock.mark_started(3.0)
    assert clock.interval == 1 / 60


@pytest.mark.parametrize(
    ("packing", "address", "able", "alone", "in_class"),
    [
        ("auto", "192.168.1.7", True, False, True),
        ("auto", None, True, False, True),
        ("auto", "192.168.1.7", False, False, False),
        ("auto", "127.0.0.1", True, False, False),
        ("auto", "::1", True, False, False),
        ("auto", "::ffff:127.0.0.1", True, False, False),
        ("always", "127.0.0.1", True, True, True),
        ("always", "192.168.1.7", False, False, False),
        ("never", "192.168.1.7", True, False, False),
    ],
)
def test_which_clients_get_compressed_frames(
    packing: str, address: str | None, able: bool, alone: bool, in_class: bool
) -> None:
    pages = make_frame_rate(packing=packing)
    packs = pages.compression_for(address, able=able)
    assert packs() == alone
    connect(pages, 8)
    assert packs() == in_class
