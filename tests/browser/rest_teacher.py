"""A teacher who opens a room and leads it by REST."""

import json
from typing import Any
from urllib.request import Request, urlopen

from tests.support.process import ServerProcess


class Teacher:
    """A teacher who uses REST."""

    def __init__(self, server: ServerProcess, **options: Any) -> None:
        self._url = f"{server.url}api/rooms"
        self._key = ""
        made = self._ask("POST", "", {"name": "Physics <10b>", **options})
        self._key, self.code, self._room = made["key"], made["code"], f"/{made['id']}"
        self.address = f"classroom#{made['id']}.{made['key']}"

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None and method in {"GET", "DELETE"} else json.dumps(body).encode()
        asked = Request(
            self._url + path,
            data=data,
            method=method,
            headers={"X-Room-Key": self._key, "Content-Type": "application/json"},
        )
        with urlopen(asked, timeout=60) as answer:
            said = answer.read()
        return json.loads(said) if said else None

    def ask(self, method: str, path: str = "", body: object = None) -> Any:
        """Send a request about the room, and return its answer."""
        return self._ask(method, self._room + path, body)

    def seat(self, nickname: str) -> Any:
        """Return a learner's seat by the nickname."""
        return next(each for each in self.ask("GET")["seats"] if each["nickname"] == nickname)
