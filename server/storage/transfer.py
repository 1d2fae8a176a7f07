"""Copies everything of one database into another one that is empty, such as from SQLite into PostgreSQL."""

from collections.abc import Mapping

from sqlalchemy import Connection, Table, func, select

from server.storage.database import Database, StorageError
from server.storage.schema import META, METADATA

ROWS_PER_BATCH = 50
"""Rows that are in memory at a time; the largest hold a few megabytes each."""

TABLES: tuple[Table, ...] = tuple(table for table in METADATA.sorted_tables if table is not META)
"""What is copied. The version of the tables is that of the target; a cluster's hosts are not part of it."""


class TransferError(Exception):
    """Nothing was copied; the message is a sentence for people."""


def transfer(source: Database, target: Database) -> Mapping[str, int]:
    """Copy all rows in one transaction, so that a target that fails stays empty.

    Both databases get the tables of this version first, as at a start of the server.

    Args:
        source: what is copied; no server may write it meanwhile.
        target: where to; no server may use it.

    Returns:
        how many rows each table has, by its name.

    Raises:
        TransferError: a database cannot be read or written, or `target` is not empty.
    """
    if source.location == target.location:
        raise TransferError(f"{source.location} is the database itself: name another one.")
    for database in (source, target):
        try:
            database.open()
        except StorageError as problem:
            raise TransferError(f"{database.location} cannot be used: {problem}.") from problem
    try:
        with source.transaction() as reading, target.transaction() as writing:
            for table in TABLES:
                if (rows := _count(writing, table)) > 0:
                    raise TransferError(
                        f"{target.location} is not empty: it has {rows} rows in {table.name}. Nothing is "
                        "written over: name a database that is new."
                    )
            return {table.name: _copy(reading, writing, table) for table in TABLES}
    except StorageError as problem:
        raise TransferError(
            f"{source.location} could not be copied: {problem}. {target.location} is still empty."
        ) from problem


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _copy(reading: Connection, writing: Connection, table: Table) -> int:
    """Copy one table; return how many rows it has."""
    copied = 0
    found = reading.execution_options(yield_per=ROWS_PER_BATCH).execute(select(table))
    for rows in found.mappings().partitions():
        writing.execute(table.insert(), [dict(row) for row in rows])
        copied += len(rows)
    return copied
