"""The teacher's page in Chromium, from opening a room to ending it; learners join over REST."""

import json
import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest
from playwright.sync_api import Locator, Page, expect
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.browser.conftest import OpenPage, wait_for_frame
from tests.support.process import ServerProcess, running_server

NAMES = ["Ada", "<b>Bob</b>", "小明"]


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
        if self.secret:
            room_id, key = self.secret.split(".")
            url = f"{self._server.url}api/rooms/{room_id}"
            build_opener().open(Request(url, headers={"X-Room-Key": key}, method="DELETE")).close()

    def press(self, name: str) -> None:
        """Press a button of the toolbar."""
        self.page.locator(".toolbar").get_by_role("button", name=name, exact=True).click()

    def dialog(self) -> Locator:
        """Return the open dialog."""
        return self.page.locator("dialog[open]")

    def go_ahead(self) -> None:
        """Answer the question that comes before all learners start anew."""
        self.page.locator("dialog.confirm[open]").get_by_role("button", name="Go ahead").click()


@pytest.fixture
def room(open_page: OpenPage, server: ServerProcess) -> Iterator[Room]:
    """Open a room, and end it after the test."""
    page = open_page("classroom", ready=False)
    page.fill("#new-room", "Class 9b")
    page.get_by_role("button", name="Open the room").click()
    expect(page.locator(".toolbar .room-name")).to_have_text("Class 9b")
    opened = Room(page, server)
    yield opened
    opened.end()


def test_a_room_is_reopened_by_a_reload_its_link_and_from_the_browsers_storage(
    room: Room, server: ServerProcess
) -> None:
    page, name = room.page, room.page.locator(".toolbar .room-name")
    page.reload()
    expect(name).to_have_text("Class 9b")
    page.goto(f"{server.url}classroom#{room.secret}")
    expect(name).to_have_text("Class 9b")
    room.press("Room")
    room.dialog().get_by_role("button", name="To my rooms").click()
    page.get_by_role("button", name="Class 9b").click()
    expect(name).to_have_text("Class 9b")


def test_the_teachers_key_is_neither_in_the_address_nor_on_the_page(
    room: Room, server: ServerProcess
) -> None:
    page, key = room.page, room.secret.split(".")[1]
    before = page.evaluate("history.length")
    page.goto(f"{server.url}classroom#{room.secret}")
    expect(page.locator(".toolbar .room-name")).to_have_text("Class 9b")
    expect(page).to_have_url(f"{server.url}classroom")
    assert page.evaluate("history.length") <= before + 1
    room.press("Room")
    expect(room.dialog().get_by_label("Your own link")).to_have_attribute("type", "password")
    assert key not in page.inner_text("body")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    room.dialog().get_by_role("button", name="Copy", exact=True).click()
    expect(room.dialog()).to_contain_text("The link was copied.")
    assert page.evaluate("navigator.clipboard.readText()") == f"{server.url}classroom#{room.secret}"


def test_a_room_is_forgotten_on_this_computer_but_its_link_opens_it(
    room: Room, server: ServerProcess
) -> None:
    page, secret = room.page, room.secret
    room.press("Room")
    room.dialog().get_by_role("button", name="Forget on this computer").click()
    room.dialog().get_by_role("button", name="Forget it here").click()
    expect(page.locator("#entrance")).to_be_visible()
    key = secret.split(".")[1]
    assert key not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    page.reload()
    expect(page.locator("#entrance")).to_be_visible()
    page.goto(f"{server.url}classroom#{secret}")
    expect(page.locator(".toolbar .room-name")).to_have_text("Class 9b")
    assert key not in page.evaluate("JSON.stringify({...localStorage})")  # a link alone remembers nothing
    room.press("Room")
    room.dialog().get_by_label("Remember this room").check()
    assert key in page.evaluate("JSON.stringify({...localStorage})")


def test_the_wall_shows_the_learners_and_their_trainings(room: Room) -> None:
    learners = room.join(*NAMES)
    assert room.page.locator(".tile-name").all_inner_texts() == NAMES  # markup in a nickname stays text
    expect(room.tiles.first.locator(".tile-loss")).to_have_text(re.compile(r"\d"))
    learners[1].ask("PATCH", f"api/sessions/{learners[1].session}", {"config": {"learning_rate": 0.1}})
    expect(room.tiles.nth(1).locator(".tile-details")).to_contain_text("rate 0.1")
    learners[2].ask("POST", "api/seat", {"help": True})
    expect(room.tiles.nth(2)).to_have_class(re.compile("is-help"))
    room.page.get_by_role("button", name=re.compile("Need help")).click()
    expect(room.tiles).to_have_count(1)


