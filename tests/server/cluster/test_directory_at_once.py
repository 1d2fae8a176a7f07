"""Processes that change the directory at the same moment, in a database that runs them side by side."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from server.cluster.directory import Directory
from server.cluster.slots import SLOTS
from server.storage.database import Database
from tests.support import postgresql


@pytest.mark.slow
@pytest.mark.skipif(not postgresql.IS_THERE, reason="PostgreSQL is not installed")
def test_hosts_that_leave_or_are_expelled_at_the_same_moment_leave_no_slot_behind() -> None:
    with postgresql.running_postgresql() as (url, _):
        databases = [Database(url, shared=True) for _ in range(4)]
        directories = [Directory(database) for database in databases]
        directories[0].open()
        for attempt in range(10):
            directories[0].clear()
            leases = [directories[0].join(f"{attempt}-{number}") for number in range(5)]
            directories[0].assign_free_slots()
            at_once = threading.Barrier(4)

            def together(act: Callable[[], None], at_once: threading.Barrier = at_once) -> None:
                at_once.wait()
                act()

            acts: list[Callable[[], None]] = [
                partial(directories[0].hand_over_all, leases[0]),
                partial(directories[1].hand_over_all, leases[1]),
                partial(directories[2].expel, leases[2].host),
                directories[3].assign_free_slots,
            ]
            with ThreadPoolExecutor(4) as pool:
                for done in [pool.submit(together, act) for act in acts]:
                    done.result()
            placement = directories[0].read()
            assert set(placement.hosts) == {leases[3].host, leases[4].host}
            assert set(placement.slots.values()) <= set(placement.hosts)
            assert len(placement.slots) == SLOTS
        for database in databases:
            database.close()
