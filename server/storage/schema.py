"""The database's tables, and the steps that bring those of an earlier version up to date.

To change a table: change it below, raise `SCHEMA`, and add the step from the version before to `STEPS`, in
plain SQL (a step must go on meaning what it meant, whatever becomes of the tables). Keep a dump of the
version that you leave in `tests/data/storage`; its test opens all of them.
"""

from collections.abc import Callable

from sqlalchemy import (
    Column,
    Connection,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    inspect,
    select,
)
from sqlalchemy.dialects.mysql import LONGBLOB

SCHEMA = 2

_BYTES = LargeBinary().with_variant(LONGBLOB(), "mysql", "mariadb")
"""As many as there are: MySQL's usual BLOB would cut them at 64 kB."""

_TIME = Float(53)
"""With all digits: MySQL's usual FLOAT would round Unix time to minutes."""

METADATA = MetaData()

META = Table("meta", METADATA, Column("schema", Integer, primary_key=True, autoincrement=False))

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("created", _TIME, nullable=False),
    # When it was last worked with, in seconds of Unix time: old ones are looked for by it.
    Column("seen", _TIME, nullable=False, index=True),
    Column("epoch", Integer, nullable=False),
    Column("setup", _BYTES, nullable=False),
    Column("state", _BYTES, nullable=False),
)

LOSSES = Table(
    "losses",
    METADATA,
    Column("session", String(64), primary_key=True),
    Column("page", Integer, primary_key=True, autoincrement=False),
    Column("points", _BYTES, nullable=False),
)

ROOMS = Table(
    "rooms",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("value", _BYTES, nullable=False),
)

SEATS = Table(
    "seats",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("room", String(64), nullable=False, index=True),
    Column("value", _BYTES, nullable=False),
)

HAND_INS = Table(
    "hand_ins",
    METADATA,
    # A seat's latest, by the seat.
    Column("id", String(64), primary_key=True),
    Column("room", String(64), nullable=False, index=True),
    Column("value", _BYTES, nullable=False),
)

Step = Callable[[Connection], None]


def _add_classroom(connection: Connection) -> None:
    """Add the tables of rooms, seats and hand-ins."""
    mysql = connection.dialect.name in {"mysql", "mariadb"}
    kind = "LONGBLOB" if mysql else "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    connection.exec_driver_sql(
        f"CREATE TABLE rooms (id VARCHAR(64) NOT NULL, value {kind} NOT NULL, PRIMARY KEY (id))"
    )
    for table in ("seats", "hand_ins"):
        connection.exec_driver_sql(
            f"CREATE TABLE {table} (id VARCHAR(64) NOT NULL, room VARCHAR(64) NOT NULL, "
            f"value {kind} NOT NULL, PRIMARY KEY (id))"
        )
        connection.exec_driver_sql(f"CREATE INDEX ix_{table}_room ON {table} (room)")


STEPS: dict[int, Step] = {2: _add_classroom}
"""By the version that they lead to."""


class LaterSchemaError(Exception):
    """The tables are those of a version of Tinkernet that is later than this one."""


def migrate(connection: Connection) -> None:
    """Make the tables, or bring them up to date, within the connection's transaction.

    Raises:
        LaterSchemaError: they are of a later version; nothing was changed.
    """
    if not inspect(connection).has_table(META.name):
        METADATA.create_all(connection)
        connection.execute(META.insert().values(schema=SCHEMA))
        return
    version = connection.execute(select(META.c.schema)).scalar_one()
    if version > SCHEMA:
        raise LaterSchemaError(f"version {version} of the tables; {SCHEMA} is known")
    for later in range(version + 1, SCHEMA + 1):
        STEPS[later](connection)
    if version < SCHEMA:
        connection.execute(META.update().values(schema=SCHEMA))
