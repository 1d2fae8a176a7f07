"""Session managers over one database, one after the other, as when a server is started again."""

from pathlib import Path
from typing import Any

from server.protocol import messages as wire
from server.runtime.session_manager import SessionManager
from server.settings import Settings
from server.storage.database import Database
from server.storage.session_store import SessionStore
from tests.server.live import eventually
from tests.server.runtime.manager_client import SMALL, Client, create_manager


class Restarts:
    """Session managers over one database, one after the other."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.managers: list[SessionManager] = []
        self.storage = Database("sqlite://")

    def session_manager(self, **settings: Any) -> SessionManager:
        self.stop()
        self.storage = Database(f"sqlite:///{self.file}")
        session_store = SessionStore(self.storage, lifetime=1000)
        session_manager = create_manager(Settings(threads=1, **settings), session_store=session_store)
        session_manager.start()
        self.managers.append(session_manager)
        return session_manager

    def stop(self) -> None:
        for session_manager in self.managers:
            session_manager.stop()
        self.managers.clear()


async def stored(restarts: Restarts) -> str:
    """Store a session of 30 epochs through a manager that then stops; return the id."""
    client = Client(restarts.session_manager())
    client.open(config=SMALL)
    session_id = await client.welcome()
    client.say(wire.Step(unit="epoch", count=30))
    await client.frame(min_epoch=30)
    restarts.stop()
    return session_id


async def damage_after_saving(restarts: Restarts, session_manager: SessionManager) -> str:
    """Train a new session for 30 epochs until that is stored, then damage the database; return the id."""
    client = Client(session_manager)
    client.open(config=SMALL)
    session_id = await client.welcome()
    client.say(wire.Step(unit="epoch", count=30))
    await client.frame(min_epoch=30)
    database = Database(f"sqlite:///{restarts.file}")
    await eventually(lambda: (found := database.load(session_id)) is not None and found[0].epoch == 30)
    database.close()
    restarts.storage.close()
    for part in restarts.file.parent.glob("*-*"):
        part.unlink()
    restarts.file.write_bytes(b"damaged" * 5000)
    return session_id
