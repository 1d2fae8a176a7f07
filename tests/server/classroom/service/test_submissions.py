"""Handing in, verification and the leaderboard."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from engine.kernels import compile_cache
from server.classroom.service.progress import is_ready_to_hand_in
from server.goals.training_status import training_status
from server.sessions.view_ids import view_id
from tests.server.classroom.lesson import Learner, Lesson, Teacher, lesson
from tests.server.live import eventually
from tests.server.storage.test_schema import sample_room

pytestmark = pytest.mark.anyio

EASY: dict[str, Any] = {
    "title": "Part the clouds",
    "config": {"dataset": "gaussian", "hidden_layers": []},
    "goal": {"accuracy_at_least": 0.95, "fresh": {"runs": 4, "solved": 3, "epochs": 50}},
    "order": "fewest_weights",
}


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    compile_cache.wait()


async def trained(learner: Learner, epochs: int = 20) -> None:
    session_id = (await learner.state())["session"]
    answer = await learner.client.post(f"sessions/{session_id}/train", json={"epochs": epochs, "wait": 30})
    assert answer.status_code == 200, answer.text


async def configured(learner: Learner, **settings: Any) -> None:
    session_id = (await learner.state())["session"]
    await learner.client.patch(f"sessions/{session_id}", json={"config": settings})


async def seated(school: Lesson, teacher: Teacher, name: str) -> Learner:
    learner = school.learner()
    await learner.join(teacher.code, name)
    return learner


async def test_a_hand_in_is_verified_and_opens_as_it_was(school: Lesson) -> None:
    teacher = await school.teacher()
    ada = await seated(school, teacher, "Ada")
    await teacher.call("PUT", "/task", json=EASY)
    await trained(ada)
    handed = (await ada.hand_in())["hand_in"]
    assert (handed["epoch"], handed["weights"], handed["edited"]) == (20, 3, False)
    state = await ada.until(lambda state: state["hand_in"]["checking"] is None)
    assert state["hand_in"]["fresh"] == {"solved": 4, "of": 4}
    assert state["hand_in"]["reached"]
    assert state["progress"]["parts"][-1]["met"]
    assert state["leaderboard"] == [{"rank": 1, "nickname": "Ada", "mine": True, "value": 3}]
    assert state["hand_in"]["url"] is None
    seat = await teacher.seat("Ada")
    copy = seat["hand_in"]["url"].rsplit("=", 1)[1]
    session_id = seat["session"]
    (room,) = school.room_manager.rooms.values()
    submission = room.members[seat["seat"]].submission
    assert submission is not None
    own_id = submission.session
    assert copy == view_id(own_id)
    for what in ("metrics", "parameters"):
        one, other = [(await ada.client.get(f"sessions/{each}/{what}")).json() for each in (session_id, copy)]
        for each in (one, other):
            each.pop("epoch", None)
        assert one == other
    for method, path, body in (
        ("POST", "/play", None),
        ("POST", "/pause", None),
        ("POST", "/reset", None),
        ("POST", "/train", {"epochs": 1}),
        ("PATCH", "", {"config": {"learning_rate": 1}}),
        ("DELETE", "", None),
    ):
        for name, code in ((copy, "view_only"), (own_id, "not_your_training")):
            answer = await school.client().request(method, f"sessions/{name}{path}", json=body)
            assert (answer.status_code, answer.json()["code"]) == (403, code), path
    await trained(ada, 5)  # the copy stays
    assert (await teacher.seat("Ada"))["hand_in"]["epoch"] == 20


@pytest.mark.medium
async def test_a_hand_in_keeps_what_layers_have_besides_parameters(school: Lesson) -> None:
    teacher = await school.teacher()
    start = {"problem": "images", "layers": [{"kind": "conv", "filters": 2}, {"kind": "batch_norm"}]}
    await teacher.call("PUT", "/task", json={"title": "Read digits", "config": {**start, "batch_size": 300}})
    ada = await seated(school, teacher, "Ada")
    await trained(ada, 1)
    await ada.hand_in()
    seat = await teacher.seat("Ada")
    shown = seat["hand_in"]["url"].rsplit("=", 1)[1]
    await teacher.call("PATCH", json={"shown": seat["seat"]})
    (room,) = school.room_manager.rooms.values()
    names = (seat["session"], shown, view_id(room.shown_session or ""))
    kept = [(await ada.client.get(f"sessions/{name}/parameters")).json()["buffers"] for name in names]
    assert len(kept[0]) == 4
    assert kept[0] == kept[1] == kept[2]
    accuracies = [
        (await ada.client.get(f"sessions/{name}/metrics")).json()["test_accuracy"] for name in names
    ]
    assert len(set(accuracies)) == 1


@pytest.mark.slow
@pytest.mark.medium
async def test_a_task_with_digits(school: Lesson) -> None:
    teacher = await school.teacher()
    layers = [{"kind": "conv", "filters": 4, "activation": "relu"}, {"kind": "max_pool"}]
    start = {"problem": "images", "layers": layers, "train_percent": 80, "optimizer": "adam"}
    task = {
        "title": "Read digits",
        "config": {**start, "batch_size": 32},
        "locks": ["dataset", "layers", "drawings"],
        "goal": {
            "accuracy_at_least": 0.7,
            "most_weights": 1000,
            "fresh": {"runs": 2, "solved": 1, "epochs": 5},
        },
        "order": "lowest_test_loss",
    }
    await teacher.call("PUT", "/task", json=task)
    ada = await seated(school, teacher, "Ada")
    session = f"sessions/{(await ada.state())['session']}"
    for name, value in (
        ("layers", layers[:1]),
        ("problem", "classification"),
        ("drawings", [{"label": 1, "pixels": [16] * 64}]),
    ):
        answer = await ada.client.patch(session, json={"config": {name: value}})
        assert (answer.status_code, answer.json()["code"]) == (409, "locked"), name
    await trained(ada, 3)
    state = await ada.hand_in()
    parts = {part["kind"]: part["met"] for part in state["progress"]["parts"]}
    assert parts["accuracy_at_least"]
    assert parts["most_weights"]
    state = await ada.until(lambda state: state["hand_in"]["checking"] is None)
    assert state["hand_in"]["reached"]
    assert [each["nickname"] for each in state["leaderboard"]] == ["Ada"]
    results = await teacher.call("GET", "/results")
    assert [each["shape"] for each in results] == [[64, 4, 10]]


async def test_the_leaderboard_has_only_hand_ins_that_reach_the_goal(school: Lesson) -> None:
    teacher = await school.teacher()
    ada = await seated(school, teacher, "Ada")
    task = {**EASY, "goal": {"test_loss_at_most": 0, "fresh": {"runs": 3, "solved": 1, "epochs": 2}}}
    await teacher.call("PUT", "/task", json=task)
    await trained(ada)
    await ada.hand_in()
    state = await ada.until(lambda state: state["hand_in"]["fresh"] is not None)
    assert state["hand_in"]["fresh"]["solved"] == 0
    assert not state["hand_in"]["reached"]
    assert state["leaderboard"] == []


async def test_equal_values_share_a_rank_and_names_can_be_hidden(school: Lesson) -> None:
    teacher = await school.teacher()
    await teacher.call("PUT", "/task", json={**EASY, "goal": {"accuracy_at_least": 0.9}})
    learners = [await seated(school, teacher, name) for name in ("Ada", "Bob", "Eve")]
    await configured(learners[0], hidden_layers=[2])
    for learner in learners:
        await trained(learner, 60)
        await learner.hand_in()
    ranking = (await teacher.state())["ranking"]
    assert [(each["rank"], each["nickname"], each["value"]) for each in ranking] == [
        (1, "Bob", 3),
        (1, "Eve", 3),
        (3, "Ada", 9),
    ]
    await teacher.call("PATCH", json={"anonymous": True})
    board = (await learners[0].state())["leaderboard"]
    assert [(each["nickname"], each["mine"]) for each in board] == [
        (None, False),
        (None, False),
        ("Ada", True),
    ]
    assert (await learners[0].state())["hand_in"]["rank"] == 3
    assert [each["nickname"] for each in (await teacher.state())["ranking"]] == ["Bob", "Eve", "Ada"]


async def test_weights_set_by_hand_are_marked_and_not_ranked(school: Lesson) -> None:
    teacher = await school.teacher()
    await teacher.call("PUT", "/task", json={**EASY, "goal": {"most_weights": 5}})
    ada = await seated(school, teacher, "Ada")
    session_id = (await ada.state())["session"]
    await ada.client.put(f"sessions/{session_id}/biases/1/0", json={"value": 0.5})
    state = await ada.hand_in()
    assert (state["hand_in"]["edited"], state["leaderboard"]) == (True, [])
    await ada.client.post(f"sessions/{session_id}/reset")
    state = await ada.hand_in()
    assert (state["hand_in"]["edited"], len(state["leaderboard"])) == (False, 1)


async def test_another_task_keeps_all_hand_ins_and_the_same_task_has_them_again(school: Lesson) -> None:
    teacher = await school.teacher()
    ada = await seated(school, teacher, "Ada")
    await ada.say(done=True)
    await teacher.call("PUT", "/task", json={**EASY, "goal": None})
    await ada.hand_in()
    copy = (await teacher.seat("Ada"))["hand_in"]["url"].rsplit("=", 1)[1]
    await teacher.call("PUT", "/task", json={**EASY, "title": "Another"})
    state = await ada.state()
    assert (state["hand_in"], state["attempts"], state["done"]) == (None, [], False)
    assert (await ada.client.get(f"sessions/{copy}")).status_code == 200
    results = await teacher.call("GET", "/results")
    assert [(each["task"], len(each["attempts"])) for each in results] == [("Another", 0), (EASY["title"], 1)]
    await teacher.call("PUT", "/task", json={**EASY, "goal": None})
    assert len((await ada.state())["attempts"]) == 1


async def test_every_attempt_is_kept_the_best_counts_and_only_it_has_a_copy(
    tmp_path: Path, assets: Path
) -> None:
    async with lesson(tmp_path, assets) as school:
        teacher = await school.teacher()
        task = {**EASY, "goal": {"accuracy_at_least": 0.9}, "order": "fewest_epochs"}
        await teacher.call("PUT", "/task", json=task)
        ada = await seated(school, teacher, "Ada")
        copies = []
        for epochs in (0, 20, 20):
            if epochs:
                await trained(ada, epochs)
            await ada.hand_in()
            copies.append((await teacher.seat("Ada"))["hand_in"]["url"].rsplit("=", 1)[1])
        assert copies[1] == copies[2]
        statuses = [(await ada.client.get(f"sessions/{each}")).status_code for each in copies[:2]]
        assert statuses == [404, 200]
        path, key, cookies = teacher.path, teacher.headers, ada.client.cookies
    async with lesson(tmp_path, assets) as school:
        ada = school.learner()
        ada.client.cookies = cookies
        state = await ada.state()
        assert [each["epoch"] for each in state["attempts"]] == [0, 20, 40]
        assert [each["rank"] for each in state["attempts"]] == [None, 1, None]
        assert (state["hand_in"]["epoch"], state["hand_in"]["reached"]) == (20, True)
        (result,) = (await ada.client.get(f"{path}/results", headers=key)).json()
        assert [each["counts"] for each in result["attempts"]] == [False, True, False]


async def test_the_same_network_is_one_attempt_however_often_it_is_handed_in(school: Lesson) -> None:
    teacher = await school.teacher()
    await teacher.call("PUT", "/task", json={**EASY, "goal": {"accuracy_at_least": 0.9}})
    ada = await seated(school, teacher, "Ada")
    await trained(ada)
    assert (await ada.state())["ready"]
    await asyncio.gather(*(ada.hand_in() for _ in range(3)))
    state = await ada.state()
    assert (len(state["attempts"]), state["ready"]) == (1, False)
    await trained(ada, 1)
    assert [each["epoch"] for each in (await ada.hand_in())["attempts"]] == [20, 21]


def test_a_network_that_is_not_among_the_attempts_is_ready_to_hand_in() -> None:
    room = sample_room()
    ada = room.members["the-seat"]
    assert ada.submission is not None
    assert not is_ready_to_hand_in(room, ada), "nothing is known of the training since"
    ada.status = ada.submission.status()
    assert not is_ready_to_hand_in(room, ada)
    ada.status = ada.status._replace(steps=ada.status.steps + 1)
    assert is_ready_to_hand_in(room, ada)
    ada.waiting = True
    assert not is_ready_to_hand_in(room, ada)


async def test_a_network_that_was_handed_in_is_not_offered_again_after_a_restart(
    tmp_path: Path, assets: Path
) -> None:
    async with lesson(tmp_path, assets) as school:
        teacher = await school.teacher()
        await teacher.call("PUT", "/task", json={**EASY, "goal": {"accuracy_at_least": 0.9}})
        ada, ben = await seated(school, teacher, "Ada"), await seated(school, teacher, "Ben")
        await trained(ada)
        await ada.hand_in()
        cookies = [each.client.cookies for each in (ada, ben)]
    async with lesson(tmp_path, assets) as school:
        ada, ben = school.learner(), school.learner()
        ada.client.cookies, ben.client.cookies = cookies
        assert not (await ada.state())["ready"]
        assert (await ben.state())["ready"], "who has handed in nothing may do so"
        room = school.room_manager.rooms[teacher.room["id"]]
        for member in room.members.values():  # the network as it is read from the database
            member.status = await school.room_manager.sessions.run(room, member, training_status)
        assert not (await ada.state())["ready"]


async def test_verifications_start_again_after_a_restart(tmp_path: Path, assets: Path) -> None:
    task = {**EASY, "goal": {"accuracy_at_least": 0.9, "fresh": {"runs": 3, "solved": 3, "epochs": 30}}}
    async with lesson(tmp_path, assets) as school:
        teacher = await school.teacher()
        await teacher.call("PUT", "/task", json=task)
        ada = await seated(school, teacher, "Ada")
        await trained(ada)
        await ada.hand_in()
        member = next(iter(school.room_manager.rooms[teacher.room["id"]].members.values()))
        school.room_manager.verifier.stop(member)
        assert member.submission is not None
        member.submission.solved, member.submission.session = None, "lost"
        school.room_manager.store.put_attempts(member, *member.attempts)
    async with lesson(tmp_path, assets) as school:
        room = school.room_manager.rooms[teacher.room["id"]]
        (member,) = room.members.values()
        manager, submission = school.session_manager, member.submission
        assert submission is not None
        await eventually(lambda: submission.solved is not None and manager.exists(submission.session))
        assert submission.solved == 3


async def test_training_before_other_points_counts_in_the_leaderboard(school: Lesson) -> None:
    teacher = await school.teacher()
    ada = await seated(school, teacher, "Ada")
    task = {**EASY, "goal": {"accuracy_at_least": 0.9}, "order": "fewest_epochs"}
    await teacher.call("PUT", "/task", json=task)
    await configured(ada, batch_size=1)
    session_id = (await ada.state())["session"]
    for seed in range(3):
        await ada.client.post(f"sessions/{session_id}/train", json={"steps": 200, "wait": 30})
        await configured(ada, data_seed=seed + 10)
    handed = (await ada.hand_in())["hand_in"]
    assert (handed["epoch"], handed["counted_epochs"]) == (0, 3)
    assert (handed["steps"], handed["points_seen"]) == (600, 600)
    assert (await ada.state())["leaderboard"][0]["value"] == 3


async def test_an_untrained_network_reaches_no_goal_by_another_output(school: Lesson) -> None:
    teacher = await school.teacher()
    ada = await seated(school, teacher, "Ada")
    task = {**EASY, "config": {}, "goal": {"test_loss_at_most": 0.37}, "order": "lowest_test_loss"}
    await teacher.call("PUT", "/task", json=task)
    await configured(ada, output_activation="sigmoid", loss="squared_error")
    state = await ada.hand_in()
    assert state["hand_in"]["test_loss"] < 0.37 < state["hand_in"]["score"]
    assert not state["hand_in"]["reached"]
    assert state["leaderboard"] == []
