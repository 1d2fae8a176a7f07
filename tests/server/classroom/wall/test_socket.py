"""The wall's websocket over a real connection, with a fake room."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, asynccontextmanager, suppress
from typing import Any, TypeVar

import pytest
from starlette.routing import WebSocketRoute
from starlette.types import Message
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from engine.config import TrainingConfig
from server.classroom.service.notifications import Notifications
from server.classroom.wall.poller import WallPoller
from server.classroom.wall.socket import EntryDeniedError, SendInterval, WallSocket
from server.errors.codes import ErrorCode
from server.protocol import close_codes
from server.sessions.session import Session
from server.settings import Settings
from server.websocket.extensions import ABORT
from tests.server.live import TIMEOUT, Live, eventually
from tests.support.wall_reader import ReadUpdate, read_update

pytestmark = pytest.mark.anyio

T = TypeVar("T")


class FakeSessions:
    def __init__(self, learners: int = 2) -> None:
        self.sessions = {str(number): Session(TrainingConfig()) for number in range(learners)}

    def read(
        self,
        session_id: str,
        work: Callable[[Session, T | None], T],
        before: T | None,
        *,
        stored: bool = False,
    ) -> Future[T | None] | None:
        del stored
        future: Future[T | None] = Future()
        future.set_result(work(self.sessions[session_id], before))
        return future


class Room:
    """A fake room. Its methods are called on the server's event loop."""

    def __init__(self) -> None:
        self.learners = FakeSessions()
        self.poller = WallPoller(
            self.learners, lambda: {f"seat{each}": each for each in self.learners.sessions}
        )
        self.ended = False
        self.number = 0
        self.notifications = Notifications()
        self.loop: asyncio.AbstractEventLoop | None = None

    def state(self) -> str:
        return json.dumps({"type": "room", "number": self.number})

    def subscribe(self) -> AbstractContextManager[asyncio.Event]:
        self.loop = asyncio.get_running_loop()
        return self.notifications.subscribe("room")

    def change(self, *, ended: bool = False) -> None:
        """Change the room, from the test's thread."""

        def change() -> None:
            self.number += 1
            self.ended = ended
            self.notifications.notify("room")

        assert self.loop is not None
        self.loop.call_soon_threadsafe(change)


@pytest.fixture
def room(live: Live) -> Iterator[Room]:
    room = Room()

    def enter(_: WebSocket, wanted: str, key: str) -> Room:
        if (wanted, key) != ("room", "key"):
            raise EntryDeniedError(ErrorCode.NOT_YOUR_ROOM if wanted == "room" else ErrorCode.NO_SUCH_ROOM)
        return room

    settings: Settings = live.app.state.settings

    async def serve(websocket: WebSocket) -> None:
        await live.app.state.connections.serve(
            websocket, lambda accepted: WallSocket(accepted, settings, enter)
        )

    route = WebSocketRoute("/ws/test", serve)
    live.app.router.routes.insert(0, route)
    yield room
    live.app.router.routes.remove(route)


