"""What a whole class did, as counts that can be drawn."""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, Field

from engine.config import TrainingConfig
from server.classroom.model.room import Member, Room

EDGES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
"""Test losses up to each of these are in one bin, and all beyond: in steps of about three, as losses fall."""


Kind = TypeVar("Kind")


class Standing(NamedTuple):
    """What counts of one learner."""

    config: TrainingConfig | None
    """Of the network that was handed in, or else of the present one; None: not known."""
    handed_in: bool
    reached: bool | None
    """None: no goal, or not known yet."""
    handed_in_loss: float | None
    present_loss: float | None


class ArchitectureCount(BaseModel):
    """How many learners have some hidden layers."""

    hidden_layers: list[int] = Field(description="Neurons of each hidden layer.", examples=[[4, 2]])
    count: int = Field(description="Learners with these.", examples=[12])


class ActivationCount(BaseModel):
    """How many learners have some activation."""

    activation: str = Field(description="The activation; `mixed` where layers differ.", examples=["tanh"])
    count: int = Field(description="Learners with it.", examples=[20])


class LearningRateCount(BaseModel):
    """How many learners have some learning rate."""

    learning_rate: float = Field(description="The learning rate.", examples=[0.03])
    count: int = Field(description="Learners with it.", examples=[15])


class LossHistogram(BaseModel):
    """How test losses spread."""

    edges: list[float] = Field(
        description="The highest loss of each bin but the last, which has all beyond.", examples=[list(EDGES)]
    )
    handed_in: list[int] = Field(
        description="Networks handed in, by bin.", examples=[[0, 1, 4, 9, 3, 1, 0, 0]]
    )
    present: list[int] = Field(
        description="Networks as they are now, by bin.", examples=[[0, 1, 5, 9, 4, 2, 1, 0]]
    )


class ClassSummary(BaseModel):
    """What a class did. Each learner counts once: with what was handed in, or else with what is there now."""

    learners: int = Field(description="Seats of the room.", examples=[24])
    handed_in: int = Field(description="Learners who handed in.", examples=[18])
    reached: int = Field(description="Learners whose hand-in reached the goal.", examples=[11])
    missed: int = Field(description="Learners whose hand-in did not.", examples=[5])
    unknown: int = Field(
        description="Learners whose network is not known: it is not in memory, and was not handed in.",
        examples=[0],
    )
    architectures: list[ArchitectureCount] = Field(description="The commonest first.")
    activations: list[ActivationCount] = Field(description="The commonest first.")
    learning_rates: list[LearningRateCount] = Field(description="From the lowest to the highest.")
    losses: LossHistogram = Field(description="Test losses.")


def class_of(room: Room) -> list[Standing]:
    """Return how the learners of a room stand."""
    goal = room.task is not None and room.task.goal is not None
    return [_standing(member, goal=goal) for member in room.members.values()]


def _standing(member: Member, *, goal: bool) -> Standing:
    status, hand_in = member.status, member.hand_in
    config = None if status is None else status.config
    if hand_in is not None:
        config = TrainingConfig.model_validate(hand_in.config)
    unknown = hand_in is None or (hand_in.met and bool(hand_in.wanted_runs) and hand_in.solved is None)
    return Standing(
        config=config,
        handed_in=hand_in is not None,
        reached=None if hand_in is None or unknown or not goal else hand_in.reached,
        handed_in_loss=None if hand_in is None else hand_in.test_loss,
        present_loss=None if status is None else status.test_loss,
    )


def summary(class_: Sequence[Standing]) -> ClassSummary:
    """Return the summary of a class."""
    configs = [standing.config for standing in class_ if standing.config is not None]
    shapes = Counter(config.hidden_layers for config in configs)
    activations = Counter(_activation(config) for config in configs if config.hidden_layers)
    rates = Counter(config.learning_rate for config in configs)
    results = [standing.reached for standing in class_ if standing.handed_in]
    return ClassSummary(
        learners=len(class_),
        handed_in=len(results),
        reached=results.count(True),
        missed=results.count(False),
        unknown=len(class_) - len(configs),
        architectures=[
            ArchitectureCount(hidden_layers=list(shape), count=count) for shape, count in _commonest(shapes)
        ],
        activations=[ActivationCount(activation=name, count=n) for name, n in _commonest(activations)],
        learning_rates=[LearningRateCount(learning_rate=rate, count=rates[rate]) for rate in sorted(rates)],
        losses=LossHistogram(
            edges=list(EDGES),
            handed_in=binned(standing.handed_in_loss for standing in class_),
            present=binned(standing.present_loss for standing in class_),
        ),
    )


def binned(losses: Iterable[float | None]) -> list[int]:
    """Return how many losses are in each bin; those that are not known are in none."""
    counts = [0] * (len(EDGES) + 1)
    for loss in losses:
        if loss is not None and not math.isnan(loss):
            counts[bisect_left(EDGES, loss)] += 1
    return counts


def _activation(config: TrainingConfig) -> str:
    """Return the activation of all hidden layers."""
    names = set(config.layer_activations) or {config.activation}
    return names.pop() if len(names) == 1 else "mixed"


def _commonest(counts: Counter[Kind]) -> list[tuple[Kind, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