def test_keys_hide_nicknames_and_move_between_tiles(room: Room) -> None:
    room.join(*NAMES)
    room.page.locator(".tile").first.focus()
    room.page.keyboard.press("n")
    expect(room.page.locator(".tile-name").first).to_have_text("Learner 1")
    room.page.keyboard.press("ArrowRight")
    expect(room.tiles.nth(1)).to_be_focused()
    room.page.keyboard.press("Enter")
    expect(room.page.locator(".learner h2")).to_have_text("Learner 2")
    room.page.keyboard.press("Escape")
    expect(room.page.locator(".learner")).to_be_hidden()
    expect(room.tiles.nth(1)).to_be_focused()
    assert "Ada" not in room.page.inner_text("body")


def test_pause_locks_and_hints_reach_the_learners(room: Room) -> None:
    [ada] = room.join("Ada")
    room.press("Pause all")
    expect(room.page.get_by_role("button", name="Go on")).to_be_visible()
    assert ada.seat()["room"]["paused"]
    room.press("Go on")
    expect(room.page.get_by_role("button", name="Pause all")).to_be_visible()

    room.press("Locks")
    room.dialog().get_by_label("Inputs", exact=True).check()
    room.dialog().get_by_label("Why").fill("We compare sizes.")
    room.dialog().get_by_role("button", name="Save").click()
    expect(room.dialog()).to_have_count(0)
    told = ada.seat()["room"]
    assert (told["locks"], told["reason"]) == (["features"], "We compare sizes.")
    assert ada.refusal("PATCH", f"api/sessions/{ada.session}", {"config": {"features": ["x1"]}}) == 409

    room.press("Hint")
    room.dialog().locator("textarea").fill("Try ReLU.")
    room.dialog().get_by_role("button", name="Send").click()
    expect(room.dialog()).to_have_count(0)
    assert ada.seat()["hint"]["text"] == "Try ReLU."


def test_the_start_can_be_set_by_a_link(room: Room) -> None:
    [ada] = room.join("Ada")
    room.press("Set-up")
    room.dialog().locator("input").fill("http://elsewhere/#dataset=xor&networkShape=3")
    room.dialog().get_by_role("button", name="For all, now").click()
    room.go_ahead()
    expect(room.dialog()).to_have_count(0)
    expect(room.tiles.first.locator(".tile-details")).to_have_text("3")
    config = ada.ask("GET", f"api/sessions/{ada.session}")["config"]
    assert (config["dataset"], config["hidden_layers"]) == ("xor", [3])


def test_the_start_can_be_set_from_the_teachers_playground(room: Room, server: ServerProcess) -> None:
    [ada] = room.join("Ada")
    playground = room.page.context.new_page()
    playground.goto(server.url + "#dataset=spiral&networkShape=8,8")
    wait_for_frame(playground)
    playground.close()
    room.press("Set-up")
    room.dialog().get_by_role("button", name="Take it from my playground").click()
    expect(room.dialog().get_by_role("status").first).to_contain_text("Spiral")
    room.dialog().get_by_role("button", name="For all, now").click()
    room.go_ahead()
    expect(room.tiles.first.locator(".tile-details")).to_have_text("8–8")
    assert ada.ask("GET", f"api/sessions/{ada.session}")["config"]["dataset"] == "spiral"


