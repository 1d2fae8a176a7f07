"""Gives slots without sessions to a host that has few, such as a new one."""

from collections.abc import Collection
from functools import partial

from fastapi import FastAPI

from server.cluster.directory import Directory, Lease, Placement
from server.cluster.host_slots import HostSlots
from server.cluster.slots import SESSION_SLOTS, slot_of
from server.storage.session_store import SessionStore


def share_slots(
    placement: Placement, lease: Lease, directory: Directory, slots: HostSlots, app: FastAPI
) -> None:
    """Give up slots of a host if another one has far fewer.

    Args:
        placement: the directory as it is.
        lease: the host's lease.
        directory: the directory.
        slots: the host's slots.
        app: the host's application, whose sessions and jobs stay.

    Raises:
        server.storage.database.StorageError: the directory cannot be used.
    """
    name = lease.member
    counts = {
        each: len(placement.slots_of(each)) for each, member in placement.members.items() if not member.leaves
    }
    heir = min(counts, key=lambda each: counts[each], default=name)
    if 4 * counts.get(heir, 0) > counts.get(name, 0) or counts[name] < max(counts.values()):
        return
    number = (counts[name] - counts[heir]) // 2
    given = app.state.session_manager.with_ids(partial(_give_up, number, slots, app.state.jobs.ids))
    store: SessionStore = app.state.session_store
    unwritten = {slot_of(each) for each in store.unwritten}
    if unwritten.intersection(given):
        slots.add(given & unwritten)
        given -= unwritten
    if given:
        directory.hand_over(lease, given, heir)


def _give_up(
    number: int, slots: HostSlots, jobs: Collection[str], present: Collection[str]
) -> frozenset[int]:
    """Give up some slots in which there are no sessions and no jobs; return them."""
    used = {slot_of(each) for each in (*present, *jobs)}
    free = [slot for slot in SESSION_SLOTS if slot in slots.owned and slot not in used]
    given = frozenset(free[:number])
    slots.remove(given)
    return given
