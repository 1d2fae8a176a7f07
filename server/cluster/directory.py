"""The directory: the running hosts with their leases, and the assignment of slots to hosts.

It is in the database, so that it survives every process. A host renews its lease before it expires by the
database's clock. Each lease has a fencing token, a number that is never used again. Any process that finds an
expired lease, or a host whose process has ended, expels the host: its row is deleted, and its slots go to a
successor. From then on every transaction with its fencing token fails, even if the host was only suspended
and runs on.
"""

import json
from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import (
    Column,
    Connection,
    Float,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    cast,
    delete,
    insert,
    or_,
    select,
    update,
)

from server.cluster.database_time import database_time
from server.cluster.slots import HOME_SLOTS, SESSION_SLOTS, SLOTS
from server.storage.database import Database, StorageError
from server.storage.schema import SESSIONS

LEASE = 2.6
"""Seconds after which a host that does not renew its lease may be expelled."""

RENEWAL_INTERVAL = 0.5
"""Seconds between two renewals."""

# These tables describe processes that run now: they are not part of the schema's versions and of backups.
TABLES = MetaData()

_FENCES = Table("cluster_fences", TABLES, Column("last", Integer, primary_key=True, autoincrement=False))

_MEMBERS = Table(
    "cluster_members",
    TABLES,
    Column("member", String(64), primary_key=True),
    Column("fence", Integer, nullable=False, unique=True),
    Column("expires", Float(53), nullable=False),  # by the database's time, in seconds
    Column("about", Text, nullable=False),
    Column("load", Integer, nullable=False),
    Column("leaves", Integer, nullable=False),
)

_SLOTS = Table(
    "cluster_slots",
    TABLES,
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("member", String(64), nullable=True, index=True),
)


class Lease(NamedTuple):
    """A host's right to train and save the sessions of its slots."""

    host: str
    """The name of the host."""
    fencing_token: int
    """A number that no other lease has."""


class FencedOffError(StorageError):
    """The host was expelled, so that others may have its sessions: it must save nothing, and end."""

    def __init__(self, lease: Lease) -> None:
        super().__init__("unreachable", f"the host {lease.host} has lost its lease {lease.fencing_token}")


class ProcessInfo(NamedTuple):
    """How other processes reach a host or a front, and identify it."""

    address: str = ""
    """The network address at which it accepts streams."""
    port: int = 0
    """The TCP port there."""
    secret: str = ""
    """What the other side of a stream must send first."""
    machine: str = ""
    """The name of the machine that it runs on."""
    process: int = 0
    """Its process id on that machine."""
    version: str = ""
    """The version of Tinkernet that it runs."""


class HostRecord(NamedTuple):
    """A host's entry in the directory."""

    fencing_token: int
    """That of its lease."""
    info: ProcessInfo
    """How to reach it."""
    load: int
    """The number of sessions that it has in memory."""
    leaves: bool
    """Whether it is handing its slots over and about to end."""


class Placement(NamedTuple):
    """A snapshot of the directory."""

    hosts: Mapping[str, HostRecord]
    """The hosts by name."""
    slots: Mapping[int, str]
    """The host of each slot that has one."""

    @property
    def fencing_tokens(self) -> dict[str, int]:
        """The fencing token of each host."""
        return {name: member.fencing_token for name, member in self.hosts.items()}

    def slots_of(self, host: str) -> frozenset[int]:
        """Return the slots of a host."""
        return frozenset(slot for slot, name in self.slots.items() if name == host)


