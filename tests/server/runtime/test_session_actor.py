"""The session actor without a scheduler: the tests call its turns and set its clock."""

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
    """A clock that advances by one tick at each reading, so that time slices end."""

    def __init__(self, tick: float) -> None:
        self.now = 1000.0
        self._tick = tick

    def __call__(self) -> float:
        self.now += self._tick
        return self.now


class ActorHarness:
    """An actor with a clock, a session and clients."""

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
        connection = Connection(self.actor, outbox, outbox.bind(), resumed=False, frame_clock=frames)
        self.actor.left_at = math.inf
        self.actor.put(Join(connection))
        return connection

    def leave(self, connection: Connection) -> None:
        self.actor.left_at = self.clock.now
        self.actor.put(Leave(connection))

    def say(self, connection: Connection, message: wire.AnyClientMessage) -> None:
        connection.sent += 1
        self.actor.put(IncomingMessage(connection, message))

    def turn(self, *, urgent: bool = False, queue_length: int = 0) -> float | None:
        return self.actor.turn(urgent=urgent, queue_length=queue_length)

    def run(self, seconds: float, *connections: Connection) -> list[ReadFrame]:
        """Advance the clock, with a turn whenever one is due; return all frames, acknowledged at once."""
        end = self.clock.now + seconds
        frames = []
        due: float | None = self.clock.now
        while due is not None and due <= end:
            self.clock.now = max(self.clock.now, due)
            due = self.turn()
            for connection in connections:
                frames += take_frame(connection)
        self.clock.now = max(end, self.clock.now)
        return frames


def take_frame(connection: Connection) -> list[ReadFrame]:
    """Take and acknowledge the frame of a connection; return it in a list, empty if there is none."""
    batch, _ = connection.outbox.take_batch()
    if batch.frame is None:
        return []
    frame = read_frame(batch.frame)
    connection.outbox.acknowledge(frame.frame)
    return [frame]


def message_types(batch: OutgoingBatch) -> list[str]:
    """Return the types of the messages of a batch."""
    return [json.loads(text)["type"] for text in batch.messages]


async def test_a_client_gets_welcome_then_state_then_a_frame() -> None:
    harness = ActorHarness()
    connection = harness.join()
    assert harness.turn(urgent=True) is None
    batch, _ = connection.outbox.take_batch()
    assert message_types(batch) == ["welcome", "state"]
    assert batch.frame is not None
    assert Tag.POINTS in read_frame(batch.frame).tags


async def test_at_60_epochs_a_second_every_frame_shows_the_next_epoch() -> None:
    harness = ActorHarness(playing=True, speed=60)
    connection = harness.join()
    frames = harness.run(2, connection)
    epochs = [frame.epoch for frame in frames]
    assert epochs == sorted(set(epochs))
    assert len(frames) == pytest.approx(121, abs=3)
    assert epochs[-1] == pytest.approx(121, abs=3)


async def test_at_7_epochs_a_second_every_epoch_has_a_frame() -> None:
    harness = ActorHarness(playing=True, speed=7)
    connection = harness.join()
    frames = harness.run(3, connection)
    assert [frame.epoch for frame in frames] == list(range(1, len(frames) + 1))
    assert frames[-1].epoch == pytest.approx(22, abs=1)


async def test_at_unlimited_speed_frames_come_at_the_frame_rate_and_turns_are_short() -> None:
    harness = ActorHarness(playing=True, speed=None, frame_rate=30, tick=1.5e-4)
    connection = harness.join()
    frames = harness.run(0.5, connection)
    assert len(frames) == pytest.approx(16, abs=2)
    started = harness.clock.now
    harness.turn()
    assert harness.clock.now - started < 2 * harness.settings.slice
    harness.turn(queue_length=100)
    assert frames[-1].epoch > 50


async def test_an_urgent_turn_answers_messages_and_does_not_train() -> None:
    harness = ActorHarness(playing=True, speed=None, tick=1.5e-4)
    connection = harness.join()
    harness.run(0.1, connection)
    epoch = harness.session.trainer.epoch
    harness.say(connection, wire.Watch(layer=1, neuron=0))
    due = harness.turn(urgent=True)
    assert due is not None
    assert due <= harness.clock.now
    assert harness.session.trainer.epoch == epoch
    batch, _ = connection.outbox.take_batch()
    assert message_types(batch) == ["state"]
    assert batch.frame is not None
    assert read_frame(batch.frame).sections[Tag.DETAIL].a == 1


async def test_a_message_is_followed_by_a_frame_before_the_frame_clock_is_due() -> None:
    harness = ActorHarness(frame_rate=1)
    connection = harness.join()
    harness.turn(urgent=True)
    take_frame(connection)
    for value in (0.1, 0.2, 0.3):
        harness.say(connection, wire.EditBias(layer=1, neuron=0, value=value))
        (frame,) = harness.run(0.51, connection)
        assert frame.sections[Tag.PARAMETERS].values[4] == pytest.approx(value)


