"""A host: the whole application without uvicorn, whose requests and websockets come from fronts.

It has a thread of its own for its lease, so that a busy event loop does not cost it its sessions.
"""

import asyncio
import hmac
import json
import logging
import os
import secrets
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from sqlalchemy import URL

from engine.kernels import compile_cache
from server.app import Share, create_app, run_classrooms
from server.asgi.garbage_collection import freeze_after
from server.asgi.handed_socket import can_pass_sockets, create_config
from server.cluster.called_sessions import CalledSessions
from server.cluster.directory import (
    LEASE,
    RENEWAL_INTERVAL,
    About,
    Directory,
    FencedOffError,
    Lease,
    Placement,
)
from server.cluster.fenced_database import FencedDatabase
from server.cluster.handed_call import HandedCall
from server.cluster.home import Home
from server.cluster.host_slots import HostSlots
from server.cluster.hosted_call import HostedCall, scope_of
from server.cluster.shared_counts import HostCounts
from server.cluster.slot_sharing import share_slots
from server.cluster.slots import HOME_SLOTS, slot_of, slot_of_opening
from server.cluster.socket_passing import SocketReceiver
from server.cluster.stored_rules import StoredRules
from server.cluster.stream import ANY_SLOT, EntryKind, Stream, encode
from server.jobs.bundles import BundleExecutor
from server.limits.processes import Processes
from server.runtime.session_manager import SessionManager
from server.settings import Settings
from server.storage.database import Database, StorageError, in_folder
from server.storage.kept_limits import KeptLimits
from server.storage.session_store import SessionStore
from server.version import VERSION

GOODBYE = 0.5
"""Seconds for the websockets to close when the host leaves."""

ANSWER_TIMEOUT = 2.0
"""Seconds for requests under way to be answered before the host leaves."""

EXPELLED = 70
"""The exit code of a host that was expelled."""

log = logging.getLogger(__name__)


