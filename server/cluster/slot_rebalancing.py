"""Moves slots without sessions to a host that has few slots, such as a new one."""

from collections.abc import Collection
from functools import partial

from fastapi import FastAPI

from server.cluster.directory import Directory, Lease, Placement
from server.cluster.host_slots import HostSlots
from server.cluster.slots import SESSION_SLOTS, slot_of
from server.storage.session_store import SessionStore


def rebalance_slots(
    placement: Placement, lease: Lease, directory: Directory, slots: HostSlots, app: FastAPI
) -> None:
    """Hand slots of this host over to another one that has far fewer.

    Args:
        placement: the directory, as it was read last.
        lease: the host's lease.
        directory: the directory.
        slots: the host's slots.
        app: the host's application; slots of its sessions and jobs are kept.

    Raises:
        server.storage.database.StorageError: the directory cannot be used.
    """
    name = lease.host
    counts = {
        each: len(placement.slots_of(each)) for each, record in placement.hosts.items() if not record.leaves
    }
    successor = min(counts, key=lambda each: counts[each], default=name)
    if 4 * counts.get(successor, 0) > counts.get(name, 0) or counts[name] < max(counts.values()):
        return
    number = (counts[name] - counts[successor]) // 2
    released = app.state.session_manager.with_session_ids(
        partial(_release_free_slots, number, slots, app.state.jobs.ids)
    )
    store: SessionStore = app.state.session_store
    unwritten = {slot_of(each) for each in store.unwritten}
    if unwritten.intersection(released):
        slots.add(released & unwritten)
        released -= unwritten
    if released:
        directory.hand_over(lease, released, successor)


def _release_free_slots(
    number: int, slots: HostSlots, jobs: Collection[str], present: Collection[str]
) -> frozenset[int]:
    """Remove up to `number` slots without sessions and jobs from the host's slots; return them."""
    used = {slot_of(each) for each in (*present, *jobs)}
    free = [slot for slot in SESSION_SLOTS if slot in slots.owned and slot not in used]
    released = frozenset(free[:number])
    slots.remove(released)
    return released
