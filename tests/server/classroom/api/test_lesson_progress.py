"""What a seat has reached in the lesson that is its task: verified by the server, shown to the teacher."""

from pathlib import Path

import pytest

from tests.server.classroom.api.test_seat_socket import own_page, room
from tests.server.classroom.lesson import Lesson, lesson
from tests.server.classroom.lesson_task import THREE, assigned, results
from tests.server.live import Live

pytestmark = pytest.mark.anyio


async def test_checks_that_the_server_saw_reached_are_counted_wherever_a_teacher_looks(
    school: Lesson,
) -> None:
    teacher, ada = await assigned(school)
    told = (await teacher.seat("Ada"))["lesson"]
    assert (told["step"], told["steps"], told["reached"], told["checks"]) == (0, 3, 0, 3)
    assert told["by_step"] == [[False, False], [], [False]], "a step without checks counts neither way"
    await ada.go_to(1, begin=True)
    await ada.train(2)
    told = (await teacher.seat("Ada"))["lesson"]
    assert (told["step"], told["reached"], told["by_step"][0]) == (1, 1, [True, False])
    await ada.train(2)
    await ada.go_to(2)
    told = (await teacher.seat("Ada"))["lesson"]
    assert (told["step"], told["reached"], told["finished"]) == (2, 2, False)
    assert await ada.progress() == told, "the learner's page is told the same"
    found, row = await results(teacher)
    assert (found["lesson"], found["lesson_step"], found["lesson_steps"]) == (ada.name, 2, 3)
    assert (found["checks_reached"], found["checks"], found["reached"]) == (2, 3, False)
    assert found["checks_by_step"] == [[True, True], [], [False]]
    assert (row["lesson_step"], row["lesson_steps"]) == ("2", "3")
    assert (row["checks_reached"], row["checks"], row["finished"], row["reached"]) == ("2", "3", "no", "no")


async def test_a_step_that_is_only_claimed_reaches_nothing(school: Lesson) -> None:
    teacher, ada = await assigned(school)
    await ada.go_to(3)
    told = (await teacher.seat("Ada"))["lesson"]
    assert (told["step"], told["reached"]) == (3, 0)
    # Trained for long enough, at the first step; the answer for another step counts nothing.
    await ada.go_to(1, begin=True)
    await ada.call("POST", "/train", json={"epochs": 9, "wait": 20})
    asked = await ada.call("GET", "/lesson", params={"lesson": ada.name, "step": 3})
    assert asked["reached"] is True
    assert (await teacher.seat("Ada"))["lesson"]["reached"] == 0


async def test_what_was_reached_stays_reached_also_when_the_learner_begins_a_step_again(
    school: Lesson,
) -> None:
    teacher, ada = await assigned(school)
    await ada.go_to(1, begin=True)
    await ada.train(4)
    again = await ada.go_to(1, begin=True)
    assert again["reached"] is False
    await ada.call("POST", "/reset")
    assert (await teacher.seat("Ada"))["lesson"]["reached"] == 2


async def test_finishing_leaves_a_mark_only_at_the_last_step_with_or_without_the_checks(
    school: Lesson,
) -> None:
    teacher, ada = await assigned(school)
    refused = await ada.learner.client.post("seat", json={"lesson_finished": True})
    assert (refused.status_code, refused.json()["field"]) == (422, "lesson_finished")
    await ada.go_to(1, begin=True)
    await ada.go_to(3)
    await ada.learner.say(lesson_finished=True)
    told = (await teacher.seat("Ada"))["lesson"]
    assert (told["finished"], told["reached"], told["checks"]) == (True, 0, 3), "clicked through"
    counts = (await teacher.call("GET", "/summary"))["lesson"]
    assert counts == {"opened": 1, "finished": 1, "finished_incomplete": 1, "complete": 0}
    await ada.go_to(1)
    await ada.train(6)
    await ada.go_to(3)
    told = (await teacher.seat("Ada"))["lesson"]
    assert (told["finished"], told["reached"]) == (True, 3)
    counts = (await teacher.call("GET", "/summary"))["lesson"]
    assert counts == {"opened": 1, "finished": 1, "finished_incomplete": 0, "complete": 1}


