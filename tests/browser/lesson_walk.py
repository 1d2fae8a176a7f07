"""Goes through a lesson on the page as its texts ask.

What to do comes from the lesson's own blocks, how it is done from the way. Nothing repeats a text: questions
and outcomes are those of its file in the page's language, and a check is done as its `solution` says.
"""

import re
from collections.abc import Callable, Container
from functools import lru_cache

from playwright.sync_api import Locator, expect

from server.lessons.blocks import CheckBlock, Predict, Question
from server.lessons.lesson import Lesson, LessonStep
from server.lessons.library import Library, LibraryContent
from tests.browser.conftest import POLL_INTERVAL
from tests.browser.lesson_settings import change_settings, stop_at
from tests.browser.lesson_ways import Mouse

MAX_TRIALS = 8
"""So often a step is set up anew where a training gets stuck: some solutions need luck."""

STUCK_FACTOR = 2
"""So many times the epochs of a solution before a training counts as stuck."""

FEW_EPOCHS = 10
"""So many are done one by one where a step points to the button for one epoch."""

TRAINED = """([check, epochs, spare]) => {
  const block = document.querySelectorAll('.lesson-check')[check];
  const open = block.querySelectorAll('.lesson-conditions li:not(.met)').length;
  const epoch = Number(document.getElementById('epoch').textContent.replace(/\\D/g, ''));
  if (block.classList.contains('reached')) return 'reached';
  if (spare > 0 && open === spare) return 'trained';
  return epoch >= epochs ? 'stuck' : '';
}"""


@lru_cache(maxsize=1)
def shipped() -> LibraryContent:
    """The lessons that come with Tinkernet."""
    return Library().content()


def next_of(lesson: Lesson) -> Lesson | None:
    """The lesson that follows another one in the list."""
    names = list(shipped().lessons)
    rest = names[names.index(lesson.name) + 1 :]
    return shipped().lessons[rest[0]] if rest else None


