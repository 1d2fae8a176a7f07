"""A lesson as a room's task: what a step locks stays, and nobody reaches its check by saying so."""

from typing import Any

import pytest

from server.sessions.rules import SPEED, WEIGHTS
from tests.server.classroom.api.test_seat_socket import own_page, room
from tests.server.classroom.lesson import Lesson
from tests.server.live import Live
from tests.server.session_changes import CHANGES

pytestmark = pytest.mark.anyio

LOCKED = """+++
title = "Locked"
summary = "All is locked."
+++

## Begin

Only train.

```step
setup = { dataset = "xor", hidden_layers = [4] }
lock = ["dataset", "problem", "hidden_layers", "features", "noise", "weights", "speed", "points"]
reason = "Just look."
```

```check
text = "Train."
epochs_at_least = 3
```

## Go on

Train on.

```step
lock = ["dataset", "weights"]
```

```check
text = "Train on."
epochs_at_least = 6
```
"""

ALLOWED = {"/play", "/pause", "/reset", "/train"}
"""What changes no setting."""


async def test_no_request_of_a_learner_changes_what_the_step_locks(school: Lesson) -> None:
    teacher, ada = await school.teacher(), school.learner()
    session = (await ada.join(teacher.code, "Ada"))["session"]
    name = (await teacher.call("PUT", "/lessons/locked", json={"texts": {"en": LOCKED}}))["lesson"]["name"]
    await teacher.call("PUT", "/task", json={"title": "Follow", "lesson": name})
    key = {"X-Session-Key": (await ada.state())["session_key"]}
    path = f"sessions/{session}"
    step = {"lesson": name, "step": 1}
    (await ada.client.put(f"{path}/lesson", json=step, headers=key)).raise_for_status()
    before = (await ada.client.get(path)).json()["config"]
    for method, change, body in CHANGES[:-1]:
        answer = await ada.client.request(method, path + change, json=body, headers=key)
        if change in ALLOWED:
            assert answer.status_code == 200, (change, answer.text)
        else:
            told = answer.json()
            assert answer.status_code == 409, (change, answer.text)
            assert told["code"] == "in_room" or (told["code"], told["detail"]) == ("locked", "Just look.")
    assert (await ada.client.get(path)).json()["config"] == before
    speed = await ada.client.patch(path, json={"speed": 1}, headers=key)
    assert (speed.status_code, speed.json()["field"]) == (409, SPEED)


async def test_a_check_is_not_reached_by_going_to_its_step(school: Lesson) -> None:
    teacher, ada = await school.teacher(), school.learner()
    session = (await ada.join(teacher.code, "Ada"))["session"]
    name = (await teacher.call("PUT", "/lessons/locked", json={"texts": {"en": LOCKED}}))["lesson"]["name"]
    await teacher.call("PUT", "/task", json={"title": "Follow", "lesson": name})
    headers = {"X-Session-Key": (await ada.state())["session_key"]}

    async def go_to(step: int, *, begin: bool = False) -> bool:
        body = {"lesson": name, "step": step, "begin": begin}
        answer = await ada.client.put(f"sessions/{session}/lesson", json=body, headers=headers)
        reached: bool = answer.json()["reached"]
        return reached

    assert await go_to(1, begin=True) is False
    assert await go_to(2) is False
    for step in (1, 2):
        asked = {"lesson": name, "step": step}
        told = await ada.client.get(f"sessions/{session}/lesson", params=asked, headers=headers)
        assert told.json()["reached"] is False
    await ada.client.post(f"sessions/{session}/train", json={"epochs": 3, "wait": 20}, headers=headers)
    assert await go_to(1) is True
    assert await go_to(2) is False
    # Another training than the step's: it has trained for long enough, on other points.
    left = await ada.client.delete(f"sessions/{session}/lesson", headers=headers)
    assert (left.status_code, left.json()["field"]) == (409, "lesson"), "the task is not left"
    await teacher.call("PUT", "/task", content="null")
    other = {"config": {"dataset": "circle"}}
    (await ada.client.patch(f"sessions/{session}", json=other, headers=headers)).raise_for_status()
    await ada.client.post(f"sessions/{session}/train", json={"epochs": 9, "wait": 20}, headers=headers)
    told = await ada.client.get(
        f"sessions/{session}/lesson", params={"lesson": name, "step": 1}, headers=headers
    )
    assert told.json()["reached"] is False
    unmet = [part["setting"] for part in told.json()["checks"][0]["parts"] if not part["met"]]
    assert unmet == ["dataset"]


async def test_no_message_of_a_learners_page_changes_what_the_step_locks(live: Live) -> None:
    async with room(live) as (teacher, ada), own_page(live, ada) as page:
        name = (await teacher.call("PUT", "/lessons/locked", json={"texts": {"en": LOCKED}}))["lesson"][
            "name"
        ]
        await teacher.call("PUT", "/task", json={"title": "Follow", "lesson": name})
        await page.open(session=(await ada.state())["session"])
        await page.send("follow_lesson", lesson=name, step=1)
        assert (await page.message("lesson"))["progress"]["reached"] is False
        before = page.state["config"]
        refused: dict[str, tuple[str, dict[str, Any]]] = {
            "dataset": ("configure", {"changes": {"dataset": "circle"}}),
            "hidden_layers": ("configure", {"changes": {"hidden_layers": [8]}}),
            WEIGHTS: ("edit_bias", {"layer": 1, "neuron": 0, "value": 9}),
            "weights_seed": ("configure", {"changes": {"weights_seed": 1}}),
            SPEED: ("speed", {"epochs_per_second": 1}),
            "features": ("race", {"changes": {"features": ["x1"]}}),
        }
        for field, (kind, body) in refused.items():
            await page.send(kind, **body)
            error = await page.message("error")
            assert (error["code"], error["field"]) == ("locked", field)
        await page.send("follow_lesson", lesson=name, step=2, begin=False)
        assert (await page.message("lesson"))["progress"]["reached"] is False
        await page.send("step", unit="epoch", count=6)
        await page.frame(lambda frame: frame.epoch == 6)
        await page.send("check_lesson")
        assert (await page.message("lesson"))["progress"]["reached"] is True
        assert page.state["config"] == before
