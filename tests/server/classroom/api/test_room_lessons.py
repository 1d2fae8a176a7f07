"""Lessons that a teacher gives a class: shipped ones, and files that are uploaded to the room."""

from pathlib import Path

import pytest

from server.classroom.service.room_lessons import MAX_TEXT
from tests.server.classroom.lesson import Lesson, lesson

pytestmark = pytest.mark.anyio

MINE = """+++
title = "Mine"
summary = "Two steps."
+++

## Begin

Press play.

```step
setup = { dataset = "xor", hidden_layers = [3] }
lock = ["dataset"]
reason = "XOR it is."
```

```check
text = "Train."
epochs_at_least = 2
```

## Go on

Look.
"""


def task(name: str) -> dict[str, object]:
    return {"title": "Follow", "lesson": name}


async def test_a_class_follows_an_uploaded_lesson_whose_locks_and_checks_the_server_holds(
    school: Lesson,
) -> None:
    teacher, ada = await school.teacher(), school.learner()
    session = (await ada.join(teacher.code, "Ada"))["session"]
    answer = await teacher.call("PUT", "/lessons/My%20circle", json={"texts": {"en": MINE}})
    uploaded = answer["lesson"]
    assert (uploaded["title"], uploaded["steps"]) == ("Mine", 2)
    assert [each["hides"] for each in answer["faults"]] == [False], "the other languages are missing"
    assert uploaded["name"].startswith("my-circle-")
    assert await teacher.call("GET", "/lessons") == [uploaded]
    await teacher.call("PUT", "/task", json=task(uploaded["name"]))
    assert (await ada.state())["task"]["lesson"] == uploaded["name"]

    client = ada.client
    key = {"X-Session-Key": (await ada.state())["session_key"]}
    read = await client.get(f"lessons/{uploaded['name']}")
    assert read.json()["contents"][0]["title"] == "Begin"
    step = {"lesson": uploaded["name"], "step": 1}
    progress = (await client.put(f"sessions/{session}/lesson", json=step, headers=key)).json()
    assert (progress["step"], progress["reached"]) == (1, False)
    locked = await client.patch(f"sessions/{session}", json={"config": {"dataset": "circle"}}, headers=key)
    assert (locked.status_code, locked.json()["code"]) == (409, "locked")
    trained = await client.post(f"sessions/{session}/train", json={"epochs": 2}, headers=key)
    assert trained.status_code == 200, trained.text
    assert (await client.get(f"sessions/{session}/lesson", headers=key)).json()["reached"]
    await teacher.until(lambda state: state["seats"][0]["lesson_step"] == 1)
    await client.put(f"sessions/{session}/lesson", json={**step, "step": 2}, headers=key)
    await teacher.until(lambda state: state["seats"][0]["lesson_step"] == 2)
    listed = (await client.get("lessons")).json()["lessons"]
    assert uploaded["name"] not in [each["name"] for each in listed], "it is the room's alone"


async def test_a_shipped_lesson_is_given_by_its_name_and_an_unknown_one_refused(school: Lesson) -> None:
    teacher, ada = await school.teacher(), school.learner()
    await ada.join(teacher.code, "Ada")
    await teacher.call("PUT", "/task", json=task("neuron"))
    assert (await ada.state())["task"]["lesson"] == "neuron"
    problem = await teacher.call("PUT", "/task", expect=422, json=task("nothing"))
    assert problem["field"] == "lesson"
    assert (await teacher.state())["task"]["lesson"] == "neuron", "nothing is changed"
    await teacher.call("PUT", "/task", json={"title": "No lesson"})
    assert (await ada.state())["task"]["lesson"] is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no header", "header"),
        (MINE.replace("xor", "xyzzy"), "value"),
        (MINE + "\n<script>alert(1)</script>\n", "html"),
        (MINE.replace("Look.", "![x](http://example.org/x.png)"), "image"),
    ],
    ids=["no header", "unknown value", "script", "picture"],
)
async def test_a_file_with_faults_is_not_stored_and_each_has_its_line(
    school: Lesson, text: str, code: str
) -> None:
    teacher = await school.teacher()
    answer = await teacher.call("PUT", "/lessons/bad", json={"texts": {"en": text}})
    assert answer["lesson"] is None
    assert code in [each["code"] for each in answer["faults"]]
    assert all(each["line"] >= 1 for each in answer["faults"])
    assert await teacher.call("GET", "/lessons") == []


