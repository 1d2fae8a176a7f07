"""Reads lessons of rooms from the database, for processes that do not have the rooms themselves."""

import hashlib
import json
import threading
import time
from collections.abc import Callable

from sqlalchemy import select

from server.classroom.service.room_lessons import read_uploaded
from server.lessons.lesson import Lesson
from server.storage.database import Database, StorageError
from server.storage.schema import ROOMS

CHECK_INTERVAL = 1.0
"""Seconds for which a look into the database holds, as a class asks for the same lesson again and again."""

MAX_KNOWN = 100
"""Maximum number of lessons whose last look is kept."""


class StoredLessons:
    """The lessons of stored rooms. Any thread may use it."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Create it for a database object that nothing else uses; `clock` returns seconds."""
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, dict[str, str]]] = {}

    def find(self, name: str) -> Lesson | None:
        """Return the lesson with a qualified name; None if there is none, or the database cannot be read."""
        with self._lock:
            looked, texts = self._known.get(name, (None, {}))
            if looked is None or self._clock() - looked >= CHECK_INTERVAL:
                try:
                    texts = self._read(name)
                except StorageError:  # use the cached lesson
                    texts = self._known.get(name, (0.0, {}))[1]
                if len(self._known) >= MAX_KNOWN:
                    self._known.clear()
                self._known[name] = self._clock(), texts
        return read_uploaded(name, texts).lesson if texts else None

    def _read(self, name: str) -> dict[str, str]:
        """Return the texts of a lesson by language; its name ends with a digest of the room's id."""
        end = name.rpartition("-")[2]
        with self._database.transaction() as connection:
            for room_id in connection.execute(select(ROOMS.c.id)).scalars().all():
                if hashlib.sha256(room_id.encode()).hexdigest()[:8] == end:
                    row = connection.execute(select(ROOMS.c.value).where(ROOMS.c.id == room_id)).scalar_one()
                    texts: dict[str, str] | None = json.loads(row).get("lessons", {}).get(name)
                    if texts:
                        return texts
        return {}