async def test_handing_in_reaches_the_goal_only_with_all_checks(school: Lesson) -> None:
    teacher, ada = await assigned(school)
    await ada.go_to(1, begin=True)
    await ada.train(4)
    given = (await ada.learner.hand_in())["hand_in"]
    assert (given["reached"], given["lesson"]["reached"]) == (False, 2)
    assert (await teacher.seat("Ada"))["hand_in"]["reached"] is False
    await ada.train(2)
    await ada.learner.hand_in()
    await ada.go_to(3)
    state = await ada.learner.state()
    assert state["ready"], "the same network, with more checks reached"
    given = (await ada.learner.hand_in())["hand_in"]
    assert (given["reached"], given["lesson"]["reached"]) == (True, 3)
    found, row = await results(teacher)
    assert (found["reached"], len(found["attempts"]), row["reached"]) == (True, 2, "yes")
    # The next task: what was handed in stays in the results, with what was reached by then.
    await teacher.call("PUT", "/task", json={"title": "Next"})
    rows = await teacher.call("GET", "/results")
    assert [each["checks_reached"] for each in rows] == [None, 3]
    assert (await teacher.seat("Ada"))["lesson"] is None


async def test_a_lesson_without_checks_is_handed_in_and_no_goal_is_reached(school: Lesson) -> None:
    teacher, ada = await school.teacher(), school.learner()
    await ada.join(teacher.code, "Ada")
    text = THREE.split("```check", maxsplit=1)[0] + "Only look."
    name = (await teacher.call("PUT", "/lessons/look", json={"texts": {"en": text}}))["lesson"]["name"]
    await teacher.call("PUT", "/task", json={"title": "Look", "lesson": name})
    assert (await ada.hand_in())["hand_in"]["reached"] is False
    found, row = await results(teacher)
    assert (found["reached"], found["checks"], row["reached"]) == (None, 0, "")


async def test_the_lesson_begins_anew_when_it_is_given_again_or_the_teacher_resets(school: Lesson) -> None:
    teacher, ada = await assigned(school)
    await ada.go_to(1, begin=True)
    await ada.train(4)
    before = await ada.progress()
    await teacher.call("POST", "/do", json={"action": "reset"})
    told = await ada.progress()
    assert (told["step"], told["reached"]) == (0, 0)
    assert told["since"] > before["since"], "the page sees by this that it begins anew"
    assert await ada.call("GET", "/lesson", expect=404), "the training is at no step until the page opens one"
    await ada.go_to(1, begin=True)
    await ada.train(2)
    assert (await ada.progress())["reached"] == 1
    await teacher.call("PUT", "/task", json={"title": "Three steps", "lesson": ada.name})
    assert (await ada.progress())["reached"] == 0
    await teacher.call("PUT", "/task", content="null")
    assert (await ada.learner.state())["lesson"] is None


async def test_the_results_keep_what_was_reached_in_lessons_that_ended(school: Lesson) -> None:
    teacher, ada = await assigned(school)
    ben = school.learner()
    await ben.join(teacher.code, "Ben")  # never opens it
    await ada.go_to(1, begin=True)
    await ada.train(2)
    await ada.learner.hand_in()
    await ada.train(2)
    await teacher.call("POST", "/do", json={"action": "reset"})
    await ada.go_to(1, begin=True)
    await ada.train(2)
    await teacher.call("PUT", "/task", json={"title": "Three steps", "lesson": ada.name})
    await teacher.call("PUT", "/task", json={"title": "Free"})
    rows = [
        (each["learner"], each["task"], each["checks_reached"], each["handed_in"] is not None)
        for each in await teacher.call("GET", "/results")
    ]
    assert rows == [
        ("Ada", "Free", None, False),
        ("Ben", "Free", None, False),
        ("Ada", "Three steps", 2, True),  # one when it was handed in, two at the end
        ("Ada", "Three steps", 1, False),
    ]


async def test_a_lesson_is_told_by_its_title_wherever_people_read_it(school: Lesson) -> None:
    teacher, ada = await assigned(school)
    await ada.go_to(1, begin=True)
    refused = await ada.call("PUT", "/lesson", json={"lesson": "xor", "step": 1}, expect=409)
    assert refused["detail"] == f"Your class follows the lesson “Three steps” ({ada.name})."
    found, row = await results(teacher)
    assert (found["lesson"], found["lesson_title"]) == (ada.name, "Three steps")
    assert row["lesson_title"] == "Three steps"


