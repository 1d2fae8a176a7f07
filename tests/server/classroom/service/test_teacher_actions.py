"""The actions of a teacher on all learners, or on some."""

from typing import Any

import pytest

from tests.server.classroom.lesson import Learner, Lesson, Teacher

pytestmark = pytest.mark.anyio


async def class_of(school: Lesson, *names: str, **body: Any) -> tuple[Teacher, list[Learner]]:
    teacher = await school.teacher(**body)
    learners = [school.learner() for _ in names]
    for learner, name in zip(learners, names, strict=True):
        await learner.join(teacher.code, name)
    return teacher, learners


async def session(learner: Learner) -> Any:
    session_id = (await learner.state())["session"]
    return (await learner.client.get(f"sessions/{session_id}")).json()


def known(state: Any) -> bool:
    """Return whether the room's state has the status of every training since its last change."""
    return all(each["weights"] == 25 and not each["differs"] for each in state["seats"])


async def change(learner: Learner, **settings: Any) -> None:
    session_id = (await learner.state())["session"]
    answer = await learner.client.patch(f"sessions/{session_id}", json={"config": settings})
    assert answer.status_code == 200, answer.text


@pytest.mark.medium
async def test_a_start_applies_to_all_or_to_new_learners(school: Lesson) -> None:
    teacher, (ada,) = await class_of(school, "Ada")
    await teacher.call("POST", "/start", json={"config": {"dataset": "xor"}, "speed": 7, "apply": "new"})
    assert (await session(ada))["config"]["dataset"] == "circle"
    bob = school.learner()
    await bob.join(teacher.code, "Bob")
    assert ((await session(bob))["config"]["dataset"], (await session(bob))["speed"]) == ("xor", 7)
    await teacher.call("POST", "/start", json={"config": {"dataset": "spiral", "hidden_layers": [8]}})
    for learner in (ada, bob):
        state = await session(learner)
        assert (state["config"]["dataset"], state["shape"], state["speed"]) == ("spiral", [2, 8, 1], 60)
    await teacher.call("POST", "/start", json={"config": {"noise": 99}}, expect=422)
    await teacher.call("POST", "/start", json={"config": {"hidden_layers": [64] * 17}}, expect=422)


@pytest.mark.medium
async def test_a_reset_undoes_all_changes_even_of_locked_settings(school: Lesson) -> None:
    teacher, (ada, bob) = await class_of(school, "Ada", "Bob", config={"dataset": "xor"})
    await change(ada, learning_rate=1, hidden_layers=[3], dataset="circle")
    await change(bob, noise=20)
    await teacher.call("PATCH", json={"locks": ["learning_rate", "dataset"]})
    seat = (await teacher.seat("Bob"))["seat"]
    await teacher.call("POST", "/do", json={"action": "reset", "seats": [seat]})
    started = (await teacher.state())["start"]["config"]
    assert {**(await session(bob))["config"], "weights_seed": 0} == started
    assert (await session(ada))["config"]["dataset"] == "circle"
    await teacher.call("POST", "/do", json={"action": "reset"})
    assert {**(await session(ada))["config"], "weights_seed": 0} == started
    assert all(not each["differs"] for each in (await teacher.until(known))["seats"])


@pytest.mark.medium
async def test_all_play_and_all_pause(school: Lesson) -> None:
    teacher, learners = await class_of(school, "Ada", "Bob", "Eve")
    await teacher.call("POST", "/do", json={"action": "play"})
    for learner in learners:
        state = await session(learner)
        assert state["playing"]
    await teacher.call("POST", "/do", json={"action": "pause"})
    epochs = [(await session(learner))["metrics"]["epoch"] for learner in learners]
    assert all([(await learner.state())["room"]["paused"] for learner in learners])
    other = (await learners[0].client.post("sessions", json={})).json()["id"]
    trained = await learners[0].client.post(f"sessions/{other}/train", json={"epochs": 100, "wait": 30})
    assert trained.status_code == 200, "a session outside of the room trains"
    assert [(await session(learner))["metrics"]["epoch"] for learner in learners] == epochs
    assert (await session(learners[0]))["playing"]
    await teacher.call("POST", "/do", json={"action": "resume"})
    while (await session(learners[0]))["metrics"]["epoch"] <= epochs[0]:
        pass


