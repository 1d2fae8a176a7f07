"""Writes a batch of session records: in one transaction, or one by one if one of them is refused."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from server.sessions.session_record import SessionRecord
from server.storage.database import Database, RowRejectedError, SessionRow
from server.storage.stored_session import StoredSession

Batch = Mapping[str, tuple[StoredSession, SessionRecord]]
"""At most one record of each session, by the session's id."""


class BatchResult(NamedTuple):
    """What became of a batch. All records that are not named here are saved."""

    lost: set[str]
    """Ids of sessions whose records rely on parts that are not stored."""
    rejected: dict[str, Exception]
    """Why the database refused a record for its contents, by the session's id."""


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
        suspect: returns whether a session's last record was refused; it then has a transaction of its own.

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