class LessonWalk:
    """A learner who follows a lesson."""

    def __init__(
        self,
        way: Mouse,
        name: str,
        locale: str,
        *,
        stops: Container[int] = (),
        opened: Callable[["LessonWalk"], None] = lambda _: None,
    ) -> None:
        """Begin nothing yet.

        Args:
            way: how the page is used.
            name: a shipped lesson.
            locale: the page's language.
            stops: steps in which "Stop at epoch" is set to the epochs of the solution.
            opened: called in each step before anything of it is done.
        """
        self.way, self.page = way, way.page
        self.lesson: Lesson = shipped().lessons[name]
        self.language = "en" if locale.startswith("en") else locale
        _, self.text = self.lesson.text(self.language)
        self.number = 0
        self._stops, self._opened = stops, opened

    @property
    def step(self) -> LessonStep:
        """The open step, in the language of the page."""
        return self.text.steps[self.number - 1]

    def open_from_the_list(self) -> None:
        """Open the lesson by its link on the page of all lessons."""
        self.way.press(self.item.locator(".lesson-open-link"))

    @property
    def item(self) -> Locator:
        """The lesson on the page of all lessons."""
        return self.page.locator(f'[data-name="{self.lesson.name}"]')

    def go_through(self) -> None:
        """Do all steps; the last one stays open."""
        for number in range(1, len(self.text.steps) + 1):
            if number > 1:
                self._forward()
            self.number = number
            self._do_step()

    def finish(self) -> None:
        """Press the last button, which leads to the page of all lessons: there the lesson is marked."""
        self._forward()
        self.page.wait_for_url("**/lessons")
        expect(self.item).to_have_class(re.compile("done"))

    def go_on(self) -> None:
        """Follow the last step's link to the next lesson of the list."""
        following = next_of(self.lesson)
        assert following is not None
        self.way.to_lesson()
        self.way.press(self.page.locator(".lesson-onward a"))
        expect(self.page.locator(".lesson-name")).to_have_text(following.text(self.language)[1].title)

    def _forward(self) -> None:
        self.way.to_lesson()
        self.way.forward(self.page.locator(".lesson-foot button").last)

    def _do_step(self) -> None:
        page, step = self.page, self.step
        expect(page.locator(".lesson-dots li").nth(self.number - 1)).to_have_class(re.compile("now"))
        expect(page.locator("#lesson-step-title")).to_have_text(step.title)
        expect(page.locator(".lesson-check")).to_have_count(len(step.checks))
        self._opened(self)
        self._predict()
        checks = 0
        for part in step.parts:
            if isinstance(part, CheckBlock):
                self._do_check(checks, part)
                checks += 1
        self._compare()
        self._answer()
        if step.checks:
            expect(page.locator(".lesson-dots li").nth(self.number - 1)).to_have_class(re.compile("done"))

    def _blocks(self, kind: type[Predict] | type[Question]) -> list[tuple[int, Predict | Question]]:
        return [(index, part) for index, part in enumerate(self.step.parts) if isinstance(part, kind)]

    def _predict(self) -> None:
        for index, part in self._blocks(Predict):
            assert isinstance(part, Predict)
            self.way.to_lesson()
            group = self.page.locator(f'.lesson-choices[aria-labelledby="prediction-{index}"]')
            expect(self.page.locator(f"#prediction-{index}")).to_have_text(part.ask)
            outcome = self.page.locator(".lesson-block").filter(has=group).locator(".lesson-outcome")
            expect(outcome).to_be_hidden()
            if part.choices:
                self.way.pick(group.get_by_role("radio").nth(len(part.choices) - 1))
            else:
                assert part.number is not None
                self.way.write(
                    group.locator("input"), str(int(part.number.at_least + part.number.at_most) // 2)
                )

    def _compare(self) -> None:
        for index, part in self._blocks(Predict):
            assert isinstance(part, Predict)
            self.way.to_lesson()
            block = self.page.locator(".lesson-block").filter(has=self.page.locator(f"#prediction-{index}"))
            outcome = block.locator(".lesson-outcome")
            expect(outcome).to_be_visible()
            if part.outcome:
                expect(outcome).to_contain_text(part.outcome)
            predicted = part.choices[-1] if part.choices else re.compile(r"\d")
            expect(block.locator(".lesson-compared").first).to_contain_text(predicted)
            if part.measure:
                expect(block.locator(".lesson-compared").nth(1)).to_contain_text(re.compile(r"\d"))

    def _answer(self) -> None:
        for index, part in self._blocks(Question):
            assert isinstance(part, Question)
            self.way.to_lesson()
            box = self.page.locator(f"#question-{index}")
            block = self.page.locator(".lesson-block").filter(has=box)
            expect(block.locator("label")).to_have_text(part.ask)
            expect(block.locator(".lesson-outcome")).to_be_hidden()
            self.way.write(box, "x")
            self.way.press(block.get_by_role("button"))
            expect(block.locator(".lesson-outcome")).to_have_text(part.answer)
            expect(block.locator(".lesson-outcome")).to_be_visible()

    def _do_check(self, index: int, check: CheckBlock) -> None:
        block = self.page.locator(".lesson-check").nth(index)
        expect(block.locator("p").first).to_contain_text(check.text)
        for trial in range(MAX_TRIALS):
            if trial > 0:
                self._set_up_again()
            if self._is_reached_by_solution(index, check):
                break
        expect(block).to_have_class(re.compile("reached"))

    def _set_up_again(self) -> None:
        self.way.to_lesson()
        self.way.press(self.page.locator(".lesson-head button").nth(1))
        expect(self.page.locator("#epoch")).to_have_text("0")  # also where the step has no set-up of its own

    def _is_reached_by_solution(self, index: int, check: CheckBlock) -> bool:
        page, solution = self.page, check.solution
        assert solution is not None
        self.way.to_lab()
        change_settings(self.way, solution.change)
        if check.within_epochs is not None and self._epoch() > 0:
            self.way.press(page.locator('[data-action="reset"]'))
            expect(page.locator("#epoch")).to_have_text("0")
        if solution.output_bias is not None:
            self.way.edit_output_bias(f"{solution.output_bias:g}")
        for _ in range(solution.steps):
            self.way.press(page.locator('[data-action="stepBatch"]'))
        if solution.epochs == 0:
            return True
        outcome = self._train(index, check, solution.epochs)
        if outcome == "trained":
            self.way.to_lesson()
            run = page.locator(".lesson-check").nth(index).locator("button").first
            self.way.press(run)
            expect(run).to_be_enabled()
            outcome = self._outcome(index, 0, 1)
        return outcome == "reached"

    def _train(self, index: int, check: CheckBlock, epochs: int) -> str:
        missing = epochs - self._epoch()
        if 0 < missing <= FEW_EPOCHS and "step_epoch" in self.step.block.highlight:
            for _ in range(missing):
                self.way.press(self.page.locator('[data-action="stepEpoch"]'))
            return self._outcome(index, epochs + 1, 0)
        stops_itself = self.number in self._stops or check.diverged is True
        if self.number in self._stops:
            stop_at(self.way, epochs)
        if self._may_hurry(check):
            self.way.hurry()
        play = self.page.locator('[data-action="play"]')
        self.way.play()
        if not stops_itself:
            expect(play).to_have_attribute("aria-pressed", "true")
        limit = check.within_epochs or epochs * STUCK_FACTOR
        outcome = self._outcome(index, limit, 1 if check.fresh is not None else 0)
        if not stops_itself:
            self.way.play()
        expect(play).to_have_attribute("aria-pressed", "false")
        return outcome

    def _may_hurry(self, check: CheckBlock) -> bool:
        """Whether nothing can be missed at the highest speed."""
        passes = (check.within_epochs, check.fresh, check.test_loss_at_least, check.train_loss_at_least)
        return passes == (None,) * len(passes) and "speed" not in self.step.block.lock

    def _outcome(self, index: int, epochs: int, spare: int) -> str:
        """Wait until a check is reached, all but `spare` conditions are met, or the epochs have passed."""
        found = self.page.wait_for_function(TRAINED, arg=[index, epochs, spare], polling=POLL_INTERVAL)
        return str(found.json_value())

    def _epoch(self) -> int:
        return int(re.sub(r"\D", "", self.page.inner_text("#epoch")))
