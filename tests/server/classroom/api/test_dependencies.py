from pathlib import Path

import httpx
import pytest

from tests.server.classroom.lesson import Lesson
from tests.server.classroom.lesson import lesson as running
from tests.server.rest_client import problem_of

pytestmark = pytest.mark.anyio


@pytest.mark.medium
async def test_all_addresses_have_the_root_path(tmp_path: Path, assets: Path) -> None:
    async with running(tmp_path, assets, root_path="/lab") as school:
        answer = await school.client().post("http://here/lab/api/rooms", json={"name": "7b"})
        room = answer.json()
        assert room["teacher_url"].startswith("http://here/lab/classroom#")
        assert f"/lab/join/{room['code']}" in room["join_url"]
        body = {"code": room["code"], "nickname": "Ada"}
        answer = await school.client().post("http://here/lab/api/seats", json=body)
        assert "Path=/lab/" in answer.headers["set-cookie"]


async def test_addresses_use_the_public_url(tmp_path: Path, assets: Path) -> None:
    url = "https://school.example/lab"
    async with running(tmp_path, assets, public_url=url) as school:
        teacher = await school.teacher()
        assert teacher.room["join_url"] == f"{url}/join/{teacher.code}"
        assert teacher.room["teacher_url"].startswith(f"{url}/classroom#")


@pytest.mark.medium
async def test_pages_need_no_token_and_programs_do(tmp_path: Path, assets: Path) -> None:
    async with running(tmp_path, assets, api_token="a-long-token") as school:
        teacher = await school.teacher()
        await school.learner().join(teacher.code, "Ada")
        await teacher.state()
        for path in ("sessions", "roomsx"):
            assert problem_of(await school.client().post(path, json={}))["code"] == "unauthorized"


async def test_the_password_of_the_site_is_required_here_too(tmp_path: Path, assets: Path) -> None:
    async with running(tmp_path, assets, site_password="secret") as school:
        for path, body in (("rooms", {"name": "7b"}), ("seats", {"code": "ABCDEF"})):
            assert problem_of(await school.client().post(path, json=body))["code"] == "unauthorized"


async def test_a_page_of_another_origin_cannot_change_anything(school: Lesson) -> None:
    teacher = await school.teacher()
    headers = {**teacher.headers, "Origin": "https://elsewhere.example"}
    answer: httpx.Response = await school.client().delete(teacher.path, headers=headers)
    assert problem_of(answer)["code"] == "foreign_origin"
    await teacher.state()
