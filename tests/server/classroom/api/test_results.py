import asyncio
import csv
import io
from typing import Any

import httpx
import pytest

from server.classroom.reports.results_csv import RESULT_COLUMNS
from server.classroom.service import monitor
from tests.server.live import TIMEOUT
from tests.server.rest_client import problem_of

pytestmark = pytest.mark.anyio

PATHS = ("results", "summary", "qr.svg")


class Lesson:
    """A room, with requests of its teacher and learners."""

    def __init__(self, client: httpx.AsyncClient, room: dict[str, Any]) -> None:
        self.client = client
        self.room = room
        self.path = f"rooms/{room['id']}"

    async def get(self, what: str, *, key: str | None = None, **query: str) -> httpx.Response:
        headers = {"X-Room-Key": self.room["key"] if key is None else key}
        return await self.client.get(f"{self.path}/{what}", headers=headers, params=query)

    async def join(self, nickname: str) -> dict[str, Any]:
        self.client.cookies.clear()
        joined = await self.client.post("seats", json={"code": self.room["code"], "nickname": nickname})
        assert joined.status_code == 201, joined.text
        seat: dict[str, Any] = joined.json()
        return seat

    async def hand_in(self) -> None:
        """Hand in the network of the learner who joined last."""
        assert (await self.client.post("seat/hand-in")).status_code == 200


@pytest.fixture
def _no_monitor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the monitor from reading statuses: what results show before the first reading is under test."""
    monkeypatch.setattr(monitor, "POLL_INTERVAL", 3600.0)


@pytest.fixture
async def lesson(api: httpx.AsyncClient) -> Lesson:
    made = await api.post("rooms", json={"name": "7b 圆", "config": {"learning_rate": 0.1}})
    assert made.status_code == 201, made.text
    return Lesson(api, made.json())


@pytest.mark.medium
@pytest.mark.usefixtures("_no_monitor")
async def test_results_are_a_list_of_all_learners(lesson: Lesson) -> None:
    await lesson.join("Ada")
    await lesson.hand_in()
    await lesson.join("小明")
    answer = await lesson.get("results")
    assert answer.status_code == 200
    ada, ming = answer.json()
    assert (ada["learner"], ada["config"]["learning_rate"], ada["epochs"]) == ("Ada", 0.1, 0)
    assert ada["handed_in"].endswith("Z")
    assert (ming["learner"], ming["handed_in"], ming["config"]) == ("小明", None, None)


@pytest.mark.medium
async def test_before_the_hand_in_results_show_the_present_network(lesson: Lesson) -> None:
    await lesson.join("Ada")

    async def is_read() -> bool:
        (ada,) = (await lesson.get("results")).json()
        assert (ada["learner"], ada["handed_in"]) == ("Ada", None)
        return ada["config"] is not None and ada["config"]["learning_rate"] == 0.1

    async with asyncio.timeout(TIMEOUT):
        while not await is_read():  # noqa: ASYNC110 - REST has no notifications
            await asyncio.sleep(0.02)


@pytest.mark.medium
async def test_the_link_opens_that_very_network(lesson: Lesson) -> None:
    await lesson.join("Ada")
    await lesson.hand_in()
    (ada,) = (await lesson.get("results")).json()
    session = ada["link"].partition("?session=")[2]
    state = (await lesson.client.get(f"sessions/{session}")).json()
    assert state["config"] == ada["config"]
    assert state["metrics"]["test_loss"] == pytest.approx(ada["test_loss"])


async def test_the_table_is_a_file_that_a_spreadsheet_opens(lesson: Lesson) -> None:
    await lesson.join("=1+1")
    answer = await lesson.get("results", format="csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "filename*=UTF-8''7b-%E5%9C%86.csv" in answer.headers["content-disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
    assert list(row)[: len(RESULT_COLUMNS)] == list(RESULT_COLUMNS)
    assert row["learner"] == "'=1+1"


@pytest.mark.medium
async def test_the_summary_counts_the_class(lesson: Lesson) -> None:
    await lesson.join("Ada")
    await lesson.hand_in()
    summary = (await lesson.get("summary")).json()
    assert (summary["learners"], summary["handed_in"]) == (1, 1)
    assert summary["architectures"] == [{"hidden_layers": [4, 2], "count": 1}]
    assert summary["learning_rates"] == [{"learning_rate": 0.1, "count": 1}]
    assert sum(summary["losses"]["handed_in"]) == 1


@pytest.mark.medium
async def test_the_code_is_a_picture(lesson: Lesson) -> None:
    first = await lesson.get("qr.svg")
    assert first.headers["content-type"] == "image/svg+xml"
    assert first.content.startswith(b"<svg ")
    renewed = await lesson.client.post(f"{lesson.path}/code", headers={"X-Room-Key": lesson.room["key"]})
    assert renewed.status_code == 200
    assert (await lesson.get("qr.svg")).content != first.content


@pytest.mark.medium
@pytest.mark.parametrize("place", PATHS)
async def test_only_the_teacher_sees_them(lesson: Lesson, place: str) -> None:
    await lesson.join("Ada")
    assert problem_of(await lesson.get(place, key="other"))["code"] == "not_your_room"
    assert problem_of(await lesson.get(place, key=""))["code"] == "not_your_room"
    missing = await lesson.client.get(f"rooms/none/{place}", headers={"X-Room-Key": lesson.room["key"]})
    assert problem_of(missing)["code"] == "no_such_room"


@pytest.mark.parametrize(("place", "query"), [("results", {"format": "xls"}), ("summary", {"of": "all"})])
async def test_unknown_parameters_are_rejected(lesson: Lesson, place: str, query: dict[str, str]) -> None:
    assert problem_of(await lesson.get(place, **query))["code"] == "invalid_value"
