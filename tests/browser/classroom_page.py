"""A room as its teacher opened it on the page, and its learners, who use REST."""

import json
import re
from contextlib import ExitStack, suppress
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest
from playwright.sync_api import Locator, Page, expect
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.support.process import ServerProcess


class Learner:
    """A learner with an own REST client and seat socket."""

    def __init__(self, server: ServerProcess, code: str, nickname: str, sockets: ExitStack) -> None:
        self._server = server
        cookies = CookieJar()
        self._opener: OpenerDirector = build_opener(HTTPCookieProcessor(cookies))
        self.session: str = self.ask("POST", "api/seats", {"code": code, "nickname": nickname})["session"]

        cookie = "; ".join(f"{each.name}={each.value}" for each in cookies)
        url = server.url.replace("http", "ws") + "ws/seat"
        sockets.enter_context(
            connect(url, additional_headers={"Cookie": cookie}, origin=Origin(server.url.rstrip("/")))
        )

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Send a request and return its answer."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = Request(self._server.url + path, data, headers, method=method)
        with self._opener.open(request) as answer:
            return json.loads(answer.read() or "null")

    def refusal(self, method: str, path: str, body: dict[str, Any] | None = None) -> int:
        """Send a request that must be refused, and return its status."""
        with pytest.raises(HTTPError) as refused:
            self.ask(method, path, body)
        with refused.value:
            return refused.value.code

    def seat(self) -> Any:
        """Return the seat as its learner sees it."""
        return self.ask("GET", "api/seat")


class Room:
    """A room as its teacher opened it on the page."""

    def __init__(self, page: Page, server: ServerProcess) -> None:
        self.page = page
        self._server = server
        self._sockets = ExitStack()
        expect(page.locator(".toolbar .room-code")).to_have_text(re.compile(r"\S"))  # it is open
        self._secret = self.secret

    @property
    def code(self) -> str:
        """The room's join code."""
        return self.page.inner_text(".toolbar .room-code").replace(" ", "")

    @property
    def secret(self) -> str:
        """The room's id and its teacher's key as the tab holds them; empty outside of the room."""
        return self.page.evaluate("sessionStorage.getItem('tinkernet.room') ?? ''")  # type: ignore[no-any-return]

    @property
    def tiles(self) -> Locator:
        """The wall's tiles."""
        return self.page.locator(".tile")

    def join(self, *names: str) -> list[Learner]:
        """Let learners join, and wait until the wall shows them."""
        before = self.tiles.count()
        learners = [self.enter(name) for name in names]
        expect(self.tiles).to_have_count(before + len(names))
        return learners

    def enter(self, name: str) -> Learner:
        """Let a learner join, or wait for approval."""
        return Learner(self._server, self.code, name, self._sockets)

    def leave(self) -> None:
        """Close the learners' sockets."""
        self._sockets.close()

    def end(self) -> None:
        """Close the learners' sockets, and the room if it is still there."""
        self._sockets.close()
        room_id, key = self._secret.split(".")
        url = f"{self._server.url}api/rooms/{room_id}"
        request = Request(url, headers={"X-Room-Key": key}, method="DELETE")
        with suppress(HTTPError):  # the test has ended the room
            build_opener().open(request).close()

    def press(self, name: str) -> None:
        """Press a button of the toolbar."""
        self.page.locator(".toolbar").get_by_role("button", name=name, exact=True).click()

    def tick(self, label: str) -> None:
        """Tick a box of the open dialog, and wait until the server has taken it."""
        with self.page.expect_response(
            lambda each: "/api/rooms/" in each.url and each.request.method != "GET"
        ):
            self.dialog().get_by_label(label).check()

    def dialog(self) -> Locator:
        """Return the open dialog."""
        return self.page.locator("dialog[open]")

    def go_ahead(self, action: str) -> None:
        """Answer the question that comes before all learners start anew, by the action's name."""
        self.page.locator("dialog.confirm[open]").get_by_role("button", name=action, exact=True).click()
