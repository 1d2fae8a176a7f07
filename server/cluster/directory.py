"""The directory: the hosts that are there, by leases, and which of them has which slot.

It is in the database, so that it survives every process. A host has a lease, which it renews before it
expires by the database's time, and with it a fencing number, which no other host ever had. Whoever finds
that a lease has expired, or that a host's process has ended, expels the host: its row is removed, and its
slots get an heir. From then on nothing is saved under its fencing number, even if the host was only suspended
and goes on.
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
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

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

    member: str
    fence: int


class FencedOffError(StorageError):
    """A host is expelled, so that others may have its sessions; it must save nothing and end."""

    def __init__(self, lease: Lease) -> None:
        super().__init__("unreachable", f"the host {lease.member} has lost its lease {lease.fence}")


class About(NamedTuple):
    """What others need to know of a host."""

    address: str = ""
    """The address at which it takes streams."""
    port: int = 0
    secret: str = ""
    """What opens a stream."""
    machine: str = ""
    """The machine that it runs on."""
    process: int = 0
    """The id of its process there."""
    version: str = ""
    """Tinkernet's version."""


class HostRecord(NamedTuple):
    """A host as the directory has it."""

    fence: int
    about: About
    load: int
    """How many trainings it has in memory."""
    leaves: bool
    """Whether it is about to hand over its slots and end."""


class Placement(NamedTuple):
    """The directory at one moment."""

    members: Mapping[str, HostRecord]
    """The hosts by name."""
    slots: Mapping[int, str]
    """The host of each slot that has one."""

    @property
    def fences(self) -> dict[str, int]:
        """The fencing number of each host."""
        return {name: member.fence for name, member in self.members.items()}

    def slots_of(self, member: str) -> frozenset[int]:
        """Return the slots of a host."""
        return frozenset(slot for slot, name in self.slots.items() if name == member)


class Directory:
    """The directory. Its methods may be called in any process; each is one transaction.

    All may raise `StorageError`.
    """

    def __init__(self, database: Database, *, lease: float = LEASE) -> None:
        """Create it for a database that was created as `shared`, which nothing else uses; see `open`."""
        self._database = database
        self._lease = lease

    def open(self) -> None:
        """Create the tables where they are missing."""
        with self._database.transaction() as connection:
            TABLES.create_all(connection)
            if connection.execute(select(_FENCES.c.last)).scalar() is None:
                connection.execute(insert(_FENCES).values(last=0))
                connection.execute(insert(_SLOTS), [{"slot": slot, "member": None} for slot in range(SLOTS)])

    def start_over(self) -> None:
        """Expel all hosts: those of a cluster that has ended."""
        with self._database.transaction() as connection:
            connection.execute(delete(_MEMBERS))
            connection.execute(update(_SLOTS).values(member=None))

    def join(self, member: str, about: About = About()) -> Lease:  # noqa: B008 - immutable
        """Add a host, which has no slots yet; return its lease. `member` must be new."""
        with self._database.transaction() as connection:
            connection.execute(update(_FENCES).values(last=_FENCES.c.last + 1))
            fence: int = connection.execute(select(_FENCES.c.last)).scalar_one()
            expires = now(connection) + self._lease
            connection.execute(
                insert(_MEMBERS).values(
                    member=member,
                    fence=fence,
                    expires=expires,
                    about=json.dumps(about._asdict()),
                    load=0,
                    leaves=0,
                )
            )
        return Lease(member, fence)

    def renew(self, lease: Lease, *, load: int = 0, leaves: bool = False) -> Placement:
        """Renew a lease, and tell how the host is; return the directory.

        Raises:
            FencedOffError: the host was expelled.
        """
        with self._database.transaction() as connection:
            renewed = connection.execute(
                update(_MEMBERS)
                .where(_MEMBERS.c.member == lease.member, _MEMBERS.c.fence == lease.fence)
                .values(expires=now(connection) + self._lease, load=load, leaves=int(leaves))
            )
            if not renewed.rowcount:
                raise FencedOffError(lease)
            return _read(connection)

    def expel_expired(self) -> list[str]:
        """Expel the hosts whose leases have expired, and see to it that each slot has a host.

        Returns:
            the names of the expelled.
        """
        with self._database.transaction() as connection:
            expired = select(_MEMBERS.c.member).where(_MEMBERS.c.expires < now(connection))
            if connection.execute(expired.union(_homeless())).first() is None:
                return []
            _take_turns(connection)
            gone = list(connection.execute(expired).scalars())
            for member in gone:
                _expel(connection, member)
            _deal(connection)
        return gone

    def expel(self, member: str) -> None:
        """Expel a host whose process has certainly ended, or which leaves; nothing if it is not there."""
        with self._database.transaction() as connection:
            _take_turns(connection)
            _expel(connection, member)

    def deal(self) -> None:
        """Give the slots that have no host to those with the fewest; the home slots stay together."""
        with self._database.transaction() as connection:
            _take_turns(connection)
            _deal(connection)

    def hand_over(self, lease: Lease, slots: Collection[int], heir: str) -> None:
        """Give slots of a host, which has saved and closed their sessions, to another host.

        Raises:
            FencedOffError: the host was expelled.
            ValueError: the heir is not there, or the slots are not those of the host.
        """
        with self._database.transaction() as connection:
            _take_turns(connection)
            require(connection, lease)
            placement = _read(connection)
            if heir not in placement.fences or any(
                placement.slots.get(slot) != lease.member for slot in slots
            ):
                raise ValueError("another host's slots, or no such heir")
            _give(connection, slots, heir)

    def hand_over_all(self, lease: Lease) -> None:
        """Give all slots of a host that leaves to the others, and remove it; as `expel`, but evenly.

        Raises:
            FencedOffError: the host was expelled.
        """
        with self._database.transaction() as connection:
            _take_turns(connection)
            require(connection, lease)
            connection.execute(delete(_MEMBERS).where(_MEMBERS.c.member == lease.member))
            connection.execute(update(_SLOTS).where(_SLOTS.c.member == lease.member).values(member=None))
            _deal(connection)

    def session_ids(self) -> list[str]:
        """Return the ids of all sessions that are stored."""
        with self._database.transaction() as connection:
            return list(connection.execute(select(SESSIONS.c.id)).scalars())

    def read(self) -> Placement:
        """Return the hosts and their slots."""
        with self._database.transaction() as connection:
            return _read(connection)


