"""The actor by itself: turns are called by hand, on a clock that the tests move."""

import asyncio
import json
import math
from typing import Any

import pytest

from engine.config import TrainingConfig
from server.protocol import messages as wire
from server.protocol.frames import Tag
from server.runtime import session_actor
from server.runtime.connection import Connection, IncomingMessage, Join, Leave
from server.runtime.outbox import Outbox, OutgoingBatch
from server.runtime.pacing import FrameClock
from server.runtime.session_actor import SessionActor
from server.sessions.commands import handle
from server.sessions.session import Session
from server.settings import Settings
from tests.server.frame_reader import ReadFrame, read_frame

pytestmark = pytest.mark.anyio


class Clock:
    """Stands still but for a little at every look, so that slices end."""

    def __init__(self, tick: float) -> None:
        self.now = 1000.0
        self._tick = tick

    def __call__(self) -> float:
        self.now += self._tick
        return self.now


class Room:
    """An actor with a clock and clients."""

    def __init__(
        self, *, playing: bool = False, speed: float | None = 60.0, tick: float = 4e-5, **settings: Any
    ) -> None:
        self.clock = Clock(tick)
        self.settings = Settings(**settings)
        self.retired = False
        config = TrainingConfig().changed({"hidden_layers": [2]})
        self.session = Session(config, playing=playing, speed=speed)
        self.actor = SessionActor("id", self.make, self.settings, clock=self.clock, retire=self.retire)

    def make(self) -> Session:
        return self.session

    def retire(self, _: SessionActor) -> bool:
        self.retired = True
        return True

    def join(self) -> Connection:
        outbox = Outbox(asyncio.get_running_loop(), self.clock)
        frames = FrameClock(self.settings.frame_rate)
        seat = Connection(self.actor, outbox, outbox.bind(), resumed=False, frame_clock=frames)
        self.actor.left_at = math.inf
        self.actor.put(Join(seat))
        return seat

    def leave(self, seat: Connection) -> None:
        self.actor.left_at = self.clock.now
        self.actor.put(Leave(seat))

    def say(self, seat: Connection, message: wire.AnyClientMessage) -> None:
        seat.sent += 1
        self.actor.put(IncomingMessage(seat, message))

    def turn(self, *, urgent: bool = False, queue_length: int = 0) -> float | None:
        return self.actor.turn(urgent=urgent, queue_length=queue_length)

    def run(self, seconds: float, *seats: Connection) -> list[ReadFrame]:
        """Let time pass, with a turn whenever one is due; the clients paint at once."""
        end = self.clock.now + seconds
        frames = []
        due: float | None = self.clock.now
        while due is not None and due <= end:
            self.clock.now = max(self.clock.now, due)
            due = self.turn()
            for seat in seats:
                frames += painted(seat)
        self.clock.now = max(end, self.clock.now)
        return frames


def painted(seat: Connection) -> list[ReadFrame]:
    mail, _ = seat.outbox.take_batch()
    if mail.frame is None:
        return []
    frame = read_frame(mail.frame)
    seat.outbox.acknowledge(frame.frame)
    return [frame]


def kinds(mail: OutgoingBatch) -> list[str]:
    return [json.loads(text)["type"] for text in mail.messages]


async def test_a_client_is_welcomed_then_told_the_state_then_shown_a_frame() -> None:
    room = Room()
    seat = room.join()
    assert room.turn(urgent=True) is None
    mail, _ = seat.outbox.take_batch()
    assert kinds(mail) == ["welcome", "state"]
    assert mail.frame is not None
    assert Tag.POINTS in read_frame(mail.frame).tags


async def test_at_60_a_second_every_frame_shows_the_next_epoch() -> None:
    room = Room(playing=True, speed=60)
    seat = room.join()
    frames = room.run(2, seat)
    epochs = [frame.epoch for frame in frames]
    assert epochs == sorted(set(epochs))
    assert len(frames) == pytest.approx(121, abs=3)
    assert epochs[-1] == pytest.approx(121, abs=3)


async def test_at_7_a_second_every_epoch_has_its_frame() -> None:
    room = Room(playing=True, speed=7)
    seat = room.join()
    frames = room.run(3, seat)
    assert [frame.epoch for frame in frames] == list(range(1, len(frames) + 1))
    assert frames[-1].epoch == pytest.approx(22, abs=1)


async def test_at_top_speed_frames_come_at_the_rate_and_turns_are_short() -> None:
    room = Room(playing=True, speed=None, frame_rate=30, tick=1.5e-4)
    seat = room.join()
    frames = room.run(0.5, seat)
    assert len(frames) == pytest.approx(16, abs=2)
    started = room.clock.now
    room.turn()
    assert room.clock.now - started < 2 * room.settings.slice
    room.turn(queue_length=100)
    assert frames[-1].epoch > 50


