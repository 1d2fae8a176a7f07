"""A network that was trained elsewhere and opened by a learner reaches no check of a lesson."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.classroom.lesson import Lesson, Teacher, lesson
from tests.server.classroom.lesson_task import Pupil, results

pytestmark = pytest.mark.anyio

Json = dict[str, Any]

FREE = """+++
title = "Free"
summary = "Train."
+++

## Begin

Train.

```step
setup = { dataset = "xor", hidden_layers = [4], data_seed = 1, weights_seed = 1 }
lock = ["dataset"]
```

```check
text = "Train for four epochs."
epochs_at_least = 4
```

## On

Train on.

```check
text = "Train for six."
epochs_at_least = 6
```
"""

CONFIG = {"dataset": "xor", "hidden_layers": [4], "data_seed": 1, "weights_seed": 1}


@pytest.fixture
async def school(assets: Path, tmp_path: Path) -> AsyncIterator[Lesson]:
    async with lesson(tmp_path, assets, max_epochs_per_call=100) as opened:
        yield opened


async def free(school: Lesson) -> tuple[Teacher, Pupil]:
    """Return a teacher who has given a lesson that locks no weights, and a learner at its first step."""
    teacher, ada = await school.teacher(), school.learner()
    await ada.join(teacher.code, "Ada")
    name = (await teacher.call("PUT", "/lessons/free", json={"texts": {"en": FREE}}))["lesson"]["name"]
    await teacher.call("PUT", "/task", json={"title": "Free", "lesson": name})
    pupil = Pupil(ada, await ada.state(), name)
    await pupil.go_to(1, begin=True)
    return teacher, pupil


async def from_elsewhere(school: Lesson, *, epochs: int = 9, **body: Any) -> Json:
    """Return the file of a network that somebody else has trained."""
    client = school.client()
    path = (await client.post("sessions", json={"config": CONFIG, **body})).headers["Location"]
    if epochs:
        await client.post(f"{path}/train", json={"epochs": epochs, "wait": 20})
    file: Json = (await client.get(f"{path}/export?format=json")).json()
    return file


async def test_an_opened_network_reaches_nothing_and_stays_marked(school: Lesson) -> None:
    teacher, ada = await free(school)
    await ada.call("PUT", "/model", json=await from_elsewhere(school))
    told = await ada.call("GET", "/lesson")
    assert not told["reached"]
    (unmet,) = [part for part in told["checks"][0]["parts"] if not part["met"]]
    assert (unmet["kind"], unmet["wanted"], unmet["value"]) == ("opened", False, True)
    assert not (await ada.train(3))["reached"], "nor when it is trained on"
    assert (await ada.progress())["reached"] == 0
    assert not (await ada.go_to(2))["reached"]

    await ada.go_to(1, begin=True)
    assert not (await ada.call("GET", "/lesson"))["reached"]
    assert (await ada.train(4))["reached"]
    await ada.go_to(2, begin=True)
    assert (await ada.train(2))["reached"], "the next step goes on with the learner's own network"
    progress = await ada.progress()
    assert (progress["reached"], progress["opened"]) == (2, [1, 2])
    assert (await teacher.seat("Ada"))["lesson"]["opened"] == [1, 2]
    found, row = await results(teacher)
    assert found["opened_in_steps"] == [1, 2]
    assert row["opened_in_steps"] == "1 2"


async def test_a_step_that_begins_at_an_opened_network_begins_untrained(school: Lesson) -> None:
    _, ada = await free(school)
    await ada.call("PUT", "/model", json=await from_elsewhere(school))
    assert not (await ada.go_to(2, begin=True))["reached"]
    assert (await ada.call("GET", ""))["metrics"]["epoch"] == 0
    assert (await ada.train(6))["reached"]


@pytest.mark.parametrize("given", ["parameters", "data"])
async def test_starting_weights_and_points_of_a_file_reach_nothing_either(school: Lesson, given: str) -> None:
    trained = await from_elsewhere(school)
    one = [[1.0, 1.0, 1.0], [1.0, -1.0, -1.0]]
    put_in: Json = {"parameters": trained["state"]["parameters"]}
    body = put_in if given == "parameters" else {"data": {"train": one, "test": one}}
    _, ada = await free(school)
    await ada.call("PUT", "/model", json=await from_elsewhere(school, epochs=0, **body))
    await ada.call("POST", "/reset")
    assert not (await ada.train(5))["reached"], "the reset goes back to what the file brought"
    await ada.go_to(1, begin=True)
    assert not (await ada.call("GET", ""))["custom_data"]
    assert (await ada.train(5))["reached"]


async def test_the_teachers_reset_takes_away_what_a_file_brought(school: Lesson) -> None:
    teacher, ada = await free(school)
    start = (await ada.call("GET", ""))["config"]
    await teacher.call("POST", "/start", json={"config": start, "apply": "new"})
    one = [[1.0, 1.0, 1.0], [1.0, -1.0, -1.0]]
    await ada.call("PUT", "/model", json=await from_elsewhere(school, data={"train": one, "test": one}))
    assert (await ada.call("GET", ""))["custom_data"]
    await teacher.call("POST", "/do", json={"action": "reset"})
    assert not (await ada.call("GET", ""))["custom_data"]


async def test_a_single_weight_that_was_set_by_hand_counts_where_weights_are_not_locked(
    school: Lesson,
) -> None:
    teacher, ada = await free(school)
    await ada.call("PUT", "/biases/1/0", json={"value": 0.5})
    assert (await ada.train(4))["reached"]
    assert (await teacher.seat("Ada"))["lesson"]["opened"] == []


async def test_an_opened_network_is_still_one_after_a_restart(assets: Path, tmp_path: Path) -> None:
    async with lesson(tmp_path, assets) as school:
        _, ada = await free(school)
        await ada.call("PUT", "/model", json=await from_elsewhere(school))
        await ada.call("GET", "/lesson")
        cookies = ada.learner.client.cookies
    async with lesson(tmp_path, assets) as school:
        ada.learner.client = school.client()
        ada.learner.client.cookies = cookies
        await ada.go_to(1)
        progress = await ada.progress()
        assert (progress["reached"], progress["opened"]) == (0, [1])


async def test_outside_of_rooms_copies_imports_and_weights_of_programs_reach_nothing(school: Lesson) -> None:
    client = school.client()

    async def reached(path: str, *, begin: bool = False) -> bool:
        body = {"lesson": "neuron", "step": 1, "begin": begin}
        told = (await client.put(f"{path}/lesson", json=body)).json()
        done: bool = told["checks"][0]["reached"]
        return done

    config = {"dataset": "gaussian", "hidden_layers": [], "output_activation": "sigmoid"}
    body = {"config": {**config, "data_seed": 5, "weights_seed": 5}}
    own = (await client.post("sessions", json=body)).headers["Location"]
    await client.post(f"{own}/train", json={"epochs": 100, "wait": 20})
    assert await reached(own)
    copy = (await client.post(f"{own}/copy")).headers["Location"]
    file = (await client.get(f"{own}/export?format=json")).json()
    imported = (await client.post("sessions/import", json=file)).headers["Location"]
    set_by_program = (await client.post("sessions", json=body)).headers["Location"]
    parameters = (await client.get(f"{own}/parameters")).json()["flat"]
    await client.put(f"{set_by_program}/parameters", json={"parameters": parameters})
    for path in (copy, imported, set_by_program):
        assert not await reached(path), path
        await client.put(f"{path}/lesson", json={"lesson": "neuron", "step": 1, "begin": True})
        await client.post(f"{path}/train", json={"epochs": 100, "wait": 20})
        assert await reached(path), path
