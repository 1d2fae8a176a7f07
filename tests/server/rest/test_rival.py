"""REST: a race of a session with a rival."""

import httpx
import pytest

pytestmark = pytest.mark.anyio


@pytest.fixture
def api(shared_api: httpx.AsyncClient) -> httpx.AsyncClient:
    return shared_api


async def created(api: httpx.AsyncClient, **config: object) -> str:
    made = (await api.post("sessions", json={"config": config})).json()
    return f"sessions/{made['id']}"


async def test_a_program_races_two_set_ups_and_keeps_the_better_one(api: httpx.AsyncClient) -> None:
    path = await created(api, dataset="circle", hidden_layers=[3], activation="sigmoid")
    begun = (await api.put(f"{path}/rival", json={"changes": {"activation": "tanh"}})).json()
    assert begun["differs"] == ["activation"]
    assert begun["metrics"]["epoch"] == 0
    assert (await api.post(f"{path}/train", json={"epochs": 60, "wait": 20})).status_code == 200
    own, rival = (await api.get(path)).json(), (await api.get(f"{path}/rival")).json()
    assert (own["metrics"]["epoch"], rival["metrics"]["epoch"]) == (60, 60)
    assert rival["ahead"] == "rival"
    assert rival["rival_score"] < rival["score"] == own["metrics"]["test_loss"]
    losses = (await api.get(f"{path}/rival/losses")).json()
    assert losses["epoch"] == [*range(61)]
    assert losses["test_loss"][-1] == rival["metrics"]["test_loss"]

    swapped = (await api.post(f"{path}/rival/swap")).json()
    assert (swapped["config"]["activation"], swapped["ahead"]) == ("sigmoid", "training")
    assert (await api.delete(f"{path}/rival", params={"keep": "rival"})).status_code == 204
    state = (await api.get(path)).json()
    assert (state["config"]["activation"], state["metrics"]) == ("sigmoid", own["metrics"])
    assert (await api.get(f"{path}/losses")).json()["epoch"] == [*range(61)]


async def test_without_a_race_there_is_no_rival(api: httpx.AsyncClient) -> None:
    path = await created(api)
    for method, name in (("GET", ""), ("GET", "/losses"), ("POST", "/swap"), ("DELETE", "")):
        answer = await api.request(method, f"{path}/rival{name}")
        assert (answer.status_code, answer.json()["code"]) == (404, "no_race")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"noise": 10}, "noise"),
        ({"activation": "cubic"}, "changes.activation"),
        ({"colour": 1}, "changes.colour"),
    ],
)
async def test_what_cannot_race_is_refused_with_the_field(
    api: httpx.AsyncClient, changes: dict[str, object], field: str
) -> None:
    path = await created(api)
    answer = await api.put(f"{path}/rival", json={"changes": changes})
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert (await api.get(f"{path}/rival")).status_code == 404


async def test_given_points_are_those_of_both(api: httpx.AsyncClient) -> None:
    path = await created(api)
    await api.put(f"{path}/rival", json={})
    rows = [[-3, 0, -1], [3, 0, 1], [-2, 1, -1], [2, 1, 1]]
    assert (await api.put(f"{path}/points", json={"train": rows, "test": rows})).status_code == 200
    await api.post(f"{path}/train", json={"epochs": 20, "wait": 20})
    own, rival = (await api.get(path)).json(), (await api.get(f"{path}/rival")).json()
    assert rival["metrics"] == own["metrics"]
    assert (rival["ahead"], rival["differs"]) == (None, [])