async def test_a_hurried_turn_answers_and_leaves_the_training_to_its_turn_in_line() -> None:
    room = Room(playing=True, speed=None, tick=1.5e-4)
    seat = room.join()
    room.run(0.1, seat)
    epoch = room.session.trainer.epoch
    room.say(seat, wire.Watch(layer=1, neuron=0))
    due = room.turn(urgent=True)
    assert due is not None
    assert due <= room.clock.now
    assert room.session.trainer.epoch == epoch
    mail, _ = seat.outbox.take_batch()
    assert kinds(mail) == ["state"]
    assert mail.frame is not None
    assert read_frame(mail.frame).sections[Tag.FINE].a == 1


async def test_a_message_is_followed_by_a_frame_before_the_frame_clock_is_due() -> None:
    room = Room(frame_rate=1)
    seat = room.join()
    room.turn(urgent=True)
    painted(seat)
    for value in (0.1, 0.2, 0.3):
        room.say(seat, wire.EditBias(layer=1, neuron=0, value=value))
        (frame,) = room.run(0.51, seat)
        assert frame.sections[Tag.PARAMETERS].values[4] == pytest.approx(value)


async def test_messages_without_pause_bring_twice_the_frame_rate_at_most() -> None:
    room = Room(frame_rate=60)
    seat = room.join()
    frames = 0
    for number in range(1000):
        room.say(seat, wire.Watch(layer=1, neuron=number % 2))
        frames += len(room.run(0.001, seat))
    assert frames == pytest.approx(120, abs=12)


async def test_costly_frames_take_a_fifth_of_the_time_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room(playing=True, speed=60)
    seat = room.join()
    make = room.session.frame

    def frame(view: Any, number: int) -> bytes:
        room.clock.now += 0.1
        return make(view, number)

    monkeypatch.setattr(room.session, "frame", frame)
    assert len(room.run(5, seat)) == pytest.approx(10, abs=1)


async def test_a_frame_that_waits_is_replaced_and_its_history_not_lost() -> None:
    room = Room()
    seat = room.join()
    room.run(0, seat)
    room.say(seat, wire.Step(unit="epoch", count=2))
    room.run(0.1)
    room.say(seat, wire.Step(unit="epoch", count=3))
    room.run(0.1)
    (frame,) = painted(seat)
    assert frame.epoch == 5
    assert [point[0] for point in frame.sections[Tag.HISTORY].values] == [1, 2, 3, 4, 5]


async def test_no_frame_older_than_the_state_follows_it() -> None:
    room = Room()
    seat = room.join()
    room.turn(urgent=True)
    room.say(seat, wire.Configure(changes={"hidden_layers": [3]}))
    room.run(0.02)
    mail, _ = seat.outbox.take_batch()
    states = [json.loads(text) for text in mail.messages if '"state"' in text]
    assert mail.frame is not None
    frame = read_frame(mail.frame)
    assert frame.revision == states[-1]["revision"] == room.session.revision
    assert {Tag.POINTS, Tag.INPUTS} <= frame.tags, "the first frame was taken back, so this is the first"


async def test_a_client_that_does_not_paint_gets_two_frames_and_costs_no_turns() -> None:
    room = Room()
    seat = room.join()
    room.run(0, seat)
    for number in range(5):
        room.say(seat, wire.EditBias(layer=1, neuron=0, value=number / 10))
        room.run(0.02)
        seat.outbox.take_batch()
    assert seat.outbox.last_sent == 3
    assert room.turn() is None, "nothing to do until the page paints"
    assert seat.outbox.acknowledge(3) is True
    (frame,) = room.run(0.02, seat)
    assert frame.sections[Tag.PARAMETERS].values[4] == pytest.approx(0.4)


async def test_hidden_pages_get_no_frames_and_training_goes_on() -> None:
    room = Room(playing=True, speed=60)
    seat = room.join()
    room.run(0.1, seat)
    room.say(seat, wire.Visible(visible=False))
    assert room.run(1, seat) == []
    assert room.session.trainer.epoch > 50
    room.say(seat, wire.Visible(visible=True))
    assert room.run(0.01, seat)[0].epoch > 50


async def test_training_pauses_some_time_after_the_last_client_left_and_goes_on_with_the_next() -> None:
    room = Room(playing=True, speed=10, pause_after=2, session_lifetime=100)
    seat = room.join()
    room.run(1, seat)
    room.leave(seat)
    room.run(50)
    epoch = room.session.trainer.epoch
    assert epoch == pytest.approx(30, abs=2)
    assert room.session.playing
    assert not room.retired
    back = room.join()
    assert room.run(1, back)[-1].epoch == pytest.approx(epoch + 10, abs=2)


async def test_a_session_that_was_replaced_pauses_at_once() -> None:
    room = Room(playing=True, speed=None, pause_after=10, session_lifetime=100)
    seat = room.join()
    room.run(0.1, seat)
    room.actor.replaced = True
    room.leave(seat)
    room.turn(urgent=True)
    epoch = room.session.trainer.epoch
    due = room.turn()
    assert room.session.trainer.epoch == epoch
    assert due is not None
    assert due > room.clock.now + 90
    assert room.session.playing


async def test_an_open_waits_to_be_handled_like_any_message() -> None:
    room = Room()
    seat = room.join()
    assert (seat.pending, seat.opened) == (1, False)
    room.turn(urgent=True)
    assert (seat.pending, seat.opened) == (0, True)


