"""What a step shows once its checks are reached: what came out beside the prediction, and no old figures."""

import json
import re

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import Join, OpenPage, epoch
from tests.browser.rest_teacher import Teacher

PREDICTED = """+++
title = "Predict"
summary = "One step, and another."
+++

## Begin

Press play.

```step
setup = { dataset = "xor", hidden_layers = [3] }
```

```predict
ask = "How many epochs will it take?"
number = { at_least = 0, at_most = 100 }
measure = "steps"
outcome = "As many as you let it run."
```

```check
text = "Train."
epochs_at_least = 2
test_loss_at_most = 5.0
```

## Go on

Look.
"""
STEPS_OF_TWO_EPOCHS = re.compile(r"came out as: \d+$")


def hold_answers(page: Page) -> None:
    """Have the page hear from its seat that the checks are reached before the answer about the step."""
    held: list[str] = []
    told = [False]
    sockets: list[WebSocketRoute] = []

    def training(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        sockets.append(route)

        def receive(sent: str | bytes) -> None:
            is_held = isinstance(sent, str) and '"lesson"' in sent and not told[0]
            progress = json.loads(sent).get("progress") if is_held else None
            if progress and progress["reached"]:
                held.append(str(sent))
            else:
                route.send(sent)

        server.on_message(receive)

    def seat(route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def receive(sent: str | bytes) -> None:
            route.send(sent)
            lesson = json.loads(sent).get("lesson")
            if lesson and lesson["reached"] and not told[0]:
                told[0] = True
                for each in held:
                    sockets[-1].send(each)

        server.on_message(receive)

    page.route_web_socket(re.compile(r"/ws$"), training)
    page.route_web_socket(re.compile(r"/ws/seat$"), seat)


def give(teacher: Teacher, text: str) -> None:
    name = teacher.ask("PUT", "/lessons/predict", {"texts": {"en": text}})["lesson"]["name"]
    teacher.ask("PUT", "/task", {"title": "Predict", "lesson": name})


def train(page: Page, epochs: int) -> None:
    for _ in range(epochs):
        before = epoch(page)
        page.click('[data-action="stepEpoch"]')
        expect(page.locator("#epoch")).to_have_text(str(before + 1))


def test_in_a_room_the_outcome_stands_beside_the_prediction_whoever_tells_of_the_last_check_first(
    teacher: Teacher, join: Join
) -> None:
    give(teacher, PREDICTED)
    page = join(teacher.code)
    hold_answers(page)
    page.reload()
    lesson = page.locator(".lesson-panel")
    expect(lesson.locator(".lesson-check")).to_contain_text("now 0")  # it has begun: what is typed stays
    lesson.locator('input[type="number"]').fill("7")
    lesson.locator("#lesson-step-title").click()
    train(page, 2)
    expect(lesson.locator(".lesson-check.reached")).to_have_count(1)
    came = lesson.locator(".lesson-compared")
    expect(came.last).to_have_text(STEPS_OF_TWO_EPOCHS)
    figure = came.last.inner_text()
    expect(came.first).to_have_text("You predicted: 7")
    expect(lesson.locator(".lesson-outcome")).to_contain_text("As many as you let it run.")
    expect(lesson.get_by_text("Decide before you run it.")).to_be_hidden()
    expect(lesson.get_by_role("status").filter(has_text=re.compile("."))).to_have_text("This step is done.")

    # It is what came out then, and stays so.
    train(page, 1)
    page.reload()
    expect(came.last).to_have_text(figure)

    # Begun anew, it has come to nothing yet.
    teacher.ask("POST", "/do", {"action": "reset"})
    expect(lesson.get_by_text("Decide before you run it.")).to_be_visible()


@pytest.mark.slow
def test_a_step_reached_in_another_browser_shows_what_comes_out(teacher: Teacher, join: Join) -> None:
    give(teacher, PREDICTED)
    page = join(teacher.code)
    lesson = page.locator(".lesson-panel")
    expect(lesson).to_be_visible()
    train(page, 2)
    expect(lesson.locator(".lesson-compared").last).to_have_text(STEPS_OF_TWO_EPOCHS)
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(lesson.locator(".lesson-outcome")).to_contain_text("As many as you let it run.")
    expect(lesson.locator(".lesson-compared").last).to_have_text(STEPS_OF_TWO_EPOCHS)


@pytest.mark.slow
@pytest.mark.parametrize("alone", [True, False])
def test_a_check_that_is_reached_tells_no_figure_of_before(
    teacher: Teacher, join: Join, open_page: OpenPage, *, alone: bool
) -> None:
    give(teacher, PREDICTED)
    name = teacher.ask("GET", "/lessons")[0]["name"]
    page = open_page(f"#lesson={name}&step=1") if alone else join(teacher.code)
    lesson = page.locator(".lesson-panel")
    figures = lesson.locator(".lesson-now")
    expect(figures.last).to_have_text(re.compile("^now"))
    train(page, 3)
    expect(lesson.locator(".lesson-check.reached")).to_have_count(1)
    train(page, 2)
    shown = figures.all_inner_texts()
    assert "now 5" in shown, "the epochs are those of the newest frame"
    assert [text for text in shown if text and text != "now 5"] == [], "the score is asked for no more"
