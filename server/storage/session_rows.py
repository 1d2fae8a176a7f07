"""The rows of session records: their values, and the SQL statements that write them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, select, update

from server.sessions.session_record import SessionRecord
from server.storage.schema import LOSSES, SESSIONS

REMOVE_SESSION = delete(SESSIONS).where(SESSIONS.c.id == bindparam("_id"))
"""Remove the session `_id`."""

UPDATE_SESSION = update(SESSIONS).where(SESSIONS.c.id == bindparam("_id"))
"""Update the session `_id`; the columns are those of the parameters."""

MARK_SEEN = update(SESSIONS).where(SESSIONS.c.id == bindparam("_id")).values(seen=bindparam("_seen"))
"""Set the time `_seen` of the last use of the session `_id`."""

REMOVE_LATER_PAGES = delete(LOSSES).where(
    LOSSES.c.session == bindparam("_id"), LOSSES.c.page >= bindparam("_first")
)
"""Remove the pages of losses of the session `_id` from number `_first` on."""


class SessionRow(NamedTuple):
    """A session record with the other columns of its row; `created` and `seen` are Unix times in seconds."""

    session_id: str
    created: float
    seen: float
    record: SessionRecord


def inserted_values(entry: SessionRow) -> dict[str, Any]:
    """Return the values of a new row."""
    return {"id": entry.session_id, "created": entry.created, **_changes(entry)}


def updated_values(entry: SessionRow) -> dict[str, Any]:
    """Return the parameters of `UPDATE_SESSION`, which has the changed columns."""
    return {"_id": entry.session_id, **_changes(entry)}


def _changes(entry: SessionRow) -> dict[str, Any]:
    record = entry.record
    changes = {"seen": entry.seen, "epoch": record.epoch, "state": record.state}
    return changes if record.setup is None else {**changes, "setup": record.setup}


def page_values(entry: SessionRow) -> Iterator[dict[str, Any]]:
    """Yield the values of a row for each page of losses in the record."""
    for number, points in enumerate(entry.record.pages, entry.record.first_page):
        yield {"session": entry.session_id, "page": number, "points": points}


def execute_for_rows(connection: Connection, statement: Any, rows: list[dict[str, Any]]) -> int:
    """Execute a statement for each row of parameters; return the number of matched rows of the table."""
    return int(connection.execute(statement, rows).rowcount) if rows else 0


def missing_sessions(connection: Connection, session_ids: list[str]) -> set[str]:
    """Return those of some ids that no stored session has."""
    found = connection.execute(select(SESSIONS.c.id).where(SESSIONS.c.id.in_(session_ids)))
    return set(session_ids) - set(found.scalars())