async def test_a_session_that_nobody_returns_to_retires() -> None:
    room = Room(pause_after=1, session_lifetime=5)
    seat = room.join()
    room.turn()
    room.leave(seat)
    due = room.turn()
    assert due is not None
    assert due == pytest.approx(room.clock.now + 5, abs=0.1)
    room.clock.now = due
    assert room.turn() is None
    assert room.retired


async def test_long_steps_are_done_in_slices() -> None:
    room = Room()
    seat = room.join()
    room.run(0, seat)
    room.say(seat, wire.Step(unit="batch", count=1000))
    first = room.turn(urgent=True)
    assert first is not None
    assert first <= room.clock.now
    assert room.session.work is not None
    room.say(seat, wire.Pause())
    room.turn(urgent=True)
    assert room.session.work is None


async def test_steps_wait_while_nobody_is_there_and_go_on_with_the_next() -> None:
    room = Room(pause_after=0.01, session_lifetime=100)
    seat = room.join()
    room.run(0, seat)
    room.say(seat, wire.Step(unit="batch", count=1000))
    room.turn(urgent=True)
    room.leave(seat)
    room.turn(urgent=True)
    room.clock.now += 0.02
    epoch = room.session.trainer.epoch
    due = room.turn()
    assert room.session.trainer.epoch == epoch < 40
    assert due is not None
    assert due > room.clock.now + 90, "it must not spin"
    assert room.run(1, room.join())[-1].epoch == 40


async def test_losses_of_fast_trainings_are_kept_at_a_stride(monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room(playing=True, speed=None)
    seat = room.join()
    strides = set()

    def train(limit: float, stop: Any, *, stride: int = 1, by_batch: bool = False) -> int:
        assert limit == math.inf
        assert by_batch or not stop()
        strides.add(stride)
        room.clock.now += 0.004
        return 400

    monkeypatch.setattr(room.session, "train", train)
    room.run(2, seat)
    assert max(strides) == 64, "100,000 a second are 1,667 a frame: some 48 of them are kept"


async def test_epochs_wait_a_little_for_the_frame_that_is_to_show_them() -> None:
    room = Room(playing=True, frame_rate=30)
    seat = room.join()
    room.run(1, seat)
    turns = []
    turn = room.actor.turn

    def counted(*, urgent: bool, queue_length: int) -> float | None:
        turns.append(room.clock.now)
        return turn(urgent=urgent, queue_length=queue_length)

    room.actor.turn = counted  # type: ignore[method-assign]
    before = room.session.trainer.epoch
    frames = room.run(4, seat)
    assert len(frames) == pytest.approx(120, abs=3)
    assert len(turns) <= len(frames) + 5
    assert room.session.trainer.epoch - before == pytest.approx(240, abs=5)


async def test_epochs_that_take_long_are_done_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.training.trainer.Trainer.is_fast", False)  # as without compiled code
    room = Room(playing=True, speed=None, slice=0.001)
    handle(room.session, room.session.attach()[0], wire.Configure(changes={"batch_size": 1}))
    room.join()
    room.turn()
    assert 0 < room.session.trainer.batch < 250


async def test_a_message_that_fails_answers_internal_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    room = Room(playing=True)
    seat = room.join()
    room.run(0.1, seat)

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(session_actor, "handle", fail)
        room.say(seat, wire.Play(ref=7))
        room.turn(urgent=True)
    (text,) = seat.outbox.take_batch()[0].messages
    assert (json.loads(text)["code"], json.loads(text)["ref"]) == ("internal", 7)
    assert seat.pending == 0
    assert "a message failed" in caplog.text
    assert room.run(0.2, seat)


@pytest.mark.parametrize("what", ["train", "frame"])
async def test_training_or_drawing_that_fails_stands_still_until_the_next_message(
    what: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    room = Room(playing=True)
    seat = room.join()
    room.run(0.1, seat)

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(room.session, what, fail)
        room.run(1)
    told = [json.loads(text) for text in seat.outbox.take_batch()[0].messages]
    assert [message["type"] for message in told] == ["state", "error"]
    assert (told[0]["playing"], told[1]["code"]) == (False, "internal")
    assert caplog.text.count("training or drawing failed") == 1
    room.say(seat, wire.Play())
    assert room.run(0.5, seat)[-1].epoch > 10


async def test_a_session_that_cannot_be_made_is_an_internal_error(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> Session:
        raise ZeroDivisionError

    room = Room()
    seat = room.join()
    room.actor.create = fail
    assert room.turn() is None
    room.say(seat, wire.Play(ref=3))
    room.turn()
    messages = [json.loads(text) for text in seat.outbox.take_batch()[0].messages]
    assert [(message["code"], message["ref"]) for message in messages] == [
        ("internal", None),
        ("not_open", 3),
    ]
    assert room.retired
    assert "a message failed" in caplog.text


async def test_many_messages_are_handled_a_handful_at_a_time() -> None:
    room = Room()
    seat = room.join()
    room.turn()
    for _ in range(40):
        room.say(seat, wire.Pause())
    due = room.turn(urgent=True)
    assert due is not None
    assert seat.pending > 0
    room.run(0.1)
    assert seat.pending == 0
