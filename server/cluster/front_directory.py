"""The fronts that are there, in the database: how many share the limits, and where they answer each other."""

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

from server.cluster.directory import About, now
from server.storage.database import Database

FRONT_LEASE = 2.6
"""Seconds after which a front that has not told that it is there counts as gone."""

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
    """A front as the directory has it."""

    about: About
    pages: int
    """How many websockets it has accepted that are open."""
    connections: int
    """How many connections it has."""


class FrontDirectory:
    """The fronts. Its methods may be called in any process; each is one transaction.

    All may raise `StorageError`.
    """

    def __init__(self, database: Database, *, lease: float = FRONT_LEASE) -> None:
        """Create it for a database that was created as `shared`, which nothing else uses; see `open`."""
        self._database = database
        self._lease = lease

    def open(self) -> None:
        """Create the table where it is missing."""
        with self._database.transaction() as connection:
            _TABLES.create_all(connection)

    def start_over(self) -> None:
        """Forget all fronts: those of a cluster that has ended."""
        with self._database.transaction() as connection:
            connection.execute(delete(_FRONTS))

    def renew(self, front: str, record: FrontRecord) -> Mapping[str, FrontRecord]:
        """Tell that a front is there, and how it is; return all that are, this one included."""
        with self._database.transaction() as connection:
            time = now(connection)
            values = {
                "expires": time + self._lease,
                "about": json.dumps(record.about._asdict()),
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
        """Remove a front that ends, or has ended."""
        with self._database.transaction() as connection:
            connection.execute(delete(_FRONTS).where(_FRONTS.c.front == front))


def _read(connection: Connection) -> dict[str, FrontRecord]:
    return {
        row.front: FrontRecord(About(**json.loads(row.about)), row.pages, row.connections)
        for row in connection.execute(select(_FRONTS).order_by(_FRONTS.c.front))
    }
