"""A proxy that passes no websockets on: every page says so, and calls lost only what was there."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.support.process import ServerProcess
from tests.support.proxy import proxy_without_websockets

BLOCKED = "is blocked on the way"
FOR_LEARNERS = "Tell your teacher"
FOR_TEACHERS = "Whoever runs the server finds more in its log"


@pytest.fixture
def proxied(server: ServerProcess) -> Iterator[str]:
    with proxy_without_websockets(server.port) as url:
        yield url


@contextmanager
def opened_room(url: str, **options: object) -> Iterator[dict[str, str]]:
    """A room made over REST; ended afterwards."""
    made = httpx.post(f"{url}api/rooms", json={"name": "9b", **options}).raise_for_status().json()
    yield made
    httpx.delete(f"{url}api/rooms/{made['id']}", headers={"X-Room-Key": made["key"]}).raise_for_status()


def join(page: Page, url: str, code: str) -> None:
    page.goto(f"{url}join/{code}")
    page.fill("#nickname", "Mei")
    page.click("#join-form button")


def test_the_playground_and_a_seat_say_that_websockets_do_not_get_through(
    open_page: OpenPage, proxied: str
) -> None:
    page = open_page(ready=False)
    page.goto(proxied)
    expect(page.locator(".message.warn")).to_contain_text(BLOCKED)
    with opened_room(proxied) as room:
        join(page, proxied, room["code"])
        page.wait_for_url("**/seat")
        expect(page.locator(".message.warn")).to_contain_text(BLOCKED)
        expect(page.locator(".message.warn")).to_contain_text(FOR_LEARNERS)
        expect(page.locator(".message.warn")).not_to_contain_text(FOR_TEACHERS)
        expect(page.locator(".room-name")).to_have_text("9b")  # the seat's state comes over REST
        expect(page.locator(".message.warn")).to_have_count(1)


@pytest.mark.slow
def test_the_wall_and_the_projector_say_that_websockets_do_not_get_through(
    open_page: OpenPage, proxied: str
) -> None:
    page = open_page(ready=False)
    page.goto(f"{proxied}classroom")
    page.fill("#new-room", "9b")
    page.get_by_role("button", name="Open room").click()
    expect(page.locator(".message.warn")).to_contain_text(BLOCKED)
    expect(page.locator(".message.warn")).to_contain_text(FOR_TEACHERS)
    with opened_room(proxied) as room:
        headers = {"X-Room-Key": room["key"]}
        state = httpx.get(f"{proxied}api/rooms/{room['id']}", headers=headers).raise_for_status().json()
        page.goto(proxied + "projector#" + state["projector_url"].partition("#")[2])
        expect(page.locator(".message.warn")).to_contain_text(BLOCKED)


@pytest.mark.slow
def test_a_learner_who_waits_is_told_and_goes_on_when_admitted(open_page: OpenPage, proxied: str) -> None:
    page = open_page(ready=False)
    with opened_room(proxied, approval=True) as room:
        join(page, proxied, room["code"])
        expect(page.locator("#join-waiting p")).to_contain_text(BLOCKED)
        expect(page.locator("#join-waiting p")).to_contain_text(FOR_LEARNERS)
        seats = f"{proxied}api/rooms/{room['id']}"
        headers = {"X-Room-Key": room["key"]}
        seat = httpx.get(seats, headers=headers).json()["seats"][0]["seat"]
        httpx.post(f"{seats}/seats/{seat}", headers=headers, json={"approve": True}).raise_for_status()
        page.wait_for_url("**/seat")
