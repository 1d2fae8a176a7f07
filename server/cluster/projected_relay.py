"""Forwards a projector's websocket to the host that has the session which it shows."""

from collections.abc import Callable

from starlette.websockets import WebSocket

from server.cluster.forwarded_request import ForwardedRequest, encode_scope
from server.cluster.forwarded_socket import ForwardedSocket
from server.cluster.host_table import HostTable
from server.cluster.slots import session_in_open_message, slot_of
from server.cluster.stream import EntryKind
from server.settings import Settings
from server.websocket.extensions import PROJECTED


class ProjectedRelay(ForwardedSocket):
    """One websocket of a projector.

    The session's id is sent to its host within the scope, and never to the projector. Each `open` makes a new
    channel to the host of the session, which may be this host.
    """

    def __init__(
        self, websocket: WebSocket, settings: Settings, table: HostTable, find: Callable[[str], str | None]
    ) -> None:
        """Create it; `find` returns the id of the session shown under the name in an `open`, or None."""
        super().__init__(websocket, settings, table, None, by_session=False)
        self._find = find
        self._shown: dict[str, str] = {}

    async def _serve(self) -> None:
        await self._websocket.accept()
        self._accepted = True
        first = await self._receive_first(self._settings.request_timeout)
        name = session_in_open_message(first or "")
        session = None if name is None else self._find(name)
        if name is not None and session is not None:
            self._show(name, session)
        await self._forward(await self._open(), first)

    def _show(self, name: str, session: str) -> int:
        """Switch to the session that is shown under a name; return its slot."""
        self._shown = {name: session}
        self._slot = slot = slot_of(session)
        return slot

    async def _open(self, *, can_hand_over: bool = False) -> ForwardedRequest:
        del can_hand_over
        request = ForwardedRequest()
        await request.open(
            self._table, self._slot, encode_scope(self._websocket.scope) | {PROJECTED: self._shown}
        )
        return request

    async def _on_message(self, text: str | None) -> None:
        text = text or ""
        name = session_in_open_message(text)
        session = None if name is None else self._find(name)
        if name is None or session is None:  # the host refuses what is not shown
            await self._send(EntryKind.TEXT, text.encode())
        else:
            await self._change_host(self._show(name, session), text)
