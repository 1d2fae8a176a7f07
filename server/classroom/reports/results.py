"""The results of a room: one for each learner and task."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, Field

from engine.config import TrainingConfig
from server.classroom.model.lesson_record import EarlierLesson, LessonProgress
from server.classroom.model.room import Member, Room
from server.classroom.model.submission import Submission, best_of
from server.classroom.model.task import Task
from server.classroom.service.lesson_progress import lesson_progress
from server.goals.goals import TrainingStatus
from server.web.public_urls import PageUrls


class Attempt(BaseModel):
    """One network that was handed in."""

    at: datetime = Field(description="Time of the submission, in UTC.", examples=["2026-01-01T10:00:00Z"])
    counts: bool = Field(description="Whether it is the best attempt, which counts.", examples=[True])
    reached: bool = Field(description="Whether it reached the goal.", examples=[True])
    fresh_solved: int | None = Field(
        description="Fresh runs that reached the goal; null: none, or not done.", examples=[9]
    )
    score: float = Field(description="The score on the test points.", examples=[0.015])
    test_loss: float = Field(description="Mean loss over the test points.", examples=[0.015])
    counted_epochs: int = Field(description="Epochs for goal and leaderboard.", examples=[300])
    weights: int = Field(description="Number of weights and biases.", examples=[25])
    edited: bool = Field(description="Whether weights were set by hand.", examples=[False])


class Result(BaseModel):
    """The result of one learner at one task: the best attempt, or else the present network."""

    learner: str = Field(
        description="The nickname; in an anonymous room, the number in this list.", examples=["Ada"]
    )
    task: str | None = Field(
        None, description="The title of the task; null: there was none.", examples=["Close the circle"]
    )
    handed_in: datetime | None = Field(
        None,
        description="When the network was handed in, in UTC; null: not yet, and the other fields describe "
        "the last known network.",
        examples=["2026-01-01T10:00:00Z"],
    )
    reached: bool | None = Field(
        None,
        description="Whether the goal was reached, including its fresh runs; null: there is no goal, or the "
        "fresh runs are not done. Of a lesson without another goal, whether all of its checks were reached, "
        "handed in or not; null: it has none.",
        examples=[True],
    )
    fresh_solved: int | None = Field(
        None,
        description="Fresh runs that reached the goal; null: the goal has none, or they are not done.",
        examples=[9],
    )
    fresh_runs: int | None = Field(None, description="Number of fresh runs; null: none.", examples=[10])
    epochs: int | None = Field(None, description="Finished epochs.", examples=[300])
    counted_epochs: int | None = Field(
        None,
        description="Epochs for goal and leaderboard: with those that changes of the points cut off.",
        examples=[300],
    )
    steps: int | None = Field(None, description="Mini-batches since the last reset.", examples=[7500])
    points_seen: int | None = Field(
        None, description="Training points in them, each as often as it was trained with.", examples=[75_000]
    )
    score: float | None = Field(
        None,
        description="The score on the test points, which goal and leaderboard use: comparable whatever the "
        "output and the loss are.",
        examples=[0.015],
    )
    train_loss: float | None = Field(
        None, description="Mean loss over the training points.", examples=[0.012]
    )
    test_loss: float | None = Field(None, description="Mean loss over the test points.", examples=[0.015])
    train_accuracy: float | None = Field(
        None, description="Accuracy on the training points, from 0 to 1.", examples=[1.0]
    )
    test_accuracy: float | None = Field(
        None, description="Accuracy on the test points, from 0 to 1.", examples=[0.996]
    )
    shape: list[int] | None = Field(
        None, description="Neurons of each layer, from the inputs to the output.", examples=[[2, 4, 2, 1]]
    )
    weights: int | None = Field(None, description="Number of weights and biases.", examples=[25])
    seconds: float = Field(
        description="Seconds that the learner's page was open until the submission, or until now.",
        examples=[840.0],
    )
    runs: int = Field(
        description="Number of trainings started: the first, and one for each reset and each change that "
        "rebuilds the network.",
        examples=[7],
    )
    edited: bool | None = Field(
        None, description="Whether weights were set by hand since epoch 0.", examples=[False]
    )
    link: str | None = Field(
        None,
        description="The page that opens a copy of this network.",
        examples=["http://localhost:8000/?session=..."],
    )
    lesson: str | None = Field(
        None, description="The name of the lesson that was the task; null: none.", examples=["neuron"]
    )
    lesson_title: str | None = Field(None, description="Its title.", examples=["What a neuron does"])
    lesson_step: int | None = Field(
        None,
        description="The step that the learner was at last, from 1; 0: did not open the lesson.",
        examples=[3],
    )
    lesson_steps: int | None = Field(None, description="Number of steps of the lesson.", examples=[6])
    checks_reached: int | None = Field(
        None, description="Number of checks that the server has seen reached.", examples=[4]
    )
    checks: int | None = Field(None, description="Number of checks of the lesson.", examples=[7])
    finished: bool | None = Field(
        None,
        description="Whether the learner finished the last step, with all checks reached or without.",
        examples=[False],
    )
    opened_in_steps: list[int] | None = Field(
        None,
        description="The steps of the lesson in which the network was opened from a file: no check counted "
        "while it was.",
        examples=[[2]],
    )
    checks_by_step: list[list[bool]] | None = Field(
        None,
        description="For each step, whether each of its checks was reached.",
        examples=[[[True], [], [True, False]]],
    )
    attempts: list[Attempt] = Field([], description="All attempts at the task, the earliest first.")
    config: TrainingConfig | None = Field(None, description="All settings of the training.")


def results_of(room: Room, urls: PageUrls) -> list[Result]:
    """Return the results of a room: first of each learner at the current task, in the order of joining.

    Then the results at earlier tasks of those learners who handed in or had opened the task's lesson.
    """
    learners = [
        (member, str(number) if room.anonymous else member.nickname)
        for number, member in enumerate(room.members.values(), 1)
    ]
    title = None if room.outline is None else room.outline.title(room.language)
    results = [
        _result(
            learner, member.submission, room.attempts_of(member), urls, lesson_progress(room, member), title
        )
        if member.submission is not None
        else _unsubmitted_result(member, learner, room.task, lesson_progress(room, member), title)
        for member, learner in learners
    ]
    for key in dict.fromkeys(attempt.task_key for member, _ in learners for attempt in member.attempts):
        if key == room.task_key:
            continue
        for member, learner in learners:
            attempts = [attempt for attempt in member.attempts if attempt.task_key == key]
            best = best_of(attempts, attempts[-1].order if attempts else None)
            if best is not None:
                ended = _progress_at_end(member, best.lesson)
                results.append(_result(learner, best, attempts, urls, ended, best.task))
    for member, learner in learners:
        reported = {
            _lesson_run_key(each.lesson) for each in member.attempts if each.task_key != room.task_key
        }
        earlier = [each for each in member.earlier_lessons if _lesson_run_key(each.progress) not in reported]
        results.extend(_earlier_result(learner, each) for each in earlier)
    return results


def _lesson_run_key(lesson: LessonProgress | None) -> tuple[str, float] | None:
    """Return a key that differs each time a lesson is given: its name, and when it began."""
    return None if lesson is None else (lesson.lesson, lesson.since)


def _progress_at_end(member: Member, handed_in: LessonProgress | None) -> LessonProgress | None:
    """Return a member's progress at the end of an earlier lesson, which may be more than was handed in."""
    ended = (
        each.progress
        for each in member.earlier_lessons
        if _lesson_run_key(each.progress) == _lesson_run_key(handed_in)
    )
    return next(ended, handed_in)


