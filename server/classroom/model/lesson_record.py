"""A seat's progress in the lesson that is its task: as it is stored, and as responses contain it."""

from typing import Self

from pydantic import BaseModel, Field

from server.classroom.model.languages import Language
from server.classroom.model.task import Task
from server.lessons.lesson import Lesson
from server.sessions.verified_lesson import VerifiedLesson


class LessonOutline(BaseModel):
    """What a room stores of its task's lesson: the number of checks, and titles and summaries."""

    lesson: str
    """The lesson's name."""
    checks: list[int]
    """The number of checks of each step."""
    titles: dict[str, str]
    summaries: dict[str, str]
    """Both by language, the original first."""

    @classmethod
    def of(cls, lesson: Lesson) -> Self:
        """Return the outline of a lesson."""
        first = next(iter(lesson.texts.values()))
        return cls(
            lesson=lesson.name,
            checks=[len(step.checks) for step in first.steps],
            titles={language: text.title for language, text in lesson.texts.items()},
            summaries={language: text.summary for language, text in lesson.texts.items()},
        )

    def title(self, language: str) -> str:
        """Return the lesson's title in a language; if it has none, in the original one."""
        return self.titles.get(language) or next(iter(self.titles.values()))

    def translate(self, task: Task, language: Language) -> Task:
        """Return a task with title and text in a language, if these are the lesson's; otherwise unchanged."""
        update = {}
        if task.title in self.titles.values():
            update["title"] = self.titles.get(language, task.title)
        if task.text in self.summaries.values():
            update["text"] = self.summaries.get(language, task.text)
        return task.model_copy(update=update)


class LessonRecord(BaseModel):
    """What a seat has reached, as the server has verified it on the seat's own session."""

    lesson: str
    since: float = 0.0
    """When the lesson began for the seat, in seconds of Unix time; 0 in records of earlier versions."""
    step: int = 0
    """The number of the step that the session was at last; 0 before the first."""
    reached: dict[int, list[int]] = {}
    """The numbers of the reached checks, by the number of their step; both count from 1."""
    opened: list[int] = []
    """The numbers of the steps in which the network was from outside, such as opened from a file."""
    finished: bool = False
    """Whether the learner finished the last step."""

    def with_verified(self, verified: VerifiedLesson) -> Self:
        """Return the record with verified results added; the same object if nothing is new."""
        if (verified.lesson, verified.since) != (self.lesson, self.since):
            return self
        before = {(step, number) for step, numbers in self.reached.items() for number in numbers}
        now = sorted(before | verified.reached)
        opened = sorted(verified.opened.union(self.opened))
        if (verified.step, before, opened) == (self.step, set(now), self.opened):
            return self
        reached: dict[int, list[int]] = {}
        for step, number in now:
            reached.setdefault(step, []).append(number)
        return self.model_copy(update={"step": verified.step, "reached": reached, "opened": opened})


class LessonProgress(BaseModel):
    """How far a seat is in the lesson that is its task, and which of its checks it has reached."""

    lesson: str = Field(description="The lesson's name.", examples=["neuron"])
    since: float = Field(
        description="When the lesson began for the seat: what was reached before does not count. Seconds of "
        "Unix time.",
        examples=[1_760_000_000.0],
    )
    step: int = Field(
        description="The step that the training was at last, from 1; 0: the lesson was not opened yet.",
        examples=[3],
    )
    steps: int = Field(description="Number of steps.", examples=[6])
    reached: int = Field(
        description="Number of checks that the server has seen reached, on the training itself.", examples=[4]
    )
    checks: int = Field(description="Number of checks of all steps.", examples=[7])
    opened: list[int] = Field(
        [],
        description="The steps in which the network was opened from a file, or put in by a program: while it "
        "was, no check counted.",
        examples=[[2]],
    )
    finished: bool = Field(
        description="Whether the learner finished the last step, with all checks reached or without.",
        examples=[False],
    )
    by_step: list[list[bool]] = Field(
        description="For each step, whether each of its checks was reached; empty for a step without checks.",
        examples=[[[True], [], [True, False]]],
    )

    @property
    def is_complete(self) -> bool:
        """Whether all checks are reached; False for a lesson without checks."""
        return 0 < self.checks == self.reached

    @classmethod
    def of(cls, outline: LessonOutline, record: LessonRecord) -> Self:
        """Return the progress of a record in its lesson."""
        by_step = [
            [number in record.reached.get(step, ()) for number in range(1, checks + 1)]
            for step, checks in enumerate(outline.checks, 1)
        ]
        return cls(
            lesson=outline.lesson,
            since=record.since,
            step=record.step,
            steps=len(by_step),
            reached=sum(map(sum, by_step)),
            checks=sum(outline.checks),
            opened=record.opened,
            finished=record.finished,
            by_step=by_step,
        )


class EarlierLesson(BaseModel):
    """What a seat had reached in a lesson when that ended or was given again."""

    task: str
    """The title of the task."""
    progress: LessonProgress
    spent: float
    """Seconds that the learner's page had been open by then."""
