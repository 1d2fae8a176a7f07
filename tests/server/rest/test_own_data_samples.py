"""More points like those given, over REST."""

from typing import Any

import httpx
import pytest

from tests.server.rest_client import create_session, problem_of

pytestmark = pytest.mark.anyio

TWO = {"points": [[1, 1, 1], [1.2, 1.4, 1], [-3, -3, -1], [-3.5, -3, -1]]}


async def drawn(api: httpx.AsyncClient, config: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = await api.post("own-data/samples", json={"config": config, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_points_are_drawn_for_each_class_and_can_be_trained_on(api: httpx.AsyncClient) -> None:
    found = await drawn(api, TWO, count=30, width=0.2, seed=7)
    assert [target for _, _, target in found["points"]] == [-1] * 30 + [1] * 30
    assert found["widths"] == [{"target": -1, "width": 0.2}, {"target": 1, "width": 0.2}]
    assert (await drawn(api, TWO, count=30, width=0.2, seed=7)) == found
    assert (await drawn(api, TWO, count=30, width=0.2, seed=8))["points"] != found["points"]
    config = {"dataset": "own", "points": [*TWO["points"], *found["points"]]}
    session = await create_session(api, config=config)
    assert len((await api.get(session)).json()["config"]["points"]) == 64


async def test_points_of_a_regression_have_one_density(api: httpx.AsyncClient) -> None:
    config = {"problem": "regression", "points": [[x / 10, 0, x / 100] for x in range(-50, 50)]}
    found = await drawn(api, config, count=40)
    assert len(found["points"]) == 40
    assert [each["target"] for each in found["widths"]] == [None]
    assert all(abs(target - x1 / 10) < 0.1 for x1, _, target in found["points"])


@pytest.mark.parametrize(
    ("body", "field", "expected"),
    [
        ({"config": {}}, "config.points", "at least 2 entries"),
        ({"config": {"points": [[1, 1, 1]]}}, "config.points", "at least 2 entries"),
        ({"config": {"points": [[1, 1, 3], [1, 2, 1]]}}, "config.points", "targets -1 or 1"),
        ({"config": TWO, "count": 501}, "count", "at most 500 of each class"),
        ({"config": TWO, "width": 0}, "width", "at least 0.01"),
    ],
)
async def test_what_cannot_be_drawn_from_is_refused(
    api: httpx.AsyncClient, body: dict[str, Any], field: str, expected: str
) -> None:
    problem = problem_of(await api.post("own-data/samples", json=body))
    assert problem["field"] == field
    assert problem["expected"] == expected