async def test_constant_messages_cause_at_most_twice_the_frame_rate() -> None:
    harness = ActorHarness(frame_rate=60)
    connection = harness.join()
    frames = 0
    for number in range(1000):
        harness.say(connection, wire.Watch(layer=1, neuron=number % 2))
        frames += len(harness.run(0.001, connection))
    assert frames == pytest.approx(120, abs=12)


async def test_slow_frames_take_at_most_a_fifth_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    harness = ActorHarness(playing=True, speed=60)
    connection = harness.join()
    make = harness.session.frame

    def frame(view: Any, number: int) -> bytes:
        harness.clock.now += 0.1
        return make(view, number)

    monkeypatch.setattr(harness.session, "frame", frame)
    assert len(harness.run(5, connection)) == pytest.approx(10, abs=1)


async def test_a_waiting_frame_is_replaced_without_losing_its_history() -> None:
    harness = ActorHarness()
    connection = harness.join()
    harness.run(0, connection)
    harness.say(connection, wire.Step(unit="epoch", count=2))
    harness.run(0.1)
    harness.say(connection, wire.Step(unit="epoch", count=3))
    harness.run(0.1)
    (frame,) = take_frame(connection)
    assert frame.epoch == 5
    assert [point[0] for point in frame.sections[Tag.HISTORY].values] == [1, 2, 3, 4, 5]


async def test_no_frame_of_an_older_revision_follows_a_state() -> None:
    harness = ActorHarness()
    connection = harness.join()
    harness.turn(urgent=True)
    harness.say(connection, wire.Configure(changes={"hidden_layers": [3]}))
    harness.run(0.02)
    batch, _ = connection.outbox.take_batch()
    states = [json.loads(text) for text in batch.messages if '"state"' in text]
    assert batch.frame is not None
    frame = read_frame(batch.frame)
    assert frame.revision == states[-1]["revision"] == harness.session.revision
    assert {Tag.POINTS, Tag.INPUTS} <= frame.tags, "the first frame was taken back, so this is the first"


async def test_a_client_without_acknowledgements_gets_two_frames_and_causes_no_turns() -> None:
    harness = ActorHarness()
    connection = harness.join()
    harness.run(0, connection)
    for number in range(5):
        harness.say(connection, wire.EditBias(layer=1, neuron=0, value=number / 10))
        harness.run(0.02)
        connection.outbox.take_batch()
    assert connection.outbox.last_sent == 3
    assert harness.turn() is None, "nothing to do until the page paints"
    assert connection.outbox.acknowledge(3) is True
    (frame,) = harness.run(0.02, connection)
    assert frame.sections[Tag.PARAMETERS].values[4] == pytest.approx(0.4)


async def test_hidden_pages_get_no_frames_while_training_continues() -> None:
    harness = ActorHarness(playing=True, speed=60)
    connection = harness.join()
    harness.run(0.1, connection)
    harness.say(connection, wire.Visible(visible=False))
    assert harness.run(1, connection) == []
    assert harness.session.trainer.epoch > 50
    harness.say(connection, wire.Visible(visible=True))
    assert harness.run(0.01, connection)[0].epoch > 50


async def test_training_pauses_after_the_last_client_left_and_continues_with_the_next() -> None:
    harness = ActorHarness(playing=True, speed=10, pause_after=2, session_lifetime=100)
    connection = harness.join()
    harness.run(1, connection)
    harness.leave(connection)
    harness.run(50)
    epoch = harness.session.trainer.epoch
    assert epoch == pytest.approx(30, abs=2)
    assert harness.session.playing
    assert not harness.retired
    back = harness.join()
    assert harness.run(1, back)[-1].epoch == pytest.approx(epoch + 10, abs=2)


async def test_a_replaced_session_pauses_at_once() -> None:
    harness = ActorHarness(playing=True, speed=None, pause_after=10, session_lifetime=100)
    connection = harness.join()
    harness.run(0.1, connection)
    harness.actor.replaced = True
    harness.leave(connection)
    harness.turn(urgent=True)
    epoch = harness.session.trainer.epoch
    due = harness.turn()
    assert harness.session.trainer.epoch == epoch
    assert due is not None
    assert due > harness.clock.now + 90
    assert harness.session.playing


async def test_an_open_is_queued_like_any_message() -> None:
    harness = ActorHarness()
    connection = harness.join()
    assert (connection.pending, connection.opened) == (1, False)
    harness.turn(urgent=True)
    assert (connection.pending, connection.opened) == (0, True)


async def test_an_abandoned_session_retires() -> None:
    harness = ActorHarness(pause_after=1, session_lifetime=5)
    connection = harness.join()
    harness.turn()
    harness.leave(connection)
    due = harness.turn()
    assert due is not None
    assert due == pytest.approx(harness.clock.now + 5, abs=0.1)
    harness.clock.now = due
    assert harness.turn() is None
    assert harness.retired


