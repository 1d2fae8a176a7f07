"""The classroom in an application: its settings, its part of the OpenAPI document, its start and end."""

from pathlib import Path

import pytest

from server.app import create_app
from server.settings import Settings
from tests.server.classroom.lesson import Lesson, lesson

pytestmark = pytest.mark.anyio


@pytest.mark.medium
async def test_its_routes_share_one_tag(school: Lesson) -> None:
    schema = (await school.client().get("openapi.json")).json()
    calls = [
        operation["tags"]
        for path, item in schema["paths"].items()
        for operation in item.values()
        if path.startswith(("/api/room", "/api/seat"))
    ]
    assert len(calls) >= 20
    assert all(tags == ["classroom"] for tags in calls)


async def test_the_lifetime_of_a_room_is_a_setting(tmp_path: Path, assets: Path) -> None:
    async with lesson(tmp_path, assets, room_lifetime=3600) as school:
        room = (await school.teacher()).room
        assert room["ends"] - room["created"] == 3600


@pytest.mark.medium
async def test_an_application_can_be_started_and_stopped_twice(tmp_path: Path, assets: Path) -> None:
    for _ in range(2):
        app = create_app(Settings(data_dir=tmp_path), assets=assets)
        async with app.router.lifespan_context(app):
            assert app.state.room_manager.rooms == {}
