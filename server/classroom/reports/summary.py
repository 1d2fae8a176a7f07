"""A summary of a class: counts of architectures, settings and scores, for charts."""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, Field

from engine.config import TrainingConfig
from server.classroom.model.lesson_record import LessonProgress
from server.classroom.model.room import Member, Room
from server.classroom.service.lesson_progress import lesson_progress

LOSS_BIN_EDGES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
"""Upper edges of the bins of the histogram of scores, roughly logarithmic. A last bin holds all above."""


T = TypeVar("T")


class LearnerState(NamedTuple):
    """The state of one learner that the summary uses."""

    config: TrainingConfig | None
    """Settings of the network that was handed in, or else of the present one; None if not known."""
    handed_in: bool
    reached: bool | None
    """Whether the goal was reached; None if there is none, or its verification is not done."""
    handed_in_score: float | None
    present_score: float | None
    lesson: LessonProgress | None = None
    """How far the learner is in the lesson that is the task; None without one."""


class ArchitectureCount(BaseModel):
    """The number of learners with the same hidden layers."""

    hidden_layers: list[int] = Field(description="Neurons of each hidden layer.", examples=[[4, 2]])
    count: int = Field(description="Number of learners.", examples=[12])


class ActivationCount(BaseModel):
    """The number of learners with the same activation."""

    activation: str = Field(description="The activation; `mixed` where layers differ.", examples=["tanh"])
    count: int = Field(description="Number of learners.", examples=[20])


class LearningRateCount(BaseModel):
    """The number of learners with the same learning rate."""

    learning_rate: float = Field(description="The learning rate.", examples=[0.03])
    count: int = Field(description="Number of learners.", examples=[15])


class LossHistogram(BaseModel):
    """The distribution of scores: losses that are comparable whatever the output and the loss are."""

    edges: list[float] = Field(
        description="The highest score of each bin except the last, which holds all higher ones.",
        examples=[list(LOSS_BIN_EDGES)],
    )
    handed_in: list[int] = Field(
        description="Number of networks handed in, in each bin.", examples=[[0, 1, 4, 9, 3, 1, 0, 0]]
    )
    present: list[int] = Field(
        description="Number of current networks, in each bin.", examples=[[0, 1, 5, 9, 4, 2, 1, 0]]
    )


class LessonCounts(BaseModel):
    """How many learners are how far in the lesson that is the task, whether they handed in or not."""

    opened: int = Field(description="Learners who opened it.", examples=[24])
    finished: int = Field(description="Learners who finished its last step.", examples=[12])
    finished_incomplete: int = Field(
        description="Those of them who have not reached all of its checks; 0 if it has none.", examples=[4]
    )
    complete: int = Field(
        description="Learners who reached all of its checks; 0 if it has none.", examples=[9]
    )


class ClassSummary(BaseModel):
    """A summary of a class. Each learner counts once: by the network handed in, or else the current one."""

    learners: int = Field(description="Learners in the room.", examples=[24])
    handed_in: int = Field(description="Learners who handed in.", examples=[18])
    reached: int = Field(description="Learners whose submission reached the goal.", examples=[11])
    missed: int = Field(description="Learners whose submission did not reach the goal.", examples=[5])
    unknown: int = Field(
        description="Learners whose network is unknown: not in memory and not handed in.",
        examples=[0],
    )
    architectures: list[ArchitectureCount] = Field(description="Most frequent first.")
    activations: list[ActivationCount] = Field(description="Most frequent first.")
    learning_rates: list[LearningRateCount] = Field(description="Lowest first.")
    losses: LossHistogram = Field(description="Histogram of the scores.")
    lesson: LessonCounts | None = Field(
        None, description="How far the learners are in the lesson that is the task; null: there is none."
    )


def learner_states_of(room: Room) -> list[LearnerState]:
    """Return the states of the learners of a room."""
    task = room.task
    goal = task is not None and (task.goal is not None or any(room.outline.checks if room.outline else ()))
    return [
        _learner_state(member, lesson_progress(room, member), goal=goal) for member in room.members.values()
    ]


def _learner_state(member: Member, lesson: LessonProgress | None, *, goal: bool) -> LearnerState:
    status, submission = member.status, member.submission
    config = None if status is None else status.config
    if submission is not None:
        config = TrainingConfig.model_validate(submission.config)
    unknown = submission is None or (
        submission.met and bool(submission.wanted_runs) and submission.solved is None
    )
    return LearnerState(
        config=config,
        handed_in=submission is not None,
        reached=None if submission is None or unknown or not goal else submission.reached,
        handed_in_score=None if submission is None else submission.score,
        present_score=None if status is None else status.score,
        lesson=lesson,
    )


def summary(learners: Sequence[LearnerState]) -> ClassSummary:
    """Return the summary of a class."""
    configs = [learner.config for learner in learners if learner.config is not None]
    shapes = Counter(config.hidden_sizes for config in configs)
    activations = Counter(_activation(config) for config in configs if config.hidden_sizes)
    rates = Counter(config.learning_rate for config in configs)
    results = [learner.reached for learner in learners if learner.handed_in]
    return ClassSummary(
        learners=len(learners),
        handed_in=len(results),
        reached=results.count(True),
        missed=results.count(False),
        unknown=len(learners) - len(configs),
        architectures=[
            ArchitectureCount(hidden_layers=list(shape), count=count)
            for shape, count in _most_frequent(shapes)
        ],
        activations=[ActivationCount(activation=name, count=n) for name, n in _most_frequent(activations)],
        learning_rates=[LearningRateCount(learning_rate=rate, count=rates[rate]) for rate in sorted(rates)],
        losses=LossHistogram(
            edges=list(LOSS_BIN_EDGES),
            handed_in=count_by_bin(learner.handed_in_score for learner in learners),
            present=count_by_bin(learner.present_score for learner in learners),
        ),
        lesson=_lesson_counts([learner.lesson for learner in learners if learner.lesson is not None]),
    )


def _lesson_counts(lessons: Sequence[LessonProgress]) -> LessonCounts | None:
    if not lessons:
        return None
    return LessonCounts(
        opened=sum(lesson.step > 0 for lesson in lessons),
        finished=sum(lesson.finished for lesson in lessons),
        finished_incomplete=sum(lesson.finished and lesson.reached < lesson.checks for lesson in lessons),
        complete=sum(lesson.is_complete for lesson in lessons),
    )


def count_by_bin(scores: Iterable[float | None]) -> list[int]:
    """Return the number of scores in each bin; None and NaN are in none."""
    counts = [0] * (len(LOSS_BIN_EDGES) + 1)
    for score in scores:
        if score is not None and not math.isnan(score):
            counts[bisect_left(LOSS_BIN_EDGES, score)] += 1
    return counts


def _activation(config: TrainingConfig) -> str:
    """Return the activation of all hidden layers, `mixed` if they differ."""
    names = set(config.activations) or {config.activation}
    return names.pop() if len(names) == 1 else "mixed"


def _most_frequent(counts: Counter[T]) -> list[tuple[T, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
