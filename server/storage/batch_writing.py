"""Writes a batch of session records: in one transaction, or one by one if one of them is rejected."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from server.sessions.session_record import SessionRecord
from server.storage.database import Database, RowRejectedError
from server.storage.session_rows import SessionRow
from server.storage.stored_session import StoredSession

Batch = Mapping[str, tuple[StoredSession, SessionRecord]]
"""At most one record of each session, by the session's id."""


class BatchResult(NamedTuple):
    """The result of writing a batch. All records that are not named here are saved."""

    lost: set[str]
    """The ids of sessions whose records need stored parts that are missing."""
    rejected: dict[str, Exception]
    """By session id: why the database rejected a record for its contents."""


def write_batch(
    storage: Database,
    batch: Batch,
    *,
    now: float,
    known: Callable[[str], bool],
    suspect: Callable[[str], bool],
) -> BatchResult:
    """Write a batch.

    Args:
        storage: the database.
        batch: the records.
        now: the Unix time at which the sessions were last used.
        known: returns whether a session is stored.
        suspect: returns whether a session's last record was rejected; then it gets its own transaction.

    Raises:
        server.storage.database.StorageError: the database does not work; some records may be saved.
    """
    rows = [SessionRow(stored.session_id, stored.created, now, record) for stored, record in batch.values()]
    alone = [row for row in rows if suspect(row.session_id)]
    together = [row for row in rows if not suspect(row.session_id)]
    result = BatchResult(set(), {})
    if together:
        try:
            result.lost.update(storage.save(together, known))
        except RowRejectedError:
            alone += together
    for row in alone:
        try:
            result.lost.update(storage.save([row], known))
        except RowRejectedError as problem:
            result.rejected[row.session_id] = problem
    return result
