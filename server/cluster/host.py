"""A host: the whole application without Uvicorn; its requests and websockets arrive from fronts.

A thread of its own renews the lease, so that a busy event loop does not lose it.
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
from server.app import ClusterParts, create_app, run_classrooms
from server.asgi.adopted_socket import can_pass_sockets, create_config
from server.asgi.garbage_collection import freeze_after
from server.cluster.directory import (
    LEASE,
    RENEWAL_INTERVAL,
    Directory,
    FencedOffError,
    Lease,
    Placement,
    ProcessInfo,
)
from server.cluster.fenced_database import FencedDatabase
from server.cluster.handed_over_socket import HandedOverSocket
from server.cluster.host_slots import HostSlots
from server.cluster.hosted_request import HostedRequest, decode_scope
from server.cluster.peer_call_handler import PeerCallHandler
from server.cluster.room_role import RoomRole
from server.cluster.shared_counts import HostCounts
from server.cluster.slot_rebalancing import rebalance_slots
from server.cluster.slots import HOME_SLOTS, slot_of, slot_of_open_message
from server.cluster.socket_passing import SocketReceiver
from server.cluster.stored_rules import StoredRules
from server.cluster.stream import ANY_SLOT, EntryKind, Stream, encode_json
from server.jobs.bundles import BundleExecutor
from server.limits.processes import Processes
from server.runtime.session_manager import SessionManager
from server.settings import Settings
from server.storage.database import Database, StorageError, in_folder
from server.storage.session_store import SessionStore
from server.storage.storage_quotas import StorageQuotas
from server.version import VERSION

GOODBYE_TIMEOUT = 0.5
"""Seconds for the websockets to close when the host leaves."""

ANSWER_TIMEOUT = 2.0
"""Seconds for running requests to be answered before the host leaves."""

EXPELLED_EXIT_CODE = 70
log = logging.getLogger(__name__)


class Host:
    """The host of this process. `start` and `leave` block; any thread may call them."""

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
            settings: the settings of its application.
            name: its name in the directory, new for each process.
            address: the address of this machine at which fronts reach it.
            machine: a name that all hosts and fronts of this machine share.
            assets: see `create_app`.
            bundle_executor: see `create_app`.
            lease: seconds after which others may expel it if it does not renew its lease.
            sockets: the path of the Unix socket at which fronts of this machine hand connections over, in a
                folder that only this user may enter; None if the host accepts none.
        """
        self.name = name
        self._settings = settings
        self._info = ProcessInfo(address, 0, secrets.token_urlsafe(32), machine, os.getpid(), VERSION)
        self._assets = assets
        self._bundle_executor = bundle_executor
        url: str | URL = settings.database_url or in_folder(settings.data_dir)
        database = Database(url, shared=True)
        self._directory, self._rules = Directory(database, lease=lease), StoredRules(database)
        self._placement = Placement({}, {})
        self._slots = HostSlots()
        self._room_role = RoomRole(
            settings, url, self._slots, open_database=self._open_database, name=name, machine=machine
        )
        self._processes = Processes()
        self._sockets = sockets if can_pass_sockets() else None
        self._receiver: SocketReceiver | None = None
        self._streams: set[Stream] = set()
        self._tasks: set[asyncio.Future[None]] = set()
        self._running_requests: set[asyncio.Future[None]] = set()
        self._renewing = threading.Lock()
        self._lease_ended = threading.Event()
        self._is_leaving = False
        self._lease: Lease
        self._app: FastAPI
        self._loop: asyncio.AbstractEventLoop
        self._stop: asyncio.Event
        self._classroom = AsyncExitStack()
        self._started: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="host", daemon=True)

    def start(self) -> None:
        """Start it, and wait until it accepts streams. It has no slots yet."""
        self._thread.start()
        self._started.result()

    def leave(self) -> None:
        """Save all sessions, hand the slots over to other hosts, and end."""
        self._is_leaving = True
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
        server = await self._loop.create_server(self._new_stream, self._info.address, 0)
        self._info = self._info._replace(port=server.sockets[0].getsockname()[1])
        self._directory.open()
        self._lease = self._directory.join(self.name, self._info)
        renewing = threading.Thread(target=self._renew_lease, name="lease", daemon=True)
        renewing.start()
        self._app = create_app(
            self._settings,
            assets=self._assets,
            bundle_executor=self._bundle_executor,
            cluster_parts=ClusterParts(
                self._slots,
                self._open_database,
                room_sessions=self._room_role.room_sessions,
                relay=self._room_role.projector_socket,
                processes=self._processes,
            ),
        )
        self._websocket_config = create_config(self._app, self._settings)
        freeze_after(compile_cache.wait)
        async with self._app.router.lifespan_context(self._app):
            self._started.set_result(None)
            await self._stop.wait()
            await asyncio.to_thread(self._finish_take_over)
            # Clients that reconnect wait for the successor; running requests are answered.
            goodbye = asyncio.ensure_future(self._app.state.connections.close_all(GOODBYE_TIMEOUT))
            if self._running_requests:
                await asyncio.wait(self._running_requests, timeout=ANSWER_TIMEOUT)
            await goodbye
            self._slots.remove(self._slots.owned)
            await self._classroom.aclose()
        # All is saved.
        await asyncio.to_thread(self._hand_over_slots)
        server.close()
        if self._receiver is not None:
            self._receiver.close()
        for stream in list(self._streams):
            stream.close()
        await asyncio.sleep(0)  # they are written

    def _open_database(self, url: str | URL, kept: StorageQuotas) -> Database:
        return FencedDatabase(url, self._lease, kept)

    def _new_stream(self) -> Stream:
        stream = Stream(self._on_first_entry)
        self._streams.add(stream)
        stream.on_lost = partial(self._streams.discard, stream)
        return stream

    def _on_first_entry(self, stream: Stream, kind: EntryKind, number: int, payload: bytes) -> None:
        """Handle an entry of a number without a channel: the handshake, a new request or peer calls."""
        if kind is EntryKind.HELLO:
            secret = str(json.loads(payload).get("secret", ""))
            if not hmac.compare_digest(secret.encode(), self._info.secret.encode()):
                stream.abort()
                return
            stream.is_authenticated = True
            hello = {
                "member": self.name,
                "fence": self._lease.fencing_token,
                "sockets": None if self._receiver is None else str(self._sockets),
            }
            stream.send(EntryKind.HELLO, 0, encode_json(hello), urgent=True)
        elif not stream.is_authenticated:
            stream.abort()
        elif kind is EntryKind.OPEN:
            message = json.loads(payload)
            if "caller" in message:
                PeerCallHandler(
                    stream,
                    number,
                    self._app.state.session_manager,
                    HostCounts(self._app),
                    is_allowed=partial(self._authorizes_call, message["caller"]),
                    renew=self._renew,
                )
            elif self._accepts_slot(message["slot"]):
                self._open_request(stream, number, message)
            else:
                task = asyncio.ensure_future(self._open_after_renewal(stream, number, message))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    def _accepts_slot(self, slot: int | None) -> bool:
        """Return whether this host handles requests to a slot, to `ANY_SLOT`, or (None) for a new session."""
        if self._is_leaving:
            return slot == ANY_SLOT
        return slot == ANY_SLOT or (
            self._slots.accepts_new_sessions if slot is None else slot in self._slots.owned
        )

    def _authorizes_call(self, caller: Mapping[str, Any], session_id: str) -> bool:
        """Return whether the caller has the home slots, and the session, if not "", belongs to this host."""
        record = self._placement.hosts.get(caller["member"])
        is_home = self._placement.slots.get(HOME_SLOTS[0]) == caller["member"]
        if record is None or record.fencing_token != caller["fence"] or not is_home:
            return False
        return not session_id or (not self._is_leaving and self._slots.owns(session_id))

    def _is_elsewhere(self, text: str) -> bool:
        """Return whether a message is an `open` of a session of another host."""
        slot = slot_of_open_message(text)
        return slot is not None and slot not in self._slots.owned

    def _open_request(self, stream: Stream, number: int, message: dict[str, Any]) -> None:
        stream.send(EntryKind.OPENED, number, b"", urgent=True)
        scope = decode_scope(message["scope"])
        if message["hands_over"] and self._receiver is not None:
            HandedOverSocket(
                stream,
                number,
                config=self._websocket_config,
                app=self._app,
                scope=scope,
                receiver=self._receiver,
                is_elsewhere=self._is_elsewhere,
            )
            return
        call = HostedRequest(self._app, stream, number, scope)
        if scope["type"] == "http":
            self._running_requests.add(call.task)
            call.task.add_done_callback(self._running_requests.discard)

    async def _open_after_renewal(self, stream: Stream, number: int, message: dict[str, Any]) -> None:
        """Open a request to a slot that the directory may have assigned to this host a moment ago."""
        await asyncio.to_thread(self._renew)
        if self._accepts_slot(message["slot"]):
            self._open_request(stream, number, message)
        else:
            stream.send(EntryKind.MOVED, number, b"", urgent=True)

    # -- the lease

    def _renew_lease(self) -> None:
        """Renew the lease again and again until it is handed over."""
        while not self._lease_ended.wait(RENEWAL_INTERVAL):
            self._renew()

    def _renew(self) -> None:
        """Renew the lease, and take over newly assigned slots; end the process if the host was expelled."""
        with self._renewing:
            if self._lease_ended.is_set():
                return
            try:
                load = len(self._app.state.session_manager) if self._started.done() else 0
                placement = self._directory.renew(self._lease, load=load, leaves=self._is_leaving)
                self._placement = placement
                if self._started.done() and not self._is_leaving:
                    hosts = placement.hosts
                    elsewhere = sum(record.load for name, record in hosts.items() if name != self.name)
                    self._app.state.session_manager.share_limits(len(hosts), elsewhere)
                    share = (load + elsewhere) / load if load else len(hosts)
                    self._processes.count = min(len(hosts), share)  # all pages may be at one host
                    self._take_over(placement)
                    rebalance_slots(placement, self._lease, self._directory, self._slots, self._app)
            except FencedOffError:
                log.error("%s was expelled: others have its trainings", self.name)
                os._exit(EXPELLED_EXIT_CODE)
            except StorageError as problem:  # nobody else can read the directory either
                log.warning("the directory of the cluster cannot be used: %s", problem)

    def _take_over(self, placement: Placement) -> None:
        gained = placement.slots_of(self.name) - self._slots.owned
        if not gained:
            return
        store: SessionStore = self._app.state.session_store
        store.add_known([each for each in self._directory.session_ids() if slot_of(each) in gained])
        manager: SessionManager = self._app.state.session_manager
        manager.replace_rules(self._rules.read(), lambda session_id: slot_of(session_id) in gained)
        if HOME_SLOTS[0] in gained:
            asyncio.run_coroutine_threadsafe(self._open_classroom(gained), self._loop).result()
        else:
            self._slots.add(gained)

    def _finish_take_over(self) -> None:
        """Wait until a running take-over is finished, so that what it opens is closed; no other starts."""
        assert self._is_leaving
        with self._renewing:
            pass

    async def _open_classroom(self, gained: frozenset[int]) -> None:
        # Loading rooms uses their sessions, so this host must own the slots before.
        self._slots.add(gained)
        await self._classroom.enter_async_context(
            self._room_role.while_active(self._lease, HostCounts(self._app))
        )
        await self._classroom.enter_async_context(run_classrooms(self._app))

    def _hand_over_slots(self) -> None:
        with self._renewing:
            self._lease_ended.set()
            try:
                self._directory.hand_over_all(self._lease)
            except StorageError as problem:  # others find that its lease has expired
                log.warning("%s could not hand over its trainings: %s", self.name, problem)

    @property
    def sessions(self) -> int:
        """The number of sessions in memory."""
        manager: SessionManager = self._app.state.session_manager
        return len(manager)