async def test_long_steps_are_done_in_slices() -> None:
    harness = ActorHarness()
    connection = harness.join()
    harness.run(0, connection)
    harness.say(connection, wire.Step(unit="batch", count=1000))
    first = harness.turn(urgent=True)
    assert first is not None
    assert first <= harness.clock.now
    assert harness.session.work is not None
    harness.say(connection, wire.Pause())
    harness.turn(urgent=True)
    assert harness.session.work is None


async def test_steps_pause_without_clients_and_continue_with_the_next() -> None:
    harness = ActorHarness(pause_after=0.01, session_lifetime=100)
    connection = harness.join()
    harness.run(0, connection)
    harness.say(connection, wire.Step(unit="batch", count=1000))
    harness.turn(urgent=True)
    harness.leave(connection)
    harness.turn(urgent=True)
    harness.clock.now += 0.02
    epoch = harness.session.trainer.epoch
    due = harness.turn()
    assert harness.session.trainer.epoch == epoch < 40
    assert due is not None
    assert due > harness.clock.now + 90, "it must not spin"
    assert harness.run(1, harness.join())[-1].epoch == 40


async def test_fast_trainings_record_losses_at_a_stride(monkeypatch: pytest.MonkeyPatch) -> None:
    harness = ActorHarness(playing=True, speed=None)
    connection = harness.join()
    strides = set()

    def train(limit: float, stop: Any, *, stride: int = 1, by_batch: bool = False) -> int:
        assert limit == math.inf
        assert by_batch or not stop()
        strides.add(stride)
        harness.clock.now += 0.004
        return 400

    monkeypatch.setattr(harness.session, "train", train)
    harness.run(2, connection)
    assert max(strides) == 64, "100,000 a second are 1,667 a frame: some 48 of them are kept"


async def test_epochs_wait_for_the_frame_that_shows_them() -> None:
    harness = ActorHarness(playing=True, frame_rate=30)
    connection = harness.join()
    harness.run(1, connection)
    turns = []
    turn = harness.actor.turn

    def counted(*, urgent: bool, queue_length: int) -> float | None:
        turns.append(harness.clock.now)
        return turn(urgent=urgent, queue_length=queue_length)

    harness.actor.turn = counted  # type: ignore[method-assign]
    before = harness.session.trainer.epoch
    frames = harness.run(4, connection)
    assert len(frames) == pytest.approx(120, abs=3)
    assert len(turns) <= len(frames) + 5
    assert harness.session.trainer.epoch - before == pytest.approx(240, abs=5)


async def test_long_epochs_are_split_into_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.training.trainer.Trainer.is_fast", False)  # as without compiled code
    harness = ActorHarness(playing=True, speed=None, slice=0.001)
    handle(harness.session, harness.session.attach()[0], wire.Configure(changes={"batch_size": 1}))
    harness.join()
    harness.turn()
    assert 0 < harness.session.trainer.batch < 250


async def test_a_failing_message_gets_an_internal_error_and_does_no_harm(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    harness = ActorHarness(playing=True)
    connection = harness.join()
    harness.run(0.1, connection)

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(session_actor, "handle", fail)
        harness.say(connection, wire.Play(ref=7))
        harness.turn(urgent=True)
    (text,) = connection.outbox.take_batch()[0].messages
    assert (json.loads(text)["code"], json.loads(text)["ref"]) == ("internal", 7)
    assert connection.pending == 0
    assert "a message failed" in caplog.text
    assert harness.run(0.2, connection)


@pytest.mark.parametrize("what", ["train", "frame"])
async def test_failing_training_or_drawing_stops_until_the_next_message(
    what: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    harness = ActorHarness(playing=True)
    connection = harness.join()
    harness.run(0.1, connection)

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(harness.session, what, fail)
        harness.run(1)
    told = [json.loads(text) for text in connection.outbox.take_batch()[0].messages]
    assert [message["type"] for message in told] == ["state", "error"]
    assert (told[0]["playing"], told[1]["code"]) == (False, "internal")
    assert caplog.text.count("training or drawing failed") == 1
    harness.say(connection, wire.Play())
    assert harness.run(0.5, connection)[-1].epoch > 10


async def test_a_session_that_cannot_be_built_is_an_internal_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail() -> Session:
        raise ZeroDivisionError

    harness = ActorHarness()
    connection = harness.join()
    harness.actor.create = fail
    assert harness.turn() is None
    harness.say(connection, wire.Play(ref=3))
    harness.turn()
    messages = [json.loads(text) for text in connection.outbox.take_batch()[0].messages]
    assert [(message["code"], message["ref"]) for message in messages] == [
        ("internal", None),
        ("not_open", 3),
    ]
    assert harness.retired
    assert "a message failed" in caplog.text


async def test_many_messages_are_handled_over_several_turns() -> None:
    harness = ActorHarness()
    connection = harness.join()
    harness.turn()
    for _ in range(40):
        harness.say(connection, wire.Pause())
    due = harness.turn(urgent=True)
    assert due is not None
    assert connection.pending > 0
    harness.run(0.1)
    assert connection.pending == 0
