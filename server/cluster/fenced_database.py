"""The database of one host: every transaction is refused once the host is expelled."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection

from server.cluster.directory import Lease, require
from server.storage.database import Database
from server.storage.kept_limits import KeptLimits


class FencedDatabase(Database):
    """A database whose every method raises `FencedOffError` once another host may have the sessions."""

    def __init__(self, url: str | URL, lease: Lease, kept: KeptLimits = KeptLimits()) -> None:  # noqa: B008
        """Create it for a host's lease; otherwise as `Database`, shared with other processes."""
        super().__init__(url, kept, shared=True)
        self._lease = lease

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Return a connection within a `with` block, in one transaction, in which the lease stays valid."""
        with super().transaction() as connection:
            require(connection, self._lease)
            yield connection
