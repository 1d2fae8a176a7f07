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

SCHEMA = 1

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

Step = Callable[[Connection], None]

STEPS: dict[int, Step] = {}
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