async def test_one_learner_can_be_paused(school: Lesson) -> None:
    teacher, (ada, bob) = await class_of(school, "Ada", "Bob")
    seat = (await teacher.seat("Ada"))["seat"]
    state = await teacher.call("POST", "/do", json={"action": "pause", "seats": [seat]})
    assert [each["paused"] for each in state["seats"]] == [True, False]
    assert not state["paused"]
    assert (await ada.state())["room"]["paused"]
    assert not (await bob.state())["room"]["paused"]
    await teacher.call("POST", "/do", json={"action": "resume"})
    assert not (await ada.state())["room"]["paused"]


@pytest.mark.medium
async def test_a_waiting_learner_sees_no_task_and_cannot_train(school: Lesson) -> None:
    teacher, (ada,) = await class_of(school, "Ada", approval=True)
    await teacher.call("PUT", "/task", json={"title": "Close it"})
    state = await ada.state()
    assert (state["waiting"], state["task"], state["room"]["paused"]) == (True, None, True)
    assert (await ada.client.post("seat/hand-in")).status_code == 409
    seat = (await teacher.seat("Ada"))["seat"]
    await teacher.call("POST", f"/seats/{seat}", json={"approve": True})
    state = await ada.state()
    assert (state["waiting"], state["task"]["title"], state["room"]["paused"]) == (False, "Close it", False)


@pytest.mark.medium
async def test_a_learner_is_renamed_or_removed(school: Lesson) -> None:
    teacher, (ada, _) = await class_of(school, "Ada", "Bob")
    seat = (await teacher.seat("Ada"))["seat"]
    await teacher.call("POST", f"/seats/{seat}", json={"nickname": "bob"}, expect=409)
    await teacher.call("POST", f"/seats/{seat}", json={"nickname": "ADA"})
    assert (await ada.state())["nickname"] == "ADA"
    session_id = (await ada.state())["session"]
    await teacher.call("DELETE", f"/seats/{seat}", expect=204)
    assert (await ada.client.get("seat")).status_code == 401
    assert (await ada.client.get(f"sessions/{session_id}")).status_code == 404
    assert [each["nickname"] for each in (await teacher.state())["seats"]] == ["Bob"]
    await teacher.call("DELETE", f"/seats/{seat}", expect=404)


@pytest.mark.medium
async def test_a_hint_is_for_all_or_for_some(school: Lesson) -> None:
    teacher, (ada, bob) = await class_of(school, "Ada", "Bob")
    await teacher.call("POST", "/hint", json={"text": "all"})
    seat = (await teacher.seat("Bob"))["seat"]
    await teacher.call("POST", "/hint", json={"text": "Bob", "seats": [seat]})
    hints = [(await learner.state())["hint"]["text"] for learner in (ada, bob)]
    assert hints == ["all", "Bob"]


@pytest.mark.medium
async def test_the_network_shown_to_all_is_a_copy(school: Lesson) -> None:
    teacher, (ada, bob) = await class_of(school, "Ada", "Bob")
    seat = (await teacher.seat("Ada"))["seat"]
    await teacher.call("PATCH", json={"shown": seat})
    shown = (await bob.state())["room"]["shown"]
    assert shown["nickname"] == "Ada"
    copy = shown["session_url"].rsplit("=", 1)[1]
    assert copy != (await ada.state())["session"]
    original = (await session(ada))["metrics"]
    assert (await bob.client.get(f"sessions/{copy}/metrics")).json() == original
    await teacher.call("PATCH", json={"anonymous": True})
    assert (await bob.state())["room"]["shown"]["nickname"] is None
    await teacher.call("PATCH", json={"shown": None})
    assert (await bob.state())["room"]["shown"] is None
    assert (await bob.client.get(f"sessions/{copy}")).status_code == 404


@pytest.mark.medium
async def test_playing_all_ends_a_pause(school: Lesson) -> None:
    teacher, (ada, bob) = await class_of(school, "Ada", "Bob")
    await teacher.call("POST", "/do", json={"action": "pause"})
    await teacher.call("POST", "/do", json={"action": "play"})
    for learner in (ada, bob):
        assert not (await learner.state())["room"]["paused"]
        assert (await session(learner))["playing"]
