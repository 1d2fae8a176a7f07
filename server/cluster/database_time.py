"""The database's clock, by which leases expire: the one clock that all machines share."""

from sqlalchemy import Connection, func, literal_column, select


def database_time(connection: Connection) -> float:
    """Return the database's clock, in seconds since 1970."""
    by_dialect = {
        "sqlite": "(julianday('now') - 2440587.5) * 86400.0",
        "postgresql": "extract(epoch from clock_timestamp())",
    }
    text = by_dialect.get(connection.dialect.name)
    now = func.unix_timestamp(func.now(6)) if text is None else literal_column(text)
    return float(connection.execute(select(now)).scalar_one())