class Directory:
    """The directory's transactions: each method is one, in any process, and may raise `StorageError`."""

    def __init__(self, database: Database, *, lease: float = LEASE) -> None:
        """Create it; `open` must be called first.

        Args:
            database: created as `shared`, and used by nothing else in this process.
            lease: seconds until a lease that is not renewed expires.
        """
        self._database = database
        self._lease = lease

    def open(self) -> None:
        """Create the tables where they are missing."""
        with self._database.transaction() as connection:
            TABLES.create_all(connection)
            if connection.execute(select(_FENCES.c.last)).scalar() is None:
                connection.execute(insert(_FENCES).values(last=0))
                connection.execute(insert(_SLOTS), [{"slot": slot, "member": None} for slot in range(SLOTS)])

    def clear(self) -> None:
        """Remove all hosts and assignments, which a cluster that has ended has left."""
        with self._database.transaction() as connection:
            connection.execute(delete(_MEMBERS))
            connection.execute(update(_SLOTS).values(member=None))

    def join(self, host: str, info: ProcessInfo = ProcessInfo()) -> Lease:  # noqa: B008 - immutable
        """Add a host without slots, and return its lease. No host may have had its name before."""
        with self._database.transaction() as connection:
            connection.execute(update(_FENCES).values(last=_FENCES.c.last + 1))
            fencing_token: int = connection.execute(select(_FENCES.c.last)).scalar_one()
            expires = database_time(connection) + self._lease
            connection.execute(
                insert(_MEMBERS).values(
                    member=host,
                    fence=fencing_token,
                    expires=expires,
                    about=json.dumps(info._asdict()),
                    load=0,
                    leaves=0,
                )
            )
        return Lease(host, fencing_token)

    def renew(self, lease: Lease, *, load: int = 0, leaves: bool = False) -> Placement:
        """Renew a lease, and return the directory.

        Args:
            lease: the host's lease.
            load: the number of sessions that the host has in memory.
            leaves: whether it is handing its slots over and about to end.

        Raises:
            FencedOffError: the host was expelled.
        """
        with self._database.transaction() as connection:
            renewed = connection.execute(
                update(_MEMBERS)
                .where(_MEMBERS.c.member == lease.host, _MEMBERS.c.fence == lease.fencing_token)
                .values(expires=database_time(connection) + self._lease, load=load, leaves=int(leaves))
            )
            if not renewed.rowcount:
                raise FencedOffError(lease)
            return _read(connection)

    def expel_expired(self) -> list[str]:
        """Expel the hosts whose leases have expired, and assign the slots without a host.

        Returns:
            the names of the expelled hosts.
        """
        with self._database.transaction() as connection:
            expired = select(_MEMBERS.c.member).where(_MEMBERS.c.expires < database_time(connection))
            if connection.execute(expired.union(_unassigned_slots())).first() is None:
                return []
            _lock_placement(connection)
            expelled = list(connection.execute(expired).scalars())
            for host in expelled:
                _expel(connection, host)
            _assign_free_slots(connection)
        return expelled

    def expel(self, host: str) -> None:
        """Expel a host whose process has certainly ended, or which leaves; do nothing if it is not there."""
        with self._database.transaction() as connection:
            _lock_placement(connection)
            _expel(connection, host)

    def assign_free_slots(self) -> None:
        """Assign each slot without a host to the host with the fewest; the home slots get one host."""
        with self._database.transaction() as connection:
            _lock_placement(connection)
            _assign_free_slots(connection)

    def hand_over(self, lease: Lease, slots: Collection[int], successor: str) -> None:
        """Assign some slots of a host to its successor; the host must have saved and closed their sessions.

        Raises:
            FencedOffError: the host was expelled.
            ValueError: the successor is not there, or the slots are not those of the host.
        """
        with self._database.transaction() as connection:
            _lock_placement(connection)
            check_lease(connection, lease)
            placement = _read(connection)
            if successor not in placement.fencing_tokens or any(
                placement.slots.get(slot) != lease.host for slot in slots
            ):
                raise ValueError("another host's slots, or no such successor")
            _assign(connection, slots, successor)

    def hand_over_all(self, lease: Lease) -> None:
        """Remove a host that leaves, and distribute its slots evenly; `expel` assigns all to one successor.

        Raises:
            FencedOffError: the host was expelled.
        """
        with self._database.transaction() as connection:
            _lock_placement(connection)
            check_lease(connection, lease)
            connection.execute(delete(_MEMBERS).where(_MEMBERS.c.member == lease.host))
            connection.execute(update(_SLOTS).where(_SLOTS.c.member == lease.host).values(member=None))
            _assign_free_slots(connection)

    def session_ids(self) -> list[str]:
        """Return the ids of all sessions that are stored."""
        with self._database.transaction() as connection:
            return list(connection.execute(select(SESSIONS.c.id)).scalars())

    def read(self) -> Placement:
        """Return the directory."""
        with self._database.transaction() as connection:
            return _read(connection)


def check_lease(connection: Connection, lease: Lease) -> None:
    """Raise `FencedOffError` if a host was expelled; otherwise nobody can expel it in this transaction."""
    found = select(_MEMBERS.c.fence).where(_MEMBERS.c.member == lease.host).with_for_update(read=True)
    if connection.execute(found).scalar() != lease.fencing_token:
        raise FencedOffError(lease)


def _lock_placement(connection: Connection) -> None:
    """Lock the assignment of slots: transactions that change it run one after another."""
    connection.execute(select(_FENCES.c.last).with_for_update())


def _unassigned_slots() -> Select[str]:
    """Select the slots that have no host, if there are hosts at all."""
    there = select(_MEMBERS.c.member)
    slot = cast(_SLOTS.c.slot, String(64))
    without = or_(_SLOTS.c.member.is_(None), _SLOTS.c.member.not_in(there))
    return select(slot).where(without, there.exists())


def _assign_free_slots(connection: Connection) -> None:
    """Assign each slot without a host to the host with the fewest."""
    placement = _read(connection)
    counts = _slot_counts(placement)
    if not counts:
        return
    home = [slot for slot in HOME_SLOTS if slot not in placement.slots]
    if home:
        _assign(connection, home, _host_with_fewest(counts))
        counts[_host_with_fewest(counts)] += len(home)
    assigned: dict[str, list[int]] = {}
    for slot in SESSION_SLOTS:
        if slot not in placement.slots:
            host = _host_with_fewest(counts)
            counts[host] += 1
            assigned.setdefault(host, []).append(slot)
    for host, slots in assigned.items():
        _assign(connection, slots, host)


def _read(connection: Connection) -> Placement:
    hosts = {
        row.member: HostRecord(row.fence, ProcessInfo(**json.loads(row.about)), row.load, bool(row.leaves))
        for row in connection.execute(select(_MEMBERS))
    }
    slots = {row.slot: row.member for row in connection.execute(select(_SLOTS)) if row.member in hosts}
    return Placement(hosts, slots)


def _slot_counts(placement: Placement) -> dict[str, int]:
    """Return the number of slots of each host that may get more; leaving hosts only if there is no other."""
    staying = {name for name, record in placement.hosts.items() if not record.leaves}
    counts = dict.fromkeys(sorted(staying or placement.hosts), 0)
    for host in placement.slots.values():
        if host in counts:
            counts[host] += 1
    return counts


def _expel(connection: Connection, host: str) -> None:
    """Delete a host, and assign all its slots to one successor, which finds them at its next renewal."""
    connection.execute(delete(_MEMBERS).where(_MEMBERS.c.member == host))
    counts = _slot_counts(_read(connection))
    successor = _host_with_fewest(counts) if counts else None
    connection.execute(update(_SLOTS).where(_SLOTS.c.member == host).values(member=successor))


def _host_with_fewest(counts: Mapping[str, int]) -> str:
    return min(counts, key=lambda host: counts[host])


def _assign(connection: Connection, slots: Collection[int], host: str) -> None:
    connection.execute(update(_SLOTS).where(_SLOTS.c.slot.in_(list(slots))).values(member=host))