async def test_a_step_stays_locked_however_a_learner_leaves_the_lesson(school: Lesson) -> None:
    teacher, ada = await assigned(school)
    await ada.go_to(1, begin=True)
    for answer in (
        await ada.call("DELETE", "/lesson", expect=409),
        await ada.call("PUT", "/lesson", json={"lesson": "xor", "step": 1}, expect=409),
    ):
        assert (answer["code"], answer["field"]) == ("locked", "lesson")
    answer = await ada.call("PATCH", "", json={"config": {"dataset": "circle"}}, expect=409)
    assert (answer["code"], answer["detail"]) == ("locked", "XOR it is.")
    await teacher.call("PUT", "/task", json={"title": "Free"})
    await ada.call("PATCH", "", json={"config": {"dataset": "spiral"}})
    await ada.call("PUT", "/lesson", json={"lesson": "xor", "step": 1})
    await ada.call("DELETE", "/lesson", expect=204)


async def test_weights_set_by_hand_at_an_open_step_reach_nothing_where_they_are_locked(
    school: Lesson,
) -> None:
    _, ada = await assigned(school)
    await ada.go_to(1, begin=True)
    await ada.train(2)
    await ada.go_to(2)  # locks nothing
    await ada.call("PUT", "/biases/1/0", json={"value": 9})
    await ada.train(2)
    await ada.go_to(1)
    assert (await ada.progress())["by_step"][0] == [True, False]


async def test_who_joins_later_begins_with_nothing_and_the_title_is_in_the_readers_language(
    school: Lesson,
) -> None:
    teacher, _ = await assigned(school)
    ben = school.learner()
    state = await ben.join(teacher.code, "Ben")
    assert (state["lesson"]["step"], state["lesson"]["checks"]) == (0, 3)
    for language, title in (("zh-CN", "三步"), ("en", "Three steps"), ("zh-TW", "Three steps")):
        answer = await ben.client.get("seat", headers={"Accept-Language": language})
        assert answer.json()["task"]["title"] == title


async def test_a_lesson_that_is_uploaded_anew_while_it_is_the_task_keeps_its_checks_by_their_numbers(
    school: Lesson,
) -> None:
    teacher, ada = await assigned(school)
    await ada.go_to(1, begin=True)
    await ada.train(4)
    shorter = THREE.partition("## Look")[0]
    await teacher.call("PUT", "/lessons/three", json={"texts": {"en": shorter}})
    told = (await teacher.seat("Ada"))["lesson"]
    assert (told["steps"], told["reached"], told["checks"]) == (1, 2, 2)
    await teacher.call("PUT", "/lessons/three", json={"texts": {"en": THREE}})
    told = (await teacher.seat("Ada"))["lesson"]
    assert (told["steps"], told["reached"], told["checks"]) == (3, 2, 3)


async def test_it_survives_a_restart(assets: Path, tmp_path: Path) -> None:
    async with lesson(tmp_path, assets) as school:
        teacher, ada = await assigned(school)
        await ada.go_to(1, begin=True)
        await ada.train(4)
        await ada.go_to(3)
        await ada.learner.say(lesson_finished=True)
        before = await ada.progress()
    async with lesson(tmp_path, assets) as again:
        teacher.client = again.client()
        assert (await teacher.seat("Ada"))["lesson"] == before


async def test_the_page_and_its_socket_are_told_what_is_reached(live: Live) -> None:
    async with room(live) as (teacher, ada), own_page(live, ada) as page:
        name = (await teacher.call("PUT", "/lessons/three", json={"texts": {"en": THREE}}))["lesson"]["name"]
        await teacher.call("PUT", "/task", json={"title": "Three steps", "lesson": name})
        await page.open(session=(await ada.state())["session"])
        await page.send("follow_lesson", lesson=name, step=1)
        await page.message("lesson")
        await page.send("step", unit="epoch", count=2)
        await page.frame(lambda frame: frame.epoch == 2)
        await page.send("check_lesson")
        assert [check["reached"] for check in (await page.message("lesson"))["progress"]["checks"]] == [
            True,
            False,
        ]
        (seat,) = (await teacher.state())["seats"]
        assert seat["lesson"]["by_step"] == [[True, False], [], [False]]
        await page.send("follow_lesson", lesson=None)
        error = await page.message("error")
        assert (error["code"], error["field"]) == ("locked", "lesson")
