"""How good a network is, over REST."""

import httpx
import pytest

from tests.server.rest_client import create_session

pytestmark = pytest.mark.anyio


@pytest.fixture
def api(shared_api: httpx.AsyncClient) -> httpx.AsyncClient:
    return shared_api


async def test_both_sets_tell_accuracy_confusion_and_all_wrong_points(api: httpx.AsyncClient) -> None:
    session = await create_session(api, config={"noise": 50})
    told = (await api.get(f"{session}/quality")).json()
    for part in (told["train"], told["test"]):
        (first, second), (third, fourth) = part["matrix"]
        assert first + second + third + fourth == part["points"] == 250
        assert part["accuracy"] == pytest.approx((first + fourth) / 250)
        assert len(part["worst"]) == part["wrong"] == second + third
        assert all(each["target"] == -each["predicted"] for each in part["worst"])
        assert (part["r_squared"], part["rmse"]) == (None, None)


async def test_regression_tells_errors_in_place_of_classes(api: httpx.AsyncClient) -> None:
    session = await create_session(api, config={"problem": "regression"})
    told = (await api.get(f"{session}/quality")).json()["test"]
    assert (told["accuracy"], told["matrix"], told["wrong"]) == (None, None, None)
    assert told["rmse"] > 0
    assert told["r_squared"] < 1
    assert len(told["worst"]) == told["points"]


async def test_a_network_that_takes_images_has_its_confusion_elsewhere(api: httpx.AsyncClient) -> None:
    session = await create_session(api, config={"problem": "images"})
    refused = await api.get(f"{session}/quality")
    assert (refused.status_code, refused.json()["code"]) == (409, "other_problem")
