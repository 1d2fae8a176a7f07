"""The websockets of rooms, as their documentation has them."""

import inspect
from collections.abc import Sequence

from server.classroom.api.responses import ProjectorState, RoomState, SeatState
from server.classroom.wall import encoding
from server.classroom.wall.projector_socket import PROJECTOR_MESSAGES
from server.protocol import messages as wire
from server.protocol.rooms import AckWall, EntryDenied, Gone, OpenWall, WallUpdate
from server.rest.websocket_docs.asyncapi import FRAME, names_of
from server.rest.websocket_docs.channels import BinaryMessage, Channel, TextMessage

SEAT = """\
The page of a learner, known by the cookie that joining sets: the state of the seat, at once and after each
change. What the page sends is ignored.
"""

WALL = """\
The page of a teacher. The first message is `open`, with the room's id and key; the answer is `room`, then an
`update`, and more of both as the room and the learners' networks change.
"""

PROJECTOR = """\
A page that shows a room and changes nothing. It opens with the room's id and the projector's key, which stand
in the projector's link, and gets the room as an audience may see it, without updates.
"""

PROJECTED = """\
The network that a teacher shows, for the projector's page. The messages are those of `/ws`, of which
clients send these only; `open` names in place of a session `ROOM.KEY.SEAT`: the room's id, the projector's
key and the seat. A `welcome` has the same in place of the session's id.
"""


def room_channels() -> Sequence[Channel]:
    """Return the websockets of rooms."""
    return [
        Channel(
            "seat",
            "/ws/seat",
            SEAT,
            sends=["SeatState", "Gone"],
            messages={"SeatState": TextMessage("seat", SeatState), "Gone": TextMessage("gone", Gone)},
        ),
        Channel(
            "room",
            "/ws/room",
            WALL,
            receives=["OpenWall", "AckWall"],
            sends=["RoomState", "WallUpdate", "Gone", "EntryDenied", "Closing"],
            messages={
                "OpenWall": TextMessage("open", OpenWall),
                "AckWall": TextMessage("ack", AckWall),
                "RoomState": TextMessage("room", RoomState),
                "WallUpdate": BinaryMessage(
                    "update",
                    "The learners that have changed: their losses and heat maps. Binary.",
                    inspect.cleandoc(encoding.__doc__ or ""),
                    WallUpdate,
                ),
                "EntryDenied": TextMessage("error", EntryDenied),
            },
        ),
        Channel(
            "projector",
            "/ws/projector",
            PROJECTOR,
            receives=["OpenWall"],
            sends=["ProjectorState", "Gone", "EntryDenied", "Closing"],
            messages={"ProjectorState": TextMessage("room", ProjectorState)},
        ),
        Channel(
            "projected",
            "/ws/projected",
            PROJECTED,
            receives=[wire.Open.__name__, *(model.__name__ for model in PROJECTOR_MESSAGES)],
            sends=[*names_of(wire.ServerMessage), FRAME],
        ),
    ]