def _earlier_result(learner: str, ended: EarlierLesson) -> Result:
    return Result(
        learner=learner,
        task=ended.task,
        reached=_is_complete(ended.progress),
        seconds=_seconds(ended.spent),
        runs=0,
        **_lesson_fields(ended.progress, ended.task),
    )


def _result(
    learner: str,
    best: Submission,
    attempts: Sequence[Submission],
    urls: PageUrls,
    lesson: LessonProgress | None,
    title: str | None,
) -> Result:
    unknown = best.met and best.is_pending
    return Result(
        learner=learner,
        task=best.task or None,
        handed_in=datetime.fromtimestamp(best.at, UTC),
        reached=_is_complete(lesson) if best.goal is None else None if unknown else best.reached,
        fresh_solved=best.solved,
        fresh_runs=best.wanted_runs or None,
        seconds=_seconds(best.spent),
        link=urls.session(best.session) if best.session else None,
        attempts=[
            Attempt(
                at=datetime.fromtimestamp(each.at, UTC),
                counts=each is best,
                reached=each.reached,
                fresh_solved=each.solved,
                score=each.score,
                test_loss=each.test_loss,
                counted_epochs=each.status().counted_epochs,
                weights=each.weights,
                edited=each.edited,
            )
            for each in attempts
        ],
        **_network_fields(best.status()),
        **_lesson_fields(lesson, title),
    )


def _unsubmitted_result(
    member: Member, learner: str, task: Task | None, lesson: LessonProgress | None, title: str | None
) -> Result:
    return Result(
        learner=learner,
        task=None if task is None else task.title,
        reached=_is_complete(lesson) if task is not None and task.goal is None else None,
        seconds=_seconds(member.spent),
        **({"runs": 0} if member.status is None else _network_fields(member.status)),
        **_lesson_fields(lesson, title),
    )


def _is_complete(lesson: LessonProgress | None) -> bool | None:
    """Return whether all checks of a lesson are reached; None without a lesson or checks."""
    return None if lesson is None or not lesson.checks else lesson.is_complete


def _lesson_fields(lesson: LessonProgress | None, title: str | None) -> dict[str, Any]:
    """Return the fields of `Result` about the lesson that is the task."""
    if lesson is None:
        return {}
    return {
        "lesson": lesson.lesson,
        "lesson_title": title or None,
        "lesson_step": lesson.step,
        "lesson_steps": lesson.steps,
        "checks_reached": lesson.reached,
        "checks": lesson.checks,
        "finished": lesson.finished,
        "opened_in_steps": lesson.opened,
        "checks_by_step": lesson.by_step,
    }


def _network_fields(network: TrainingStatus) -> dict[str, Any]:
    """Return the fields of `Result` about a network, submitted or current."""
    return {
        "epochs": network.epoch,
        "counted_epochs": network.counted_epochs,
        "steps": network.steps,
        "points_seen": network.points_seen,
        "score": network.score,
        "train_loss": network.train_loss,
        "test_loss": network.test_loss,
        "train_accuracy": network.train_accuracy,
        "test_accuracy": network.test_accuracy,
        "shape": list(network.shape),
        "weights": network.weights,
        "runs": network.runs,
        "edited": network.edited,
        "config": network.config,
    }


def _seconds(spent: float) -> float:
    return round(spent, 1)
