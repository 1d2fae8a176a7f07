"""The database as one host uses it: every transaction fails once the host is expelled."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection

from server.cluster.directory import Lease, check_lease
from server.storage.database import Database
from server.storage.storage_quotas import StorageQuotas


class FencedDatabase(Database):
    """A database whose methods raise `FencedOffError` once the host's lease is lost."""

    def __init__(self, url: str | URL, lease: Lease, kept: StorageQuotas = StorageQuotas()) -> None:  # noqa: B008
        """Create it for a host's lease, shared with other processes; the other arguments are `Database`'s."""
        super().__init__(url, kept, shared=True)
        self._lease = lease

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Yield a connection for one transaction, during which the host cannot be expelled."""
        with super().transaction() as connection:
            check_lease(connection, self._lease)
            yield connection
