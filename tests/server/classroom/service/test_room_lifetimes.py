"""Rooms end by the time that the server ran, and was plausibly off, whatever the clock does."""

import pytest

from server.classroom.model.room import Room
from server.classroom.service.room_lifetimes import RoomLifetimes
from server.storage.lifetimes import FIRST_REMOVAL
from tests.server.storage.test_schema import sample_room

DAY = 86_400.0
NOW = 20_000 * DAY


class Machine:
    """A machine whose wall clock may be set; `wrong` is by how much it is ahead."""

    def __init__(self, *, wrong: float = 0.0) -> None:
        self.elapsed = 0.0
        self.wrong = wrong
        self.start()

    def start(self) -> None:
        self.lifetimes = RoomLifetimes(DAY, self.clock, lambda: self.elapsed)

    def clock(self) -> float:
        return NOW + self.elapsed + self.wrong

    def open_room(self) -> Room:
        now = self.clock()
        return sample_room().model_copy(
            update={"created": now, "ends": now + DAY, "seen": now, "members": {}}
        )


@pytest.mark.parametrize("wrong", [-60 * DAY, -20_000 * DAY, 60 * DAY, 3600.0])
def test_a_clock_that_is_set_right_ends_no_room_and_keeps_its_remaining_time(wrong: float) -> None:
    machine = Machine(wrong=wrong)
    room = machine.open_room()
    machine.elapsed += 3600
    machine.wrong = 0.0
    assert machine.lifetimes.follow_wall_clock([room])
    assert not machine.lifetimes.follow_wall_clock([room])
    assert machine.lifetimes.expired([room]) == []
    assert room.ends == pytest.approx(machine.clock() + DAY - 3600)
    machine.elapsed += DAY
    assert machine.lifetimes.expired([room]) == [room]


@pytest.mark.parametrize(("wrong", "counts"), [(0.0, True), (-20_000 * DAY, False), (70 * DAY, False)])
def test_the_time_off_counts_where_it_is_plausible(wrong: float, counts: bool) -> None:
    machine = Machine()
    room = machine.open_room()
    machine.elapsed += DAY / 2
    machine.wrong = wrong
    machine.start()
    assert machine.lifetimes.set_ends([room]) is not counts
    assert room.ends == pytest.approx(machine.clock() + (DAY / 2 if counts else DAY))


def test_no_room_ends_in_the_first_minutes() -> None:
    machine = Machine()
    room = machine.open_room()
    machine.elapsed += 2 * DAY
    machine.start()
    machine.lifetimes.set_ends([room])
    assert machine.lifetimes.expired([room]) == []
    machine.elapsed += FIRST_REMOVAL
    assert machine.lifetimes.expired([room]) == [room]


def test_rooms_of_earlier_versions_and_of_wrong_clocks_end_at_some_time() -> None:
    machine = Machine()
    old = machine.open_room().model_copy(update={"seen": 0.0})
    machine.lifetimes.set_ends([old])
    assert old.ends == machine.clock() + DAY
    far = machine.open_room().model_copy(update={"ends": 1e12})
    machine.lifetimes.set_ends([far])
    assert far.ends == machine.clock() + DAY


def test_it_is_noted_now_and_then_that_a_room_is_open() -> None:
    machine = Machine()
    room = machine.open_room()
    assert not machine.lifetimes.mark_seen(room)
    machine.elapsed += 100
    assert machine.lifetimes.mark_seen(room)
    assert room.seen == machine.clock()
