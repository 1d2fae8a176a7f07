"""What happens in each layer, and what it explains, over REST."""

import httpx
import pytest

from tests.server.rest_client import create_session

pytestmark = pytest.mark.anyio


@pytest.fixture
def api(shared_api: httpx.AsyncClient) -> httpx.AsyncClient:
    return shared_api


async def test_every_layer_tells_its_gradients_and_its_neurons(api: httpx.AsyncClient) -> None:
    session = await create_session(api, config={"hidden_layers": [8] * 6, "activation": "sigmoid"})
    told = (await api.get(f"{session}/layer-statistics")).json()
    first, *_, output = told["layers"]
    assert len(told["layers"]) == 7
    assert output["delta"] > 1000 * first["delta"]
    assert (first["activation"], output["activation"], len(first["dead"])) == ("sigmoid", None, 8)
    assert sum(first["values"]["counts"]) == 8 * 250


@pytest.mark.medium
async def test_what_the_numbers_support_is_explained_with_a_remedy_that_can_be_tried(
    api: httpx.AsyncClient,
) -> None:
    session = await create_session(api, config={"hidden_layers": [8] * 6, "activation": "sigmoid"})
    assert (await api.get(f"{session}/explanations")).json() == {"epoch": 0, "explanations": []}
    (await api.post(f"{session}/train", json={"epochs": 40})).raise_for_status()
    told = (await api.get(f"{session}/explanations")).json()
    (explanation,) = told["explanations"]
    assert (told["epoch"], explanation["name"], explanation["layer"]) == (40, "vanishing", 1)
    assert explanation["measured"]["last"] > 30 * explanation["measured"]["first"]
    tried = await api.patch(session, json={"config": explanation["remedy"]})
    assert tried.json()["config"]["activation"] == "relu"
