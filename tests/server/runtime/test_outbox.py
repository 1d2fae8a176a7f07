import asyncio
import json
import threading

import pytest

from engine.config import TrainingConfig
from server.errors import wire_errors
from server.protocol import messages as wire
from server.runtime.outbox import MAX_IN_FLIGHT, Outbox
from server.sessions.session import Session

pytestmark = pytest.mark.anyio

PLAIN = wire.Closing(reason="shutdown")


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def outbox(clock: Clock) -> Outbox:
    return Outbox(asyncio.get_running_loop(), clock)


def put(outbox: Outbox, token: int, content: bytes = b"frame") -> int | None:
    number = outbox.claim_frame_number(token)
    if number is not None:
        outbox.put_frame(number, content, token)
    return number


def waiting(outbox: Outbox) -> float | None:
    return outbox.unacknowledged_since


def state(revision: int) -> wire.State:
    session = Session(TrainingConfig())
    view, _ = session.attach()
    session.revision = revision
    return session.state(view)


async def test_messages_are_taken_in_order_before_the_frame(outbox: Outbox) -> None:
    token = outbox.bind()
    put(outbox, token, b"picture")
    outbox.post(wire_errors.not_open(1), token)
    outbox.post(wire_errors.not_open(2))
    mail, _ = outbox.take_batch()
    assert [json.loads(text)["ref"] for text in mail.messages] == [1, 2]
    assert mail.frame == b"picture"
    assert mail.close is None
    assert outbox.take_batch()[0] == ([], None, None)


async def test_a_message_from_another_thread_wakes_the_loop(outbox: Outbox) -> None:
    token = outbox.bind()
    thread = threading.Thread(target=put, args=(outbox, token))
    thread.start()
    async with asyncio.timeout(60):
        await outbox.batch_ready.wait()
    thread.join()
    assert outbox.take_batch()[0].frame == b"frame"
    assert not outbox.batch_ready.is_set()


async def test_that_a_training_played_is_told_even_if_it_has_ended_meanwhile(outbox: Outbox) -> None:
    token = outbox.bind()
    for revision, playing in enumerate((False, True, False, True, False)):
        outbox.post(state(revision).model_copy(update={"playing": playing}), token)
    batch, _ = outbox.take_batch()
    told = [json.loads(text) for text in batch.messages]
    assert [(each["revision"], each["playing"]) for each in told] == [(3, True), (4, False)]


async def test_a_state_replaces_an_older_one(outbox: Outbox) -> None:
    token = outbox.bind()
    outbox.post(state(1), token)
    outbox.post(PLAIN, token)
    outbox.post(state(2), token)
    kinds = [json.loads(text) for text in outbox.take_batch()[0].messages]
    assert [message["type"] for message in kinds] == ["closing", "state"]
    assert kinds[1]["revision"] == 2


async def test_two_frames_are_unacknowledged_at_most_and_one_waits(outbox: Outbox) -> None:
    token = outbox.bind()
    assert put(outbox, token) == 1
    assert put(outbox, token) is None, "one waits already"
    was_starved = outbox.wants_frame
    _, wanted = outbox.take_batch()
    assert wanted, "now another could be made"
    assert (was_starved, outbox.wants_frame) == (True, False)
    assert put(outbox, token) == MAX_IN_FLIGHT
    assert outbox.take_batch()[1] is False
    assert put(outbox, token) is None
    assert outbox.is_in_flight(1)
    assert outbox.acknowledge(1) is True
    assert not outbox.is_in_flight(1)
    assert outbox.acknowledge(1) is False, "said once"
    assert put(outbox, token) == 3


async def test_an_acknowledgement_covers_earlier_frames(outbox: Outbox) -> None:
    token = outbox.bind()
    for _ in range(2):
        put(outbox, token)
        outbox.take_batch()
    assert outbox.last_sent == 2
    assert outbox.acknowledge(3) is None, "no such frame was sent"
    outbox.acknowledge(2)
    assert waiting(outbox) is None
    for _ in range(2):
        assert put(outbox, token)
        outbox.take_batch()


async def test_a_waiting_frame_can_be_retracted(outbox: Outbox) -> None:
    token = outbox.bind()
    assert not outbox.retract_frame(token)
    put(outbox, token, b"old")
    assert outbox.retract_frame(token)
    assert put(outbox, token, b"new") == 2
    assert outbox.take_batch()[0].frame == b"new"
    assert not outbox.retract_frame(token), "what was taken out is on its way"


async def test_nothing_arrives_from_a_session_that_was_left(outbox: Outbox) -> None:
    old = outbox.bind()
    outbox.post(state(1), old)
    number = outbox.claim_frame_number(old)
    assert number == 1
    new = outbox.bind()
    outbox.put_frame(number, b"late", old)
    outbox.post(state(2), old)
    assert outbox.claim_frame_number(old) is None
    assert not outbox.retract_frame(old)
    outbox.post(PLAIN, new)
    assert outbox.take_batch()[0] == ([PLAIN.model_dump_json()], None, None)


async def test_the_wait_is_measured_from_the_last_acknowledgement(outbox: Outbox, clock: Clock) -> None:
    token = outbox.bind()
    assert waiting(outbox) is None
    for _ in range(2):
        clock.now += 1
        put(outbox, token)
        outbox.take_batch()
    assert waiting(outbox) == 101
    clock.now = 105
    outbox.acknowledge(1)
    assert waiting(outbox) == 105
    outbox.acknowledge(2)
    assert waiting(outbox) is None


async def test_a_hidden_page_need_not_acknowledge(outbox: Outbox, clock: Clock) -> None:
    token = outbox.bind()
    for _ in range(2):
        put(outbox, token)
        outbox.take_batch()
    outbox.set_visible(False)
    assert waiting(outbox) is None
    clock.now = 500
    outbox.set_visible(True)
    assert waiting(outbox) is None
    assert put(outbox, token) == 3
    outbox.take_batch()
    assert waiting(outbox) == 500
    assert outbox.acknowledge(1) is False


async def test_closing_comes_last_and_without_a_frame(outbox: Outbox) -> None:
    token = outbox.bind()
    put(outbox, token)
    outbox.post(PLAIN)
    outbox.request_close(1012)
    outbox.request_close(4408)
    assert outbox.take_batch()[0] == ([PLAIN.model_dump_json()], None, 1012)


async def test_a_session_that_was_left_cannot_close_the_connection(outbox: Outbox) -> None:
    before = outbox.bind()
    token = outbox.bind()
    outbox.request_close(1012, before)
    assert not outbox.closing
    outbox.request_close(1012, token)
    assert outbox.closing


def test_a_closed_loop_is_no_error() -> None:
    loop = asyncio.new_event_loop()
    outbox = Outbox(loop, Clock())
    loop.close()
    outbox.post(PLAIN)
    outbox.notify_progress()
    assert outbox.backlog == 1
