"""How many sessions the database keeps, and of what size; those last used longest ago go first."""

import math
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from server.storage.schema import LOSSES, SESSIONS


class StorageQuotas(NamedTuple):
    """The most sessions that are kept, and the most bytes of them; by default unlimited."""

    sessions: float = math.inf
    size: float = math.inf

    def excess(self, connection: Connection) -> set[str]:
        """Return the ids of the sessions to remove so that the others are within the limits."""
        if self == StorageQuotas():
            return set()
        record = func.length(SESSIONS.c.setup) + func.length(SESSIONS.c.state)
        newest_first = select(SESSIONS.c.id, record).order_by(SESSIONS.c.seen.desc(), SESSIONS.c.id)
        sizes = connection.execute(newest_first).all()
        pages = select(LOSSES.c.session, func.sum(func.length(LOSSES.c.points))).group_by(LOSSES.c.session)
        losses = {session_id: int(size) for session_id, size in connection.execute(pages)}
        total, excess = 0, set()
        for number, (session_id, size) in enumerate(sizes):
            total += size + losses.get(session_id, 0)
            if number >= self.sessions or total > self.size:
                excess.add(session_id)
        return excess