def test_a_task_is_set_solved_and_submitted(room: Room) -> None:
    ada, bob = room.join("Ada", "Bob")
    room.press("Task")
    room.dialog().get_by_role("button", name="New task", exact=True).click()
    room.dialog().get_by_label("Title").fill("Be good")
    room.dialog().get_by_label("What to do").fill("Be **good**, <i>please</i>.")
    part = room.dialog().locator(".part", has_text="Score (error on test data) at most")
    part.locator("input[type=text]").fill("much")
    room.dialog().get_by_role("button", name="Give it to all").click()
    expect(room.dialog().get_by_role("alert")).to_have_text("What is marked cannot be understood.")
    part.locator("input[type=text]").fill("100")
    room.dialog().get_by_label("Leaderboard").select_option("fewest_weights")
    room.dialog().get_by_role("button", name="Save").click()
    expect(room.dialog().locator(".task-words")).to_have_text("Be good, <i>please</i>.")
    room.dialog().get_by_role("button", name="Give it to all").click()
    question = room.page.locator("dialog.confirm[open]")
    expect(question).to_contain_text("2 learners go back to the start at once")
    question.get_by_role("button", name="Cancel").click()
    assert ada.seat()["task"] is None
    room.dialog().get_by_role("button", name="Give it to all").click()
    room.go_ahead()
    expect(room.dialog()).to_have_count(0)
    expect(room.page.locator(".wall-task")).to_have_text("Task: Be good")

    assert ada.seat()["task"]["goal"]["test_loss_at_most"] == 100
    bob.ask("POST", f"api/sessions/{bob.session}/train", {"epochs": 1, "wait": 10})
    bob.ask("POST", "api/seat/hand-in")
    expect(room.tiles.nth(1)).to_have_class(re.compile("is-goal"))
    with room.page.context.expect_page() as opened:
        room.page.keyboard.press("p")
    opened.value.get_by_role("button", name="Leaderboard").click()
    expect(opened.value.locator(".ranking .rank-name").first).to_have_text("Bob")
    room.press("Room")
    room.dialog().get_by_label("Leaderboard without names").check()
    room.page.keyboard.press("Escape")
    room.press("Results")
    expect(room.dialog().locator(".rank-name").first).to_have_text("Learner 2")


def test_a_learner_can_be_monitored_helped_and_projected(room: Room) -> None:
    ada, _ = room.join("Ada", "Bob")
    ada.ask("POST", "api/seat", {"help": True})
    room.tiles.first.click()
    side = room.page.locator(".learner")
    expect(side.locator(".losses .value").first).to_have_text(re.compile(r"\d"))
    side.get_by_role("button", name="I have seen that they need help").click()
    expect(room.tiles.first).not_to_have_class(re.compile("is-help"))
    assert not ada.seat()["help"]

    side.get_by_role("button", name="Ask to change something").click()
    expect(side.get_by_role("button", name="No longer ask")).to_be_visible()
    ada.ask("POST", "api/seat", {"agreed": True})
    side.get_by_label("Learning rate").fill("0,3")
    side.get_by_role("button", name="Change", exact=True).click()
    expect(side.locator("dl")).to_contain_text("0.3")
    assert ada.ask("GET", f"api/sessions/{ada.session}")["config"]["learning_rate"] == 0.3

    with room.page.context.expect_page() as opened:
        side.get_by_role("button", name="To the projector").click()
    projector = opened.value
    expect(projector.locator(".projector-room")).to_have_text("Ada")
    expect(projector.locator(".losses .value").first).to_have_text(re.compile(r"\d"))
    room.page.keyboard.press("n")
    expect(projector.locator(".projector-room")).to_have_text("Learner 1")
    projector.get_by_role("button", name="Hide names").click()
    expect(projector.locator(".projector-room")).to_have_text("Ada")
    expect(room.page.locator(".tile-name").first).to_have_text("Ada")
    assert projector.evaluate("sessionStorage.length") == 0, "the teacher's key stays in the teacher's tab"
    assert ada.session not in projector.content()
    side.get_by_role("button", name="Off the projector").click()
    expect(projector.locator(".projector-code")).to_be_visible()
    projector.close()

    side.get_by_role("button", name="Rename").click()
    side.get_by_label("Rename").fill("Grace")
    side.get_by_role("button", name="Save").click()
    expect(side.locator("h2")).to_have_text("Grace")
    side.get_by_role("button", name="Remove").click()
    room.dialog().get_by_role("button", name="Remove").click()
    expect(room.tiles).to_have_count(1)


def test_the_teacher_admits_waiting_learners(room: Room) -> None:
    room.press("Room")
    room.dialog().get_by_label("I let everybody in myself").check()
    room.page.keyboard.press("Escape")
    room.enter("Ada")
    eve = room.enter("Eve")
    expect(room.page.locator(".waiting-learners")).to_contain_text("2 wait to be let in")
    room.page.get_by_role("button", name="Turn Eve away").click()
    room.page.get_by_role("button", name="Let Ada in").click()
    expect(room.tiles).to_have_count(1)
    assert eve.refusal("GET", "api/seat") == 401


