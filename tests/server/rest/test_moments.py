"""REST: the networks of earlier epochs."""

import httpx
import pytest

pytestmark = pytest.mark.anyio


@pytest.fixture
def api(shared_api: httpx.AsyncClient) -> httpx.AsyncClient:
    return shared_api


async def test_a_program_reads_networks_of_earlier_epochs(api: httpx.AsyncClient) -> None:
    path = "sessions/" + (await api.post("sessions", json={})).json()["id"]
    assert (await api.get(f"{path}/moments")).json() == {"epochs": []}
    await api.post(f"{path}/train", json={"epochs": 3})
    then = (await api.get(f"{path}/parameters")).json()
    measured = (await api.get(path)).json()["metrics"]
    await api.post(f"{path}/train", json={"epochs": 40})
    kept = (await api.get(f"{path}/moments")).json()["epochs"]
    assert kept[0] == 0
    assert 3 in kept
    found = (await api.get(f"{path}/moments/3")).json()
    assert found["network"] == then
    assert found["metrics"] == pytest.approx(measured)
    assert (await api.get(path)).json()["metrics"]["epoch"] == 43


async def test_an_epoch_that_is_not_kept_is_refused_with_the_way_to_those_that_are(
    api: httpx.AsyncClient,
) -> None:
    path = "sessions/" + (await api.post("sessions", json={})).json()["id"]
    answer = await api.get(f"{path}/moments/7")
    assert (answer.status_code, answer.json()["field"]) == (404, "epoch")
    assert "GET moments" in answer.json()["expected"]


async def test_play_ends_at_a_loss(api: httpx.AsyncClient) -> None:
    until = {"test_loss": 0.2}
    new = {"speed": None, "playing": True, "until": until}
    path = "sessions/" + (state := (await api.post("sessions", json=new)).json())["id"]
    while state["playing"]:
        assert state["until"] == {"train_loss": None, "train_accuracy": None, "test_accuracy": None, **until}
        state = (await api.get(path)).json()
    assert state["metrics"]["test_loss"] <= 0.2
    assert state["until"] is None
    problem = (await api.patch(path, json={"until": until})).json()
    assert (problem["status"], problem["field"]) == (422, "until")
    problem = (await api.patch(path, json={"playing": True, "until": {"loss": 1}})).json()
    assert (problem["status"], problem["field"]) == (422, "until.loss")
