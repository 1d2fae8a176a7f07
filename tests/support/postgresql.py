"""A PostgreSQL server of one's own, where PostgreSQL and its driver are installed."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import util
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.support.process import free_port

_DEBIAN = Path("/usr/lib/postgresql")


class RunningPostgresql(NamedTuple):
    """A server of one's own."""

    url: str
    """That of an empty database."""
    process: int
    """The id of the server's first process."""


def _program(name: str) -> str | None:
    newest = sorted(_DEBIAN.glob(f"*/bin/{name}"), reverse=True)  # Debian has them beside the path
    return shutil.which(name) or (str(newest[0]) if newest else None)


def _account() -> str | None:
    """Return who runs it: PostgreSQL refuses to run as root."""
    return "postgres" if os.name == "posix" and os.geteuid() == 0 else None


IS_THERE = None not in (_program("initdb"), _program("pg_ctl"), util.find_spec("psycopg"))
"""Whether `running_postgresql` can work."""


@contextmanager
def running_postgresql() -> Iterator[RunningPostgresql]:
    """Run a server within a `with` block, on loopback."""
    port = free_port()
    with TemporaryDirectory(prefix="postgresql-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if (account := _account()) is not None:
            shutil.chown(folder, account)
        data = folder / "data"

        def run(program: str, *arguments: str) -> None:
            path = _program(program)
            assert path is not None
            subprocess.run(
                [path, *arguments], user=account, cwd=folder, check=True, stdout=subprocess.DEVNULL
            )

        run("initdb", "-D", str(data), "-U", "tinkernet", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off"
        run("pg_ctl", "-D", str(data), "-w", "-o", options, "-l", str(folder / "log"), "start")
        try:
            process = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
            yield RunningPostgresql(f"postgresql+psycopg://tinkernet@127.0.0.1:{port}/postgres", process)
        finally:
            run("pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")
