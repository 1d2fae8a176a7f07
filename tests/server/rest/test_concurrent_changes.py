"""Several clients of one session: none undoes silently what another one has started or changed."""

import httpx
import pytest

from tests.server.rest_client import create_session, problem_of
from tests.server.session_changes import CHANGES

pytestmark = [pytest.mark.anyio, pytest.mark.medium]  # each has an application of its own

LONG = {"epochs": 100_000, "wait": 0}


async def test_a_second_training_does_not_end_the_first(api: httpx.AsyncClient) -> None:
    session = await create_session(api)
    first = await api.post(f"{session}/train", json=LONG)
    answer = await api.post(f"{session}/train", json={"epochs": 1})
    problem = problem_of(answer)
    assert (problem["status"], problem["code"], problem["field"]) == (409, "already_training", "replace")
    assert answer.headers["location"] == first.headers["location"]
    assert (await api.get(answer.headers["location"])).json()["state"] == "running"
    assert len((await api.get(session)).json()["training"]) == 3
    second = await api.post(f"{session}/train", json={"epochs": 1, "replace": True, "wait": 30})
    assert second.json()["ending"] == "done"
    assert (await api.get(first.headers["location"])).json()["ending"] == "interrupted"
    assert (await api.post(f"{session}/train", json={"epochs": 1, "wait": 30})).json()["ending"] == "done"


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
async def test_a_change_may_depend_on_the_revision(
    api: httpx.AsyncClient, method: str, path: str, body: object
) -> None:
    session = await create_session(api)
    state = (await api.get(session)).json()
    revision = state["revision"]
    for wrong in (f'"{revision + 1}"', "W/", "", f'"x", "{revision - 1}"'):
        answer = await api.request(method, session + path, json=body, headers={"If-Match": wrong})
        problem = problem_of(answer)
        assert (problem["status"], problem["code"], problem["field"]) == (412, "revision_changed", "If-Match")
        assert problem["expected"] == f'"{revision}"'
    assert (await api.get(session)).json() == state
    for right in (f'"{revision}"', "*"):
        session = await create_session(api)
        answer = await api.request(method, session + path, json=body, headers={"If-Match": right})
        assert answer.status_code in (200, 202, 204), answer.text
        if path == "/train":
            assert answer.json()["metrics"] is not None


async def test_the_etag_of_an_answer_can_be_sent_back_as_if_match(api: httpx.AsyncClient) -> None:
    created = await api.post("sessions", json={})
    path = f"sessions/{created.json()['id']}"
    tags = [created.headers["etag"], (await api.get(path)).headers["etag"]]
    await api.post(f"{path}/train", json={"epochs": 3, "wait": 30})  # changes no revision
    tags += [(await api.get(f"{path}{part}")).headers["etag"] for part in ("", "/parameters", "/biases/1/0")]
    assert set(tags) == {f'W/"{created.json()["revision"]}"'}
    changed = await api.patch(path, json={"config": {"noise": 5}}, headers={"If-Match": tags[0]})
    edited = await api.put(
        f"{path}/biases/1/0", json={"value": 1}, headers={"If-Match": changed.headers["etag"]}
    )
    assert edited.headers["etag"] == (await api.get(path)).headers["etag"] != changed.headers["etag"]
    assert (
        problem_of(await api.patch(path, json={"speed": 5}, headers={"If-Match": tags[0]}))["status"] == 412
    )
    copy = await api.post(f"{path}/copy")
    assert copy.headers["etag"] == f'W/"{copy.json()["revision"]}"'
    points = {"points": [[0, 0]]}
    for answer in (await api.post(f"{path}/predictions", json=points), await api.get("limits")):
        assert "etag" not in answer.headers


async def test_the_revision_grows_with_changes_and_not_with_training(api: httpx.AsyncClient) -> None:
    session = await create_session(api)
    before = (await api.get(session)).json()["revision"]
    await api.post(f"{session}/train", json={"epochs": 3, "wait": 30})
    assert (await api.get(session)).json()["revision"] == before
    after = (await api.patch(session, json={"config": {"noise": 5}})).json()["revision"]
    assert after > before
    await api.put(f"{session}/biases/1/0", json={"value": 1})
    assert (await api.get(session)).json()["revision"] > after
