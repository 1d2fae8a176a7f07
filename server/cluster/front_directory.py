"""The running fronts, in the database: how many share the limits, and how they reach each other."""

import json
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import (
    Column,
    Connection,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from server.cluster.database_time import database_time
from server.cluster.directory import ProcessInfo
from server.storage.database import Database

FRONT_LEASE = 2.6
"""Seconds after which a front that has not renewed its lease counts as gone."""

_TABLES = MetaData()

_FRONTS = Table(
    "cluster_fronts",
    _TABLES,
    Column("front", String(64), primary_key=True),
    Column("expires", Float(53), nullable=False),  # by the database's time, in seconds
    Column("about", Text, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("connections", Integer, nullable=False),
)


class FrontRecord(NamedTuple):
    """A front's entry in the directory."""

    info: ProcessInfo
    pages: int
    """The number of its open websockets."""
    connections: int
    """The number of its TCP connections."""


class FrontDirectory:
    """The directory's transactions: each method is one, in any process, and may raise `StorageError`."""

    def __init__(self, database: Database, *, lease: float = FRONT_LEASE) -> None:
        """Create it; `open` must be called first.

        Args:
            database: created as `shared`, and used by nothing else in this process.
            lease: seconds until a lease that is not renewed expires.
        """
        self._database = database
        self._lease = lease

    def open(self) -> None:
        """Create the table where it is missing."""
        with self._database.transaction() as connection:
            _TABLES.create_all(connection)

    def clear(self) -> None:
        """Remove all fronts, which a cluster that has ended has left."""
        with self._database.transaction() as connection:
            connection.execute(delete(_FRONTS))

    def renew(self, front: str, record: FrontRecord) -> Mapping[str, FrontRecord]:
        """Register a front or renew its lease, and store its counts; return all fronts, this one included."""
        with self._database.transaction() as connection:
            time = database_time(connection)
            values = {
                "expires": time + self._lease,
                "about": json.dumps(record.info._asdict()),
                "pages": record.pages,
                "connections": record.connections,
            }
            connection.execute(delete(_FRONTS).where(_FRONTS.c.expires < time, _FRONTS.c.front != front))
            renewed = connection.execute(update(_FRONTS).where(_FRONTS.c.front == front).values(values))
            if not renewed.rowcount:
                connection.execute(insert(_FRONTS).values(front=front, **values))
            return _read(connection)

    def read(self) -> Mapping[str, FrontRecord]:
        """Return the fronts; those whose leases have expired may be among them."""
        with self._database.transaction() as connection:
            return _read(connection)

    def leave(self, front: str) -> None:
        """Remove a front that ends or has ended."""
        with self._database.transaction() as connection:
            connection.execute(delete(_FRONTS).where(_FRONTS.c.front == front))


def _read(connection: Connection) -> dict[str, FrontRecord]:
    return {
        row.front: FrontRecord(ProcessInfo(**json.loads(row.about)), row.pages, row.connections)
        for row in connection.execute(select(_FRONTS).order_by(_FRONTS.c.front))
    }