async def test_a_fault_names_the_file_as_it_was_called(school: Lesson) -> None:
    teacher = await school.teacher()
    texts = {"en": MINE.replace('"xor"', '"Xor"'), "zh-TW": MINE}
    files = {"en": "My lesson.md", "zh-TW": "xor.zh-TW.md"}
    answer = await teacher.call("PUT", "/lessons/xor", json={"texts": texts, "files": files})
    (fault,) = answer["faults"]
    assert (fault["file"], fault["line"]) == ("My lesson.md", 11)
    assert fault["hint"] == {"code": "did_you_mean", "values": {"names": "xor"}}
    assert fault["reason"].endswith("Did you mean xor?")
    answer = await teacher.call("PUT", "/lessons/xor", json={"texts": texts})
    assert answer["faults"][0]["file"] == "en.md"


async def test_a_translation_alone_is_told_what_it_lacks(school: Lesson) -> None:
    teacher = await school.teacher()
    translation = MINE.replace("epochs_at_least = 2\n", "")
    answer = await teacher.call("PUT", "/lessons/mine", json={"texts": {"zh-CN": translation}})
    assert [(each["code"], each["hint"]["code"]) for each in answer["faults"]] == [("empty_check", "alone")]
    answer = await teacher.call("PUT", "/lessons/mine", json={"texts": {"zh-CN": MINE}})
    (remark,) = answer["faults"]
    assert (remark["hides"], remark["values"]) == (False, {"expected": "en, zh-TW", "got": "zh-CN"})


async def test_a_link_to_no_lesson_is_remarked(school: Lesson) -> None:
    teacher = await school.teacher()
    text = MINE.replace("Look.", "Look at [it](lesson:circel) and [that](lesson:neuron).")
    answer = await teacher.call("PUT", "/lessons/mine", json={"texts": {"en": text}})
    assert answer["lesson"]["title"] == "Mine"
    (remark,) = [each for each in answer["faults"] if each["code"] == "lesson_link"]
    assert (remark["line"], remark["hides"], remark["hint"]["values"]) == (23, False, {"names": "circle"})


async def test_too_much_is_refused(school: Lesson) -> None:
    teacher = await school.teacher()
    long = MINE + "x" * MAX_TEXT
    problem = await teacher.call("PUT", "/lessons/long", expect=422, json={"texts": {"en": long}})
    assert (problem["code"], problem["field"]) == ("too_large", "texts")
    for number in range(10):
        await teacher.call("PUT", f"/lessons/l{number}", json={"texts": {"en": MINE}})
    problem = await teacher.call("PUT", "/lessons/more", expect=422, json={"texts": {"en": MINE}})
    assert (problem["code"], problem["field"]) == ("too_large", "name")
    await teacher.call("PUT", "/lessons/l3", json={"texts": {"en": MINE}})


async def test_uploaded_lessons_are_there_after_a_restart(tmp_path: Path, assets: Path) -> None:
    async with lesson(tmp_path, assets) as school:
        teacher = await school.teacher()
        uploaded = (await teacher.call("PUT", "/lessons/mine", json={"texts": {"en": MINE}}))["lesson"]
    async with lesson(tmp_path, assets) as school:
        answer = await school.client().get(f"lessons/{uploaded['name']}")
        assert answer.json()["title"] == "Mine"


async def test_only_the_teacher_uploads(school: Lesson) -> None:
    teacher = await school.teacher()
    teacher.headers = {"X-Room-Key": "another"}
    await teacher.call("PUT", "/lessons/mine", expect=403, json={"texts": {"en": MINE}})
