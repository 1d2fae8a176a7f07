"""Limits on the number of rooms, of all and of one address; ends unused rooms to stay within them."""

from collections import Counter
from collections.abc import Iterable

from server.classroom import errors
from server.classroom.model.room import Room
from server.classroom.service.room_manager import RoomManager


async def enforce_room_limits(room_manager: RoomManager, opened_by: str) -> None:
    """Ensure that another room may be created; end the oldest unused room if there are too many.

    Args:
        room_manager: the server's rooms.
        opened_by: who creates the room; see `Room.opened_by`.

    Raises:
        ProblemError: there are too many rooms, of all or of this address, and none of them is unused.
    """
    rooms, settings = room_manager.rooms.values(), room_manager.settings
    own = [room for room in rooms if opened_by and room.opened_by == opened_by]
    if len(own) >= settings.max_rooms_per_address:
        if not await _end_oldest(room_manager, own):
            raise errors.address_has_rooms(settings.max_rooms_per_address)
    elif len(rooms) >= settings.max_rooms:
        opened = Counter(room.opened_by for room in rooms if _is_unused(room_manager, room))
        busiest = max(opened, key=lambda each: (each == opened_by, opened[each]), default="")
        if not await _end_oldest(room_manager, [room for room in rooms if room.opened_by == busiest]):
            raise errors.rooms_full(settings.max_rooms)


async def _end_oldest(room_manager: RoomManager, rooms: Iterable[Room]) -> bool:
    """End the oldest unused of some rooms; return whether there was one."""
    unused = [room for room in rooms if _is_unused(room_manager, room)]
    if not unused:
        return False
    await room_manager.end(min(unused, key=lambda room: room.created))
    return True


def _is_unused(room_manager: RoomManager, room: Room) -> bool:
    """Return whether nothing was set up in a room, it has no members, and no page of its teacher is open."""
    return not (room.prepared or room.members or room_manager.notifications.has_listeners(room.id))