def require(connection: Connection, lease: Lease) -> None:
    """Raise `FencedOffError` if a host was expelled; it is not expelled before the transaction ends."""
    found = select(_MEMBERS.c.fence).where(_MEMBERS.c.member == lease.member).with_for_update(read=True)
    if connection.execute(found).scalar() != lease.fence:
        raise FencedOffError(lease)


def _take_turns(connection: Connection) -> None:
    """Wait until no other transaction is about to change who has which slot: each goes by what it reads."""
    connection.execute(select(_FENCES.c.last).with_for_update())


def _homeless() -> Select[str]:
    """Select slots that have no host, though there are hosts."""
    there = select(_MEMBERS.c.member)
    slot = cast(_SLOTS.c.slot, String(64))
    without = or_(_SLOTS.c.member.is_(None), _SLOTS.c.member.not_in(there))
    return select(slot).where(without, there.exists())


def _deal(connection: Connection) -> None:
    """Give the slots that have no host to those with the fewest."""
    placement = _read(connection)
    load = _loads(placement)
    if not load:
        return
    home = [slot for slot in HOME_SLOTS if slot not in placement.slots]
    if home:
        _give(connection, home, _heir(load))
        load[_heir(load)] += len(home)
    shares: dict[str, list[int]] = {}
    for slot in SESSION_SLOTS:
        if slot not in placement.slots:
            member = _heir(load)
            load[member] += 1
            shares.setdefault(member, []).append(slot)
    for member, slots in shares.items():
        _give(connection, slots, member)


def _read(connection: Connection) -> Placement:
    members = {
        row.member: HostRecord(row.fence, About(**json.loads(row.about)), row.load, bool(row.leaves))
        for row in connection.execute(select(_MEMBERS))
    }
    slots = {row.slot: row.member for row in connection.execute(select(_SLOTS)) if row.member in members}
    return Placement(members, slots)


def _loads(placement: Placement) -> dict[str, int]:
    """Return how many slots each host has; hosts that leave get none, unless there is no other."""
    stays = {name for name, member in placement.members.items() if not member.leaves}
    loads = dict.fromkeys(sorted(stays or placement.members), 0)
    for member in placement.slots.values():
        if member in loads:
            loads[member] += 1
    return loads


def _expel(connection: Connection, member: str) -> None:
    """Remove a host. All its slots get one heir, which takes them over at once."""
    connection.execute(delete(_MEMBERS).where(_MEMBERS.c.member == member))
    load = _loads(_read(connection))
    heir = _heir(load) if load else None
    connection.execute(update(_SLOTS).where(_SLOTS.c.member == member).values(member=heir))


def _heir(load: Mapping[str, int]) -> str:
    return min(load, key=lambda member: load[member])


def _give(connection: Connection, slots: Collection[int], member: str) -> None:
    connection.execute(update(_SLOTS).where(_SLOTS.c.slot.in_(list(slots))).values(member=member))


def now(connection: Connection) -> float:
    """Return the database's time in seconds, which is the same for all machines."""
    by_dialect = {
        "sqlite": "(julianday('now') - 2440587.5) * 86400.0",
        "postgresql": "extract(epoch from clock_timestamp())",
    }
    text = by_dialect.get(connection.dialect.name)
    now = func.unix_timestamp(func.now(6)) if text is None else literal_column(text)
    return float(connection.execute(select(now)).scalar_one())
