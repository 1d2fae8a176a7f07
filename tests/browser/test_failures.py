"""Failures that the page reports: divergence and a lost connection."""

import re

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.conftest import OpenPage, wait_for_epoch
from tests.support.process import ServerProcess

DIVERGES = (
    "#problem=regression&regDataset=reg-plane&activation=linear&networkShape=4,2&learningRate=3&speed=max"
)


def test_divergence_is_explained_and_its_suggested_fix_works(open_page: OpenPage) -> None:
    page = open_page(DIVERGES)
    page.click(".play")
    message = page.locator(".message.warn")
    expect(message).to_contain_text("learning rate")
    expect(page.locator(".play")).to_have_attribute("aria-pressed", "false")
    message.locator(".text-button").click()
    expect(page.locator("#learningRate")).to_have_value("0.3")
    expect(page.locator(".play")).to_have_attribute("aria-pressed", "true")


def test_a_lost_connection_is_reported_and_restored_without_loss(open_page: OpenPage) -> None:
    page = open_page("#dataset=xor&speed=60")
    page.click(".play")
    wait_for_epoch(page, 10)
    page.context.set_offline(True)
    page.evaluate("0")
    page.context.set_offline(False)
    wait_for_epoch(page, 20)
    expect(page.locator(".message.warn")).to_have_count(0)


@pytest.mark.slow
def test_play_is_remembered_that_is_pressed_before_the_training_is_known(
    open_page: OpenPage, server: ServerProcess
) -> None:
    page = open_page("join", ready=False)
    held: list[tuple[WebSocketRoute, str | bytes]] = []
    passes = False

    def hold(socket: WebSocketRoute) -> None:
        def take(message: str | bytes) -> None:
            if passes:
                socket.send(message)
            else:
                held.append((socket, message))

        socket.connect_to_server().on_message(take)

    page.route_web_socket(re.compile("/ws$"), hold)
    page.goto(f"{server.url}#stopAt=5&speed=max")
    expect(page.locator("#speed option")).not_to_have_count(0)  # the page listens to its controls
    page.click(".play")
    passes = True
    for socket, message in held:
        socket.send(message)
    expect(page.locator("#epoch")).to_have_text("5")
