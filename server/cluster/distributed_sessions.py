"""The sessions of rooms on all hosts, for the host that has the rooms."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar

from engine.arrays import Floats
from engine.config import TrainingConfig
from server.cluster.forwarded_request import RETRY_INTERVAL, HostLostError
from server.cluster.host_slots import HostSlots
from server.cluster.host_table import TAKEOVER_TIMEOUT, HostLink, HostTable, NoHostError, load_of
from server.cluster.peer_calls import MovedError, PeerCalls
from server.cluster.shared_counts import EXCHANGE_INTERVAL, HostCounts, SharedCounts
from server.cluster.slots import SESSION_SLOTS, new_session_id, slot_of
from server.cluster.stored_rules import RulesWriter
from server.limits.training_size import SizeLimits
from server.logs import FailureLog
from server.runtime.room_sessions import LocalRoomSessions
from server.runtime.session_manager import SessionManager, SessionUnavailable
from server.sessions.rules import Rules
from server.sessions.session import Session
from server.settings import Settings

T = TypeVar("T")

log = logging.getLogger(__name__)


class DistributedSessions:
    """Implements `RoomSessions` for sessions on all hosts. For the event loop only.

    Sessions of this host are called directly. If another host is lost during a call, the call waits for its
    successor and is repeated there. `run` must run while rooms use this object.
    """

    def __init__(
        self,
        session_manager: SessionManager,
        slots: HostSlots,
        table: HostTable,
        rules: RulesWriter,
        settings: Settings,
        *,
        name: str,
    ) -> None:
        """Create it.

        Args:
            session_manager: runs this host's sessions.
            slots: this host's slots.
            table: all hosts.
            rules: stores the rules of sessions.
            settings: the server's settings.
            name: this host's name.
        """
        self.fencing_token = 0
        """This host's fencing token."""
        self._manager = session_manager
        self._local = LocalRoomSessions(session_manager)
        self._slots = slots
        self._table = table
        self._rules = rules
        self._limits = SizeLimits.of(settings)
        self._name = name
        self._calls: dict[str, PeerCalls] = {}
        self._latest_calls: dict[str, asyncio.Task[None]] = {}
        """The latest pending call of each session, by session id; it waits for the call before it."""
        self._confirmed_rules: dict[str, Rules] = {}
        """The rules of each session that are stored and in force at its host, by session id."""
        self._retries: dict[str, Callable[[], None]] = {}
        """The calls that failed and that `run` is to repeat, by session id."""
        self._counts = SharedCounts(table, self._calls_to, name=name)
        self._share_now = asyncio.Event()

    async def run(self, counts: HostCounts) -> None:
        """Exchange counts with the other hosts, and repeat failed calls, until cancelled."""
        trouble = FailureLog(log, "looking after the sessions of rooms")
        while True:
            self._share_now.clear()
            try:
                self._forget_lost_hosts()
                await self._counts.exchange(counts)
                await self._rules.flush()
                retries, self._retries = self._retries, {}
                for work in retries.values():
                    work()
            except Exception as problem:  # noqa: BLE001 - it is logged, and the next round tries again
                trouble.record_failure(problem)
            else:
                trouble.record_success()
            try:
                async with asyncio.timeout(EXCHANGE_INTERVAL):
                    await self._share_now.wait()
            except TimeoutError:
                continue

    # -- sessions

    def create(
        self,
        config: TrainingConfig,
        *,
        parameters: Floats | None = None,
        buffers: Floats | None = None,
        speed: float | None = 60.0,
    ) -> str:
        """Register a session at the host with the fewest; if that refuses it, the next `submit` raises it."""
        self._limits.check(config)
        link = self._least_loaded()
        slots = frozenset[int]() if link is None else self._table.placement.slots_of(link.name)
        slots &= frozenset(SESSION_SLOTS)
        if link is None or not slots:
            return self._local.create(config, parameters=parameters, buffers=buffers, speed=speed)
        link.recent_sessions += 1
        session_id = new_session_id(slots)
        self._enqueue(
            session_id, partial(self._call, session_id, "create", config, parameters, buffers, speed)
        )
        return session_id

    async def submit(self, session_id: str, work: Callable[[Session], T]) -> T:
        """Call a function with a session in its next turn, and return its result."""
        if (before := self._latest_calls.get(session_id)) is not None:
            await asyncio.shield(before)
        result: T = await self._call(session_id, "submit", work)
        return result

    def read(
        self,
        session_id: str,
        work: Callable[[Session, T | None], T],
        before: T | None,
        *,
        stored: bool = False,
    ) -> Future[T | None] | None:
        """Read a session; see `RoomSessions.read`."""
        slot = slot_of(session_id)
        if slot in self._slots.owned:
            return self._local.read(session_id, work, before, stored=stored)
        link = self._table.connected_host(slot)
        try:
            calls = None if link is None else self._calls_to(link)
        except ConnectionError:
            calls = None
        return None if calls is None else calls.read(session_id, work, before, stored=stored)

    async def exists(self, session_id: str) -> bool:
        """Return whether a session exists, in memory or stored."""
        if (before := self._latest_calls.get(session_id)) is not None:
            await asyncio.wait([before])
        return bool(await self._call(session_id, "exists"))

    def set_rules(self, session_id: str, rules: Rules | None) -> None:
        """Set the rules of a session: in the database, where a successor finds them, then at its host."""
        if (
            rules is not None
            and self._confirmed_rules.get(session_id) == rules
            and session_id not in self._latest_calls
        ):
            return
        self._confirmed_rules.pop(session_id, None)
        self._retries.pop(session_id, None)
        if slot_of(session_id) in self._slots.owned:
            self._local.set_rules(session_id, rules)
        self._enqueue(session_id, partial(self._store_and_set, session_id, rules))

    def delete(self, session_id: str) -> None:
        """Delete a session, if there is one, and its rules."""
        self._confirmed_rules.pop(session_id, None)
        self._retries.pop(session_id, None)
        if slot_of(session_id) in self._slots.owned:
            self._local.delete(session_id)
        self._enqueue(session_id, partial(self._delete, session_id), after_failure=True)

    def reserve(self, count: int) -> None:
        """Keep up to half of the places, at most `count`, for the sessions of rooms."""
        self._counts.reserved = count
        self._local.reserve(count)
        self._share_now.set()

    async def wait_for_pending_calls(self, *session_ids: str) -> None:
        """Wait until the pending calls of some sessions have succeeded or failed."""
        tasks = [self._latest_calls[each] for each in session_ids if each in self._latest_calls]
        if tasks:
            await asyncio.wait(tasks)

    # -- the order of calls

    def _enqueue(
        self, session_id: str, work: Callable[[], Awaitable[None]], *, after_failure: bool = False
    ) -> None:
        before = self._latest_calls.get(session_id)
        task = asyncio.ensure_future(_run_after(before, work, after_failure=after_failure))
        self._latest_calls[session_id] = task
        task.add_done_callback(partial(self._forget_finished, session_id))

    def _forget_finished(self, session_id: str, task: asyncio.Task[None]) -> None:
        if self._latest_calls.get(session_id) is task:
            del self._latest_calls[session_id]
        if not task.cancelled():
            task.exception()  # mark it as retrieved: whoever awaited the task has got it

    async def _store_and_set(self, session_id: str, rules: Rules | None) -> None:
        is_stored, arrived = await self._rules.write(session_id, rules), True
        try:
            await self._call(session_id, "set_rules", rules)
        except SessionUnavailable:
            log.warning("the rules of a learner's training have not reached its host: they are sent again")
            arrived = False
        if not (is_stored and arrived):
            self._retries[session_id] = partial(self.set_rules, session_id, rules)
        elif rules is not None:
            self._confirmed_rules[session_id] = rules

    async def _delete(self, session_id: str) -> None:
        try:
            await self._call(session_id, "delete")
        except SessionUnavailable:
            self._retries[session_id] = partial(self.delete, session_id)
            return
        await self._rules.write(session_id, None)
        for calls in self._calls.values():
            calls.forget_session(session_id)

    # -- hosts

    async def _call(self, session_id: str, method: str, *arguments: Any) -> Any:
        """Call a method for a session at its host, and return the result; follow the session if it moves.

        Raises:
            SessionUnavailable: no host has the session, and none takes it over in time.
        """
        loop, slot = asyncio.get_running_loop(), slot_of(session_id)
        deadline = loop.time() + TAKEOVER_TIMEOUT
        while True:
            if slot in self._slots.owned:
                return await self._call_local(session_id, method, *arguments)
            try:
                link = await self._table.wait_for_host(slot, deadline)
                return await self._calls_to(link).call(method, session_id, *arguments)
            except (HostLostError, MovedError, NoHostError, ConnectionError):
                if loop.time() >= deadline:
                    raise SessionUnavailable(session_id) from None
            await asyncio.sleep(RETRY_INTERVAL)
            await self._table.refresh()

    async def _call_local(self, session_id: str, method: str, *arguments: Any) -> Any:
        if method == "submit":
            return await self._local.submit(session_id, *arguments)
        if method == "exists":
            return await self._local.exists(session_id)
        if method == "set_rules":
            self._local.set_rules(session_id, *arguments)
        elif method == "delete":
            self._local.delete(session_id)
        elif not await self._local.exists(session_id):
            config, parameters, buffers, speed = arguments
            self._local.create(
                config, parameters=parameters, buffers=buffers, speed=speed, session_id=session_id
            )
        return None

    def _calls_to(self, link: HostLink) -> PeerCalls:
        calls = self._calls.get(link.name)
        if calls is None or calls.lost or calls.stream is not link.stream:
            calls = PeerCalls(link, {"member": self._name, "fence": self.fencing_token})
            self._calls[link.name] = calls
        return calls

    def _forget_lost_hosts(self) -> None:
        for gone in self._calls.keys() - self._table.links.keys():
            del self._calls[gone]

    def _least_loaded(self) -> HostLink | None:
        """Return the host with the fewest sessions; None if that is this host."""
        others = [link for link in self._table.accepting_hosts() if link.name != self._name]
        best = min(others, key=load_of, default=None)
        if best is not None and self._slots.accepts_new_sessions and len(self._manager) <= load_of(best):
            return None
        return best


async def _run_after(
    before: asyncio.Task[None] | None, work: Callable[[], Awaitable[None]], *, after_failure: bool
) -> None:
    """Await `work` after the task `before`; raise that task's exception instead, unless `after_failure`."""
    if before is not None:
        await asyncio.wait([before])
        if not after_failure:
            before.result()
    await work()
