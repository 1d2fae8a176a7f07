"""The session actor answers messages, pauses, retires and survives failures."""

import json

import pytest

from server.protocol import messages as wire
from server.protocol.frames import Tag
from server.runtime import event_handling
from server.sessions.session import Session
from tests.server.frame_reader import read_frame
from tests.server.runtime.actor_harness import ActorHarness, message_types

pytestmark = pytest.mark.anyio


async def test_a_client_gets_welcome_then_state_then_a_frame() -> None:
    harness = ActorHarness()
    connection = harness.join()
    assert harness.turn(urgent=True) is None
    batch, _ = connection.outbox.take_batch()
    assert message_types(batch) == ["welcome", "state"]
    assert batch.frame is not None
    assert Tag.POINTS in read_frame(batch.frame).tags


@pytest.mark.medium
async def test_an_urgent_turn_answers_messages_and_does_not_train() -> None:
    harness = ActorHarness(playing=True, speed=None, tick=5e-4)
    connection = harness.join()
    harness.run(0.1, connection)
    epoch = harness.session.trainer.epoch
    harness.clock.now += 0.05  # a frame is possible again
    harness.say(connection, wire.Watch(layer=1, neuron=0))
    due = harness.turn(urgent=True)
    assert due is not None
    assert due <= harness.clock.now
    assert harness.session.trainer.epoch == epoch
    batch, _ = connection.outbox.take_batch()
    assert message_types(batch) == ["state"]
    assert batch.frame is not None
    assert read_frame(batch.frame).sections[Tag.DETAIL].a == 1


async def test_an_open_is_queued_like_any_message() -> None:
    harness = ActorHarness()
    connection = harness.join()
    assert (connection.pending, connection.opened) == (1, False)
    harness.turn(urgent=True)
    assert (connection.pending, connection.opened) == (0, True)


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
    harness = ActorHarness(playing=True, speed=None, pause_after=10, session_lifetime=100, tick=5e-4)
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


async def test_a_failing_message_gets_an_internal_error_and_does_no_harm(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    harness = ActorHarness(playing=True)
    connection = harness.join()
    harness.run(0.1, connection)

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(event_handling, "handle", fail)
        harness.say(connection, wire.Play(ref=7))
        harness.turn(urgent=True)
    (text,) = connection.outbox.take_batch()[0].messages
    assert (json.loads(text)["code"], json.loads(text)["ref"]) == ("internal", 7)
    assert connection.pending == 0
    assert "a message failed" in caplog.text
    assert harness.run(0.2, connection)


@pytest.mark.medium
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


async def test_a_turn_handles_messages_for_a_slice_of_time_and_leaves_the_others_to_the_next() -> None:
    quick, slow = ActorHarness(tick=4e-5), ActorHarness(tick=1.5e-3)
    for harness, handled in ((quick, 40), (slow, 3)):
        connection = harness.join()
        harness.turn()
        before = connection.handled
        for _ in range(40):
            harness.say(connection, wire.Pause())
        due = harness.turn()
        assert connection.handled - before == handled
        assert harness.actor.has_events == (handled < 40)
        assert (due is not None and due <= harness.clock.now) == (handled < 40)