class Host:
    """A host of this process. `start` and `leave` wait; they may be called from any thread."""

    def __init__(
        self,
        settings: Settings,
        name: str,
        *,
        address: str,
        machine: str,
        assets: Path | None = None,
        bundle_executor: BundleExecutor | None = None,
        lease: float = LEASE,
        sockets: Path | None = None,
    ) -> None:
        """Create it.

        Args:
            settings: those of its application.
            name: what the directory calls it: a new name for each process.
            address: the address of this machine at which fronts reach it.
            machine: a name that all hosts and fronts of this machine share.
            assets: see `create_app`.
            bundle_executor: see `create_app`.
            lease: seconds after which others may expel it if it does not renew its lease.
            sockets: a path in a folder of this user alone, at which it takes connections of fronts of this
                machine; None if it takes none.
        """
        self.name = name
        self._settings = settings
        self._about = About(address, 0, secrets.token_urlsafe(32), machine, os.getpid(), VERSION)
        self._assets = assets
        self._bundle_executor = bundle_executor
        url: str | URL = settings.database_url or in_folder(settings.data_dir)
        database = Database(url, shared=True)
        self._directory, self._rules = Directory(database, lease=lease), StoredRules(database)
        self._placement = Placement({}, {})
        self._slots = HostSlots()
        self._home = Home(
            settings, url, self._slots, open_database=self._open_database, name=name, machine=machine
        )
        self._processes = Processes()
        self._sockets = sockets if can_pass_sockets() else None
        self._receiver: SocketReceiver | None = None
        self._streams: set[Stream] = set()
        self._tasks: set[asyncio.Future[None]] = set()
        self._requests: set[asyncio.Future[None]] = set()
        self._renewing = threading.Lock()
        self._ended = threading.Event()
        self._leaves = False
        self._lease: Lease
        self._app: FastAPI
        self._loop: asyncio.AbstractEventLoop
        self._stop: asyncio.Event
        self._classroom = AsyncExitStack()
        self._started: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="host", daemon=True)

    def start(self) -> None:
        """Start it, and wait until it takes streams. It has no slots yet."""
        self._thread.start()
        self._started.result()

    def leave(self) -> None:
        """Save all sessions, hand the slots over to other hosts, and end."""
        self._leaves = True
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    # -- the event loop

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as problem:
            if self._started.done():
                raise
            self._started.set_exception(problem)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        if self._sockets is not None:
            self._receiver = SocketReceiver(self._sockets)
        server = await self._loop.create_server(self._new_stream, self._about.address, 0)
        self._about = self._about._replace(port=server.sockets[0].getsockname()[1])
        self._directory.open()
        self._lease = self._directory.join(self.name, self._about)
        renewing = threading.Thread(target=self._renew_lease, name="lease", daemon=True)
        renewing.start()
        self._app = create_app(
            self._settings,
            assets=self._assets,
            bundle_executor=self._bundle_executor,
            share=Share(
                self._slots,
                self._open_database,
                room_sessions=self._home.room_sessions,
                relay=self._home.relay,
                processes=self._processes,
            ),
        )
        self._websocket_config = create_config(self._app, self._settings)
        freeze_after(compile_cache.wait)
        async with self._app.router.lifespan_context(self._app):
            self._started.set_result(None)
            await self._stop.wait()
            await asyncio.to_thread(self._finish_take_over)
            # Whoever comes back waits for the heir; what is under way is answered.
            goodbye = asyncio.ensure_future(self._app.state.connections.close_all(GOODBYE))
            if self._requests:
                await asyncio.wait(self._requests, timeout=ANSWER_TIMEOUT)
            await goodbye
            self._slots.remove(self._slots.owned)
            await self._classroom.aclose()
        # All is saved.
        await asyncio.to_thread(self._hand_over)
        server.close()
        if self._receiver is not None:
            self._receiver.close()
        for stream in list(self._streams):
            stream.close()
        await asyncio.sleep(0)  # they are written

    def _open_database(self, url: str | URL, kept: KeptLimits) -> Database:
        return FencedDatabase(url, self._lease, kept)

    def _new_stream(self) -> Stream:
        stream = Stream(self._on_first_entry)
        self._streams.add(stream)
        stream.on_lost = partial(self._streams.discard, stream)
        return stream

    def _on_first_entry(self, stream: Stream, kind: EntryKind, number: int, payload: bytes) -> None:
        """Take an entry that belongs to no channel yet."""
        if kind is EntryKind.HELLO:
            told = str(json.loads(payload).get("secret", ""))
            if not hmac.compare_digest(told.encode(), self._about.secret.encode()):
                stream.abort()
                return
            stream.is_open = True
            hello = {
                "member": self.name,
                "fence": self._lease.fence,
                "sockets": None if self._receiver is None else str(self._sockets),
            }
            stream.send(EntryKind.HELLO, 0, encode(hello), urgent=True)
        elif not stream.is_open:
            stream.abort()
        elif kind is EntryKind.OPEN:
            told = json.loads(payload)
            if "caller" in told:
                CalledSessions(
                    stream,
                    number,
                    self._app.state.session_manager,
                    HostCounts(self._app),
                    may=partial(self._may_be_called, told["caller"]),
                    renew=self._renew,
                )
            elif self._has(told["slot"]):
                self._open_call(stream, number, told)
            else:
                task = asyncio.ensure_future(self._open_later(stream, number, told))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    def _has(self, slot: int | None) -> bool:
        """Return whether a request to a slot, or for a new session, may be handled here."""
        if self._leaves:
            return slot == ANY_SLOT
        return slot == ANY_SLOT or (self._slots.can_begin if slot is None else slot in self._slots.owned)

    def _may_be_called(self, caller: Mapping[str, Any], session_id: str) -> bool:
        """Return whether a caller is the host that has the rooms, and a session, if one is named, is here."""
        member = self._placement.members.get(caller["member"])
        is_home = self._placement.slots.get(HOME_SLOTS[0]) == caller["member"]
        if member is None or member.fence != caller["fence"] or not is_home:
            return False
        return not session_id or (not self._leaves and self._slots.may_have(session_id))

    def _is_elsewhere(self, text: str) -> bool:
        """Return whether a message opens a session of another host."""
        slot = slot_of_opening(text)
        return slot is not None and slot not in self._slots.owned

    def _open_call(self, stream: Stream, number: int, told: dict[str, Any]) -> None:
        stream.send(EntryKind.OPENED, number, b"", urgent=True)
        scope = scope_of(told["scope"])
        if told["hands_over"] and self._receiver is not None:
            HandedCall(
                stream,
                number,
                config=self._websocket_config,
                app=self._app,
                scope=scope,
                receiver=self._receiver,
                is_elsewhere=self._is_elsewhere,
            )
            return
        call = HostedCall(self._app, stream, number, scope)
        if scope["type"] == "http":
            self._requests.add(call.task)
            call.task.add_done_callback(self._requests.discard)

    async def _open_later(self, stream: Stream, number: int, told: dict[str, Any]) -> None:
        """Begin a request to a slot that this host may have got just now."""
        await asyncio.to_thread(self._renew)
        if self._has(told["slot"]):
            self._open_call(stream, number, told)
        else:
            stream.send(EntryKind.MOVED, number, b"", urgent=True)

    # -- the lease

    def _renew_lease(self) -> None:
        """Renew the lease until the end; end the process if it was expelled."""
        while not self._ended.wait(RENEWAL_INTERVAL):
            self._renew()

    def _renew(self) -> None:
        """Renew the lease, and take over the slots that the directory gives to this host."""
        with self._renewing:
            if self._ended.is_set():
                return
            try:
                load = len(self._app.state.session_manager) if self._started.done() else 0
                placement = self._directory.renew(self._lease, load=load, leaves=self._leaves)
                self._placement = placement
                if self._started.done() and not self._leaves:
                    members = placement.members
                    elsewhere = sum(member.load for name, member in members.items() if name != self.name)
                    self._app.state.session_manager.share_limits(len(members), elsewhere)
                    parts = (load + elsewhere) / load if load else len(members)
                    self._processes.count = min(len(members), parts)  # a class may be at one host
                    self._take_over(placement)
                    share_slots(placement, self._lease, self._directory, self._slots, self._app)
            except FencedOffError:
                log.error("%s was expelled: others have its trainings", self.name)
                os._exit(EXPELLED)
            except StorageError as problem:  # nobody else can read the directory either
                log.warning("the directory of the cluster cannot be used: %s", problem)

    def _take_over(self, placement: Placement) -> None:
        gained = placement.slots_of(self.name) - self._slots.owned
        if not gained:
            return
        store: SessionStore = self._app.state.session_store
        store.learn([each for each in self._directory.session_ids() if slot_of(each) in gained])
        manager: SessionManager = self._app.state.session_manager
        manager.adopt_rules(self._rules.read(), lambda session_id: slot_of(session_id) in gained)
        if HOME_SLOTS[0] in gained:
            asyncio.run_coroutine_threadsafe(self._open_classroom(gained), self._loop).result()
        else:
            self._slots.add(gained)

    def _finish_take_over(self) -> None:
        """Wait until a take-over that has begun is done, so that what it opens is closed; no other begins."""
        assert self._leaves
        with self._renewing:
            pass

    async def _open_classroom(self, gained: frozenset[int]) -> None:
        # Sessions of rooms must be this host's before the rooms are read, which uses them.
        self._slots.add(gained)
        await self._classroom.enter_async_context(self._home.running(self._lease, HostCounts(self._app)))
        await self._classroom.enter_async_context(run_classrooms(self._app))

    def _hand_over(self) -> None:
        with self._renewing:
            self._ended.set()
            try:
                self._directory.hand_over_all(self._lease)
            except StorageError as problem:  # others find that its lease has expired
                log.warning("%s could not hand over its trainings: %s", self.name, problem)

    @property
    def sessions(self) -> int:
        """The number of sessions in memory."""
        manager: SessionManager = self._app.state.session_manager
        return len(manager)