class Teacher:
    """The websocket of a teacher's page."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def open(self, **fields: Any) -> None:
        await self.socket.send(json.dumps({"type": "open", "room": "room", "key": "key", **fields}))

    async def receive(self) -> dict[str, Any] | ReadUpdate:
        async with asyncio.timeout(TIMEOUT):
            received = await self.socket.recv()
        return json.loads(received) if isinstance(received, str) else read_update(received)

    async def update(self) -> ReadUpdate:
        while True:
            if isinstance(received := await self.receive(), ReadUpdate):
                return received

    async def message(self) -> dict[str, Any]:
        while True:
            if isinstance(received := await self.receive(), dict):
                return received


@asynccontextmanager
async def teacher(live: Live, *, path: str = "/ws/test", origin: str | None = None) -> AsyncIterator[Teacher]:
    async with connect(
        f"ws://127.0.0.1:{live.port}{path}",
        compression=None,
        origin=None if origin is None else Origin(origin),
    ) as socket:
        yield Teacher(socket)


async def test_it_sends_the_state_of_the_room_and_then_its_learners(live: Live, room: Room) -> None:
    async with teacher(live) as page:
        await page.open(resolution=16)
        assert await page.receive() == {"type": "room", "number": 0}
        update = await page.update()
    assert update.learners.keys() == {"seat0", "seat1"}
    assert update.resolution == 16
    assert update.learners["seat0"]["curve"][0][0] == 0
    drawn = room.learners.sessions["0"].trainer.heat_maps.detail(3, 0, 16)
    assert update.heat_map("seat0") == drawn.levels.tobytes()


async def test_later_updates_have_only_what_changed(live: Live, room: Room) -> None:
    async with teacher(live) as page:
        await page.open()
        await page.update()
        room.learners.sessions["1"].train(3, lambda: False)
        update = await page.update()
    assert update.learners.keys() == {"seat1"}
    assert update.learners["seat1"]["epoch"] == 3
    assert update.heat_map("seat1") is not None
    assert "curve" not in update.learners["seat1"]


async def test_states_come_with_each_change_but_not_too_often(live: Live, room: Room) -> None:
    async with teacher(live) as page:
        await page.open()
        assert (await page.message())["number"] == 0
        began, came, number = time.monotonic(), 0, 0
        for _ in range(20):
            room.change()
        while number < 20:
            number = (await page.message())["number"]
            came += 1
        assert came <= 2 + 4 * (time.monotonic() - began)


async def test_several_pages_are_served_at_once(live: Live, room: Room) -> None:
    async with teacher(live) as one, teacher(live) as other:
        await one.open()
        await one.update()
        await other.open()
        assert (await other.update()).learners.keys() == {"seat0", "seat1"}
        room.learners.sessions["0"].train(1, lambda: False)
        assert (await one.update()).learners["seat0"]["epoch"] == 1
        assert (await other.update()).learners["seat0"]["epoch"] == 1


async def test_a_page_that_does_not_acknowledge_gets_two_updates_and_then_the_newest(
    live: Live, room: Room
) -> None:
    session = room.learners.sessions["0"]
    async with teacher(live) as page:
        await page.open(acks=True)
        await page.update()
        session.train(1, lambda: False)
        await page.update()
        for _ in range(3):
            session.train(1, lambda: False)
            rounds = room.poller.rounds
            await eventually(lambda rounds=rounds: room.poller.rounds >= rounds + 2)  # type: ignore[misc]
        await page.socket.send('{"type":"ack"}')
        assert (await page.update()).learners["seat0"]["epoch"] == 4


async def test_a_room_that_ends_says_so(live: Live, room: Room) -> None:
    async with teacher(live) as page:
        await page.open()
        await page.update()
        room.change(ended=True)
        while (message := await page.message())["type"] != "gone":
            pass
        assert message["reason"] == "ended"
        with pytest.raises(ConnectionClosed) as closed:
            await page.message()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4404


@pytest.mark.parametrize(
    ("opening", "code"),
    [
        ({"key": "other"}, "not_your_room"),
        ({"room": "other"}, "no_such_room"),
        ({"key": 7}, "invalid_message"),
        ({"resolution": 10_000}, "invalid_message"),
        ({"type": "close"}, "invalid_message"),
    ],
)
@pytest.mark.usefixtures("room")
async def test_a_wrong_room_or_key_is_denied(live: Live, opening: dict[str, Any], code: str) -> None:
    async with teacher(live) as page:
        await page.open(**opening)
        assert await page.receive() == {"type": "error", "code": code}
        with pytest.raises(ConnectionClosed):
            await page.receive()


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize("message", ["", "[]", "{", b"\xff", '{"type":"ack"}'])
async def test_an_invalid_first_message_is_rejected(live: Live, message: str | bytes) -> None:
    async with teacher(live) as page:
        await page.socket.send(message)
        assert await page.receive() == {"type": "error", "code": "invalid_message"}


@pytest.mark.usefixtures("room")
async def test_a_page_of_another_origin_is_rejected(live: Live) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with teacher(live, origin="http://elsewhere"):
            pass
    assert refused.value.response.status_code == 403


async def poll_twice() -> None:
    """Wait while a poller of this test's own runs two rounds, which start as often as any other's."""
    rounds: asyncio.Queue[None] = asyncio.Queue()

    class Watcher:
        resolution = 20

        def on_poll(self) -> None:
            rounds.put_nowait(None)

    poller, watcher = WallPoller(FakeSessions(), dict), Watcher()
    poller.add_watcher(watcher)
    async with asyncio.timeout(TIMEOUT):
        for _ in range(3):  # the first one starts at once
            await rounds.get()
    poller.remove_watcher(watcher)


async def test_a_closed_page_leaves_the_poller(live: Live, room: Room) -> None:
    connections = live.app.state.connections
    before = len(connections)
    async with teacher(live) as page:
        await page.open()
        await page.update()
        assert len(connections) == before + 1
    await eventually(lambda: len(connections) == before)
    rounds = room.poller.rounds
    await poll_twice()
    assert room.poller.rounds == rounds


async def test_a_flood_of_messages_closes_it(live: Live, room: Room) -> None:
    del room
    async with teacher(live) as page:
        await page.open()
        with suppress(ConnectionClosed):
            for _ in range(3000):
                await page.socket.send('{"type":"ack"}')
        async with asyncio.timeout(TIMEOUT):
            await page.socket.wait_closed()
        assert page.socket.close_code == close_codes.FLOOD


@pytest.mark.medium
async def test_a_page_that_does_not_read_is_dropped() -> None:
    """The page opens a room and then reads nothing, so that sending blocks."""
    messages = [json.dumps({"type": "open", "room": "room", "key": "key"})]
    sent: list[str] = []

    async def receive() -> Message:
        if not sent:
            sent.append("connect")
            return {"type": "websocket.connect"}
        if messages:
            return {"type": "websocket.receive", "text": messages.pop()}
        return await asyncio.Future()

    async def send(message: Message) -> None:
        sent.append(message["type"])
        if message["type"] == "websocket.send":
            await asyncio.Future()

    dropped = asyncio.Event()
    scope = {"type": "websocket", "extensions": {ABORT: dropped.set}}
    room = Room()
    handler = WallSocket(WebSocket(scope, receive, send), Settings(send_timeout=0.05), lambda *_: room)
    await handler.run()
    assert handler.ended.is_set()
    assert sent == ["connect", "websocket.accept", "websocket.send", "websocket.close"]
    async with asyncio.timeout(TIMEOUT):
        await dropped.wait()


def test_a_send_interval_limits_messages_and_bytes() -> None:
    interval = SendInterval(0.25, 1000)
    assert interval.due == 0
    interval.mark_sent(10.0, 100)
    assert interval.due == 10.25
    interval.mark_sent(11.0, 5000)
    assert interval.due == 16.0
