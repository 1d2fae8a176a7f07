import asyncio
import json
import threading

import pytest

from engine.config import TrainingConfig
from server.errors import wire_errors
from server.protocol import messages as wire
from server.runtime.outbox import MOST_UNDER_WAY, Mailbox
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
async def mailbox(clock: Clock) -> Mailbox:
    return Mailbox(asyncio.get_running_loop(), clock)


def put(mailbox: Mailbox, token: int, content: bytes = b"frame") -> int | None:
    number = mailbox.claim(token)
    if number is not None:
        mailbox.put_frame(number, content, token)
    return number


def waiting(mailbox: Mailbox) -> float | None:
    return mailbox.waiting_since


def state(revision: int) -> wire.State:
    session = Session(TrainingConfig())
    view, _ = session.attach()
    session.revision = revision
    return session.state(view)


async def test_messages_come_out_in_order_before_the_frame(mailbox: Mailbox) -> None:
    token = mailbox.bind()
    put(mailbox, token, b"picture")
    mailbox.post(wire_errors.not_open(1), token)
    mailbox.post(wire_errors.not_open(2))
    mail, _ = mailbox.take()
    assert [json.loads(text)["ref"] for text in mail.messages] == [1, 2]
    assert mail.frame == b"picture"
    assert mail.close is None
    assert mailbox.take()[0] == ([], None, None)


async def test_mail_from_another_thread_wakes_the_loop(mailbox: Mailbox) -> None:
    token = mailbox.bind()
    thread = threading.Thread(target=put, args=(mailbox, token))
    thread.start()
    async with asyncio.timeout(60):
        await mailbox.mail_came.wait()
    thread.join()
    assert mailbox.take()[0].frame == b"frame"
    assert not mailbox.mail_came.is_set()


async def test_a_state_takes_the_place_of_an_older_one(mailbox: Mailbox) -> None:
    token = mailbox.bind()
    mailbox.post(state(1), token)
    mailbox.post(PLAIN, token)
    mailbox.post(state(2), token)
    kinds = [json.loads(text) for text in mailbox.take()[0].messages]
    assert [message["type"] for message in kinds] == ["closing", "state"]
    assert kinds[1]["revision"] == 2


async def test_only_two_frames_are_under_way_and_one_waits(mailbox: Mailbox) -> None:
    token = mailbox.bind()
    assert put(mailbox, token) == 1
    assert put(mailbox, token) is None, "one waits already"
    was_starved = mailbox.starved
    _, wanted = mailbox.take()
    assert wanted, "now another could be made"
    assert (was_starved, mailbox.starved) == (True, False)
    assert put(mailbox, token) == MOST_UNDER_WAY
    assert mailbox.take()[1] is False
    assert put(mailbox, token) is None
    assert mailbox.is_under_way(1)
    assert mailbox.acknowledge(1) is True
    assert not mailbox.is_under_way(1)
    assert mailbox.acknowledge(1) is False, "said once"
    assert put(mailbox, token) == 3


async def test_an_acknowledgement_covers_all_before(mailbox: Mailbox) -> None:
    token = mailbox.bind()
    for _ in range(2):
        put(mailbox, token)
        mailbox.take()
    assert mailbox.last_sent == 2
    assert mailbox.acknowledge(3) is None, "no such frame was sent"
    mailbox.acknowledge(2)
    assert waiting(mailbox) is None
    for _ in range(2):
        assert put(mailbox, token)
        mailbox.take()


async def test_a_waiting_frame_can_be_taken_back(mailbox: Mailbox) -> None:
    token = mailbox.bind()
    assert not mailbox.take_back(token)
    put(mailbox, token, b"old")
    assert mailbox.take_back(token)
    assert put(mailbox, token, b"new") == 2
    assert mailbox.take()[0].frame == b"new"
    assert not mailbox.take_back(token), "what was taken out is on its way"


async def test_nothing_of_a_session_that_was_left_arrives(mailbox: Mailbox) -> None:
    old = mailbox.bind()
    mailbox.post(state(1), old)
    number = mailbox.claim(old)
    assert number == 1
    new = mailbox.bind()
    mailbox.put_frame(number, b"late", old)
    mailbox.post(state(2), old)
    assert mailbox.claim(old) is None
    assert not mailbox.take_back(old)
    mailbox.post(PLAIN, new)
    assert mailbox.take()[0] == ([PLAIN.model_dump_json()], None, None)


async def test_waiting_is_measured_from_the_last_sign_of_life(mailbox: Mailbox, clock: Clock) -> None:
    token = mailbox.bind()
    assert waiting(mailbox) is None
    for _ in range(2):
        clock.now += 1
        put(mailbox, token)
        mailbox.take()
    assert waiting(mailbox) == 101
    clock.now = 105
    mailbox.acknowledge(1)
    assert waiting(mailbox) == 105
    mailbox.acknowledge(2)
    assert waiting(mailbox) is None


async def test_a_hidden_page_owes_nothing_and_starts_afresh(mailbox: Mailbox, clock: Clock) -> None:
    token = mailbox.bind()
    for _ in range(2):
        put(mailbox, token)
        mailbox.take()
    mailbox.set_visible(False)
    assert waiting(mailbox) is None
    clock.now = 500
    mailbox.set_visible(True)
    assert waiting(mailbox) is None
    assert put(mailbox, token) == 3
    mailbox.take()
    assert waiting(mailbox) == 500
    assert mailbox.acknowledge(1) is False


async def test_hanging_up_comes_last_and_without_a_frame(mailbox: Mailbox) -> None:
    token = mailbox.bind()
    put(mailbox, token)
    mailbox.post(PLAIN)
    mailbox.hang_up(1012)
    mailbox.hang_up(4408)
    assert mailbox.take()[0] == ([PLAIN.model_dump_json()], None, 1012)


async def test_a_session_that_the_client_has_left_cannot_hang_up(mailbox: Mailbox) -> None:
    before = mailbox.bind()
    token = mailbox.bind()
    mailbox.hang_up(1012, before)
    assert not mailbox.closing
    mailbox.hang_up(1012, token)
    assert mailbox.closing


def test_a_closed_loop_is_no_error() -> None:
    loop = asyncio.new_event_loop()
    mailbox = Mailbox(loop, Clock())
    loop.close()
    mailbox.post(PLAIN)
    mailbox.tell_room()
    assert mailbox.backlog == 1
