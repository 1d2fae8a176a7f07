"""The database's tables, and the migrations from earlier versions.

To change a table: change it below, raise `SCHEMA_VERSION`, and add the migration from the version before to
`MIGRATIONS`, in plain SQL (a migration must keep its meaning when the tables below change again). Add a
dump of the old version to `tests/data/storage`; a test opens all of them.
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

SCHEMA_VERSION = 3

_BYTES = LargeBinary().with_variant(LONGBLOB(), "mysql", "mariadb")
"""Bytes of any length; MySQL's BLOB is limited to 64 kB."""

_TIME = Float(53)
"""Unix time in double precision; MySQL's FLOAT would round it to minutes."""

METADATA = MetaData()

META = Table("meta", METADATA, Column("schema", Integer, primary_key=True, autoincrement=False))

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("created", _TIME, nullable=False),
    # Unix time of the last use; sessions unused for long are found and removed by it.
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
    # The id of the seat: only the latest submission of a seat is stored.
    Column("id", String(64), primary_key=True),
    Column("room", String(64), nullable=False, index=True),
    Column("value", _BYTES, nullable=False),
)

SHARED_DATA = Table(
    "shared_data",
    METADATA,
    # The digest of the value: the same data have the same id.
    Column("id", String(64), primary_key=True),
    # Unix time of the last use; data unused for long are found and removed by it.
    Column("seen", _TIME, nullable=False, index=True),
    Column("size", Integer, nullable=False),
    Column("value", _BYTES, nullable=False),
)

Step = Callable[[Connection], None]


def _kinds(connection: Connection) -> tuple[str, str]:
    """Return the database's types of bytes of any length, and of numbers in double precision."""
    if connection.dialect.name in {"mysql", "mariadb"}:
        return "LONGBLOB", "DOUBLE"
    return ("BYTEA", "FLOAT(53)") if connection.dialect.name == "postgresql" else ("BLOB", "FLOAT")


def _add_classroom(connection: Connection) -> None:
    """Add the tables of rooms, seats and submissions."""
    kind, _ = _kinds(connection)
    connection.exec_driver_sql(
        f"CREATE TABLE rooms (id VARCHAR(64) NOT NULL, value {kind} NOT NULL, PRIMARY KEY (id))"
    )
    for table in ("seats", "hand_ins"):
        connection.exec_driver_sql(
            f"CREATE TABLE {table} (id VARCHAR(64) NOT NULL, room VARCHAR(64) NOT NULL, "
            f"value {kind} NOT NULL, PRIMARY KEY (id))"
        )
        connection.exec_driver_sql(f"CREATE INDEX ix_{table}_room ON {table} (room)")


def _add_shared_data(connection: Connection) -> None:
    """Add the table of data that links name."""
    kind, time = _kinds(connection)
    connection.exec_driver_sql(
        f"CREATE TABLE shared_data (id VARCHAR(64) NOT NULL, seen {time} NOT NULL, size INTEGER NOT NULL, "
        f"value {kind} NOT NULL, PRIMARY KEY (id))"
    )
    connection.exec_driver_sql("CREATE INDEX ix_shared_data_seen ON shared_data (seen)")


MIGRATIONS: dict[int, Step] = {2: _add_classroom, 3: _add_shared_data}
"""Migrations, by the schema version that each produces."""


class LaterSchemaError(Exception):
    """The tables were created by a later version of Tinkernet."""


def migrate(connection: Connection) -> None:
    """Create the tables or migrate them, within the connection's transaction.

    Raises:
        LaterSchemaError: the tables were created by a later version; nothing is changed.
    """
    version = check_version(connection)
    if version is None:
        METADATA.create_all(connection)
        connection.execute(META.insert().values(schema=SCHEMA_VERSION))
        return
    for later in range(version + 1, SCHEMA_VERSION + 1):
        MIGRATIONS[later](connection)
    if version < SCHEMA_VERSION:
        connection.execute(META.update().values(schema=SCHEMA_VERSION))


def check_version(connection: Connection) -> int | None:
    """Return the version of the tables, None if there are none.

    Raises:
        LaterSchemaError: they were made by a later version.
    """
    if not inspect(connection).has_table(META.name):
        return None
    version: int = connection.execute(select(META.c.schema)).scalar_one()
    if version > SCHEMA_VERSION:
        raise LaterSchemaError(f"version {version} of the tables; {SCHEMA_VERSION} is known")
    return version