def test_the_teacher_removes_all_who_are_not_here(room: Room) -> None:
    room.join("Ada", "Bob")
    room.press("Room")
    away = room.dialog().get_by_role("button", name="Remove all who are not here")
    expect(away).to_be_disabled()
    room.leave()
    expect(room.page.locator(".room-count")).to_have_text("0 of 2 here")
    away.click()
    expect(room.dialog()).to_contain_text("2 learners are not here now")
    room.dialog().get_by_role("button", name="Remove", exact=True).click()
    expect(room.tiles).to_have_count(0)


def test_the_projector_shows_how_to_join(room: Room) -> None:
    with room.page.context.expect_page() as opened:
        room.press("Projector")
    page = opened.value
    assert room.secret.split(".")[1] not in page.url
    shown = page.locator(".projector")
    expect(shown.locator(".projector-code")).to_have_text(re.compile(r"^[A-Z2-9]{3} [A-Z2-9]{3}$"))
    expect(shown.locator(".projector-address")).to_have_text(re.compile(r"/join$"))
    expect(shown.get_by_text("Only this machine reaches that address")).to_be_visible()
    expect(shown.locator(".projector-count")).to_have_text("0 learners are in")
    expect(shown.locator(".projector-qr")).to_have_js_property("complete", value=True)
    page.wait_for_function("document.querySelector('.projector-qr').naturalWidth > 0")


def test_results_are_saved_and_the_room_ends(room: Room) -> None:
    [ada] = room.join("Ada")
    room.press("Results")
    for name, ending in [("Table (CSV)", "csv"), ("Data (JSON)", "json"), ("Picture (PNG)", "png")]:
        with room.page.expect_download() as saved:
            room.dialog().get_by_role("button", name=name).click()
        assert saved.value.suggested_filename == f"Class-9b.{ending}"
    room.page.keyboard.press("Escape")
    room.press("Room")
    room.dialog().get_by_role("button", name="End the room…").click()
    expect(room.dialog()).to_contain_text("cannot be undone")
    room.dialog().get_by_role("button", name="Remove everything").click()
    expect(room.page.locator("#entrance")).to_be_visible()
    assert "#" not in room.page.url
    expect(room.page.get_by_role("button", name="Class 9b")).to_have_count(0)
    assert not room.secret
    assert ada.refusal("GET", "api/seat") == 401


@pytest.mark.slow
def test_a_lesson_continues_after_a_server_restart(open_page: OpenPage) -> None:
    with running_server() as server:
        page = open_page("classroom", at=server, ready=False)
        page.get_by_role("button", name="Open the room").click()
        room = Room(page, server)
        expect(page.locator(".toolbar .room-code")).to_have_text(re.compile(r"\S"))
        [ada] = room.join("Ada")
        code, before = room.code, ada.session
        server.stop(signal.SIGKILL)
        expect(page.locator("#messages")).to_contain_text("connection to the server is lost")
        server.start()
        expect(page.locator("#messages")).to_be_empty()
        assert (room.code, ada.seat()["session"]) == (code, before)
        room.join("Bob")
        room.end()


def test_a_wrong_key_opens_nothing(room: Room, open_page: OpenPage) -> None:
    room_id = room.secret.split(".")[0]
    page = open_page(f"classroom#{room_id}.{'x' * 32}", ready=False)
    expect(page.locator("#messages")).to_contain_text("does not open the room")
    expect(page.locator("#entrance")).to_be_visible()
    assert "#" not in page.url


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_forty_learners_fit_on_one_screen_in_chinese(
    open_page: OpenPage, server: ServerProcess, theme: Any
) -> None:
    page = open_page("classroom", ready=False, locale="zh-CN", color_scheme=theme)
    page.get_by_role("button", name="开课堂").click()
    room = Room(page, server)
    expect(page.locator(".wall-empty")).to_be_visible()
    room.join(*(f"学生{each}" for each in range(40)))
    wall = page.locator(".wall")
    assert wall.evaluate("wall => wall.scrollHeight <= wall.clientHeight")
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    assert page.locator(".wall-grid").get_attribute("data-density") == "usual"
    room.end()
