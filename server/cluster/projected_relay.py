"""The projector's websocket where the network that it shows may be on another host: it is forwarded there."""

from collections.abc import Callable

from starlette.websockets import WebSocket

from server.cluster.forwarded_call import ForwardedCall, told_scope
from server.cluster.forwarded_socket import ForwardedSocket
from server.cluster.host_table import HostTable
from server.cluster.slots import name_of_opening, slot_of
from server.cluster.stream import EntryKind
from server.settings import Settings
from server.websocket.extensions import PROJECTED


class ProjectedRelay(ForwardedSocket):
    """One websocket. The session's id goes to its host within the scope, and never to the projector.

    The host of the session, which may be this one, gets a new channel for each `open`.
    """

    def __init__(
        self, websocket: WebSocket, settings: Settings, table: HostTable, find: Callable[[str], str | None]
    ) -> None:
        """Create it; `find` returns the session that is shown under the name in an `open`, if one is."""
        super().__init__(websocket, settings, table, None, by_session=False)
        self._find = find
        self._shown: dict[str, str] = {}

    async def _serve(self) -> None:
        await self._websocket.accept()
        self._accepted = True
        first = await self._receive_first(self._settings.request_timeout)
        name = name_of_opening(first or "")
        session = None if name is None else self._find(name)
        if name is not None and session is not None:
            self._show(name, session)
        await self._forward(await self._open(), first)

    def _show(self, name: str, session: str) -> int:
        """Go on with the session that is shown under a name; return its slot."""
        self._shown = {name: session}
        self._slot = slot = slot_of(session)
        return slot

    async def _open(self, *, can_hand_over: bool = False) -> ForwardedCall:
        del can_hand_over
        call = ForwardedCall()
        await call.open(self._table, self._slot, told_scope(self._websocket.scope) | {PROJECTED: self._shown})
        return call

    async def _on_message(self, text: str | None) -> None:
        text = text or ""
        name = name_of_opening(text)
        session = None if name is None else self._find(name)
        if name is None or session is None:  # what is not shown is refused there
            await self._send(EntryKind.TEXT, text.encode())
        else:
            await self._change_host(self._show(name, session), text)
