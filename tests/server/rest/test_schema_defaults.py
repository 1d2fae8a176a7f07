"""Defaults in the OpenAPI document: a client that sends them gets what one gets that leaves them out."""

from functools import cache
from typing import Any

import httpx
import pytest

from engine.config import TrainingConfig
from engine.nn.heads import PROBLEMS
from engine.nn.initializers import INITIALIZERS
from server.app import create_app
from server.settings import Settings
from tests.server.rest_client import create_room_and_seat, create_session

pytestmark = [pytest.mark.anyio, pytest.mark.medium]  # each has an application of its own


@cache
def schemas() -> dict[str, Any]:
    found: dict[str, Any] = create_app(Settings()).openapi()["components"]["schemas"]
    return found


def defaults_of(name: str) -> dict[str, Any]:
    properties = schemas()[name]["properties"]
    return {field: schema["default"] for field, schema in properties.items() if "default" in schema}


@pytest.mark.parametrize(
    "given",
    [
        *({"problem": problem} for problem in PROBLEMS),
        *(
            {"problem": problem, "output_activation": output}
            for problem in PROBLEMS
            for output in PROBLEMS[problem]
        ),
        *({"initializer": initializer} for initializer in INITIALIZERS),
    ],
    ids=str,
)
def test_defaults_of_settings_may_be_sent_beside_any_other(given: dict[str, Any]) -> None:
    sent = TrainingConfig.model_validate({**defaults_of("TrainingConfig"), **given})
    assert sent == TrainingConfig.model_validate(given)


async def test_a_session_of_all_defaults_and_one_setting(api: httpx.AsyncClient) -> None:
    config = {**defaults_of("TrainingConfig"), "problem": "regression", "initializer": "zeros"}
    state = (await api.get(await create_session(api, **defaults_of("NewSession"), config=config))).json()
    assert state["config"]["initial_bias"] == 0
    assert (state["config"]["dataset"], state["config"]["output_activation"]) == ("plane", "linear")


async def test_a_change_of_nothing_but_defaults_changes_nothing(api: httpx.AsyncClient) -> None:
    session = await create_session(api, speed=7)
    before = (await api.get(session)).json()
    answer = await api.patch(session, json=defaults_of("SessionChange"))
    assert (answer.status_code, answer.json()) == (200, before)
    room, seat = await create_room_and_seat(api)
    path, headers = f"rooms/{room['id']}", {"X-Room-Key": room["key"]}
    shown = {"shown": seat["seat"], "leaderboard": "fewest_weights"}
    before = (await api.patch(path, json=shown, headers=headers)).json()
    after = (await api.patch(path, json=defaults_of("RoomChange"), headers=headers)).json()
    assert (after["shown"], after["leaderboard"]) == (before["shown"], before["leaderboard"])
    assert after["shown"] == seat["seat"]
