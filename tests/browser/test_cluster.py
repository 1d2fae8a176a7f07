"""A cluster in the browser: what dies under a page, it does not notice for long."""

import os
import re
import signal
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Join, OpenPage, epoch, state, wait_for_epoch
from tests.browser.rest_teacher import Teacher
from tests.server.cluster.local_cluster import HAS_RAY, LocalCluster

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not HAS_RAY, reason="Ray is not installed")]

MAX_LOST_EPOCHS = 4 * 60
"""Those of four seconds; two are promised, on a machine that has nothing else to do."""

FAILOVER_TIMEOUT = 30.0
"""Seconds in which the page must train on; 5 are promised."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    running = LocalCluster()
    yield running
    running.stop()


def test_a_page_trains_on_when_its_host_and_then_its_fronts_are_killed(
    open_page: OpenPage, cluster: LocalCluster
) -> None:
    cluster.wait_until_whole()
    page = open_page("#dataset=xor&networkShape=6,3&learningRate=0.1&speed=60", at=cluster.server)
    page.click(".play")
    wait_for_epoch(page, 150)
    (session,) = cluster.directory.session_ids()
    lost, seen = cluster.process_of(session), epoch(page)
    os.kill(lost, signal.SIGKILL)
    began, lowest = time.monotonic(), seen
    while (now := epoch(page)) < seen + 60:
        lowest = min(lowest, now)
        assert time.monotonic() < began + FAILOVER_TIMEOUT
        page.wait_for_timeout(20)
    assert lowest >= seen - MAX_LOST_EPOCHS
    assert cluster.process_of(session) != lost
    expect(page.locator(".play")).to_have_attribute("aria-pressed", "true")
    assert state(page)["networkShape"] == "6,3"
    for front in cluster.front_processes():
        cluster.wait_until_whole()
        seen = epoch(page)
        os.kill(front, signal.SIGKILL)
        wait_for_epoch(page, seen + 60)
    cluster.wait_until_whole()
    page.select_option("#activation", "relu")
    page.wait_for_selector('[data-hint="hint.activation.relu"]')
    seen = epoch(page)
    page.reload()  # by new fronts, to the successor
    wait_for_epoch(page, seen)
    expect(page.locator("#activation")).to_have_value("relu")
    assert cluster.directory.session_ids() == [session]


def test_a_class_on_two_hosts_and_its_wall_go_on_when_one_is_killed(
    open_page: OpenPage, join: Join, cluster: LocalCluster
) -> None:
    cluster.wait_until_whole()
    teacher = Teacher(cluster.server)
    names = ("Ada", "Bo", "Cy")
    pupils = {name: join(teacher.code, name, at=cluster.server) for name in names}
    wall = open_page(teacher.address, at=cluster.server, ready=False)
    expect(wall.locator(".tile")).to_have_count(len(names))
    teacher.ask("PATCH", body={"locks": ["noise"]})
    teacher.ask("POST", "/do", {"action": "play"})
    for pupil in pupils.values():
        wait_for_epoch(pupil, 100)
    hosts = {name: cluster.process_of(teacher.seat(name)["session"]) for name in names}
    assert len(set(hosts.values())) == 2
    os.kill(hosts["Ada"], signal.SIGKILL)
    for name, pupil in pupils.items():
        wait_for_epoch(pupil, epoch(pupil) + 200)
        expect(pupil.locator("#noise")).to_be_disabled()
        session = teacher.seat(name)["session"]
        assert cluster.process_of(session) != hosts["Ada"]
    shown = wall.locator(".tile").first.locator(".tile-details")
    expect(shown).to_be_visible()
    wall.locator(".tile").nth(0).click()
    expect(wall.locator(".learner .losses .value").first).to_have_text(re.compile(r"\d"))
    cluster.wait_until_whole()
