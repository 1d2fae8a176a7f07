"""The result of each learner, as a model for JSON and as CSV that is safe to open in a spreadsheet."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, Field

from engine.config import TrainingConfig
from server.classroom.model.goals import TrainingStatus
from server.classroom.model.room import Member, Room
from server.web.public_urls import PageUrls

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Byte order mark. Without it Excel does not read the file as UTF-8."""

FORMULA_PREFIXES = (
    *("=", "+", "-", "@", "\t", "\r", "\n"),
    "\N{FULLWIDTH EQUALS SIGN}",
    "\N{FULLWIDTH PLUS SIGN}",
    "\N{FULLWIDTH HYPHEN-MINUS}",
    "\N{FULLWIDTH COMMERCIAL AT}",
)
"""Prefixes of formulas in spreadsheets, with the full-width forms that East Asian versions accept."""

Cell = str | int | float | None


class Result(BaseModel):
    """The result of one learner: the network that was handed in last, or else the present one."""

    learner: str = Field(
        description="The nickname; in an anonymous room, the number in this list.", examples=["Ada"]
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
        "fresh runs are not done.",
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
        description="Seconds that the learner's page was open until the hand-in, or until now.",
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
    config: TrainingConfig | None = Field(None, description="All settings of the training.")


RESULT_COLUMNS = (
    *("learner", "handed_in", "reached", "fresh_solved", "fresh_runs", "epochs", "train_loss", "test_loss"),
    *("train_accuracy", "test_accuracy", "shape", "weights", "seconds", "runs", "edited", "link"),
    *("score", "counted_epochs", "steps", "points_seen"),
)
"""Columns of the table before those of the settings; names of fields of `Result`."""


def results_of(room: Room, urls: PageUrls) -> list[Result]:
    """Return the results of the learners of a room, in the order in which they joined."""
    goal = room.task is not None and room.task.goal is not None
    return [
        _result(member, str(number) if room.anonymous else member.nickname, urls, goal=goal)
        for number, member in enumerate(room.members.values(), 1)
    ]


def _result(member: Member, learner: str, urls: PageUrls, *, goal: bool) -> Result:
    submission = member.submission
    if submission is None:
        return _unsubmitted_result(member, learner)
    unknown = submission.met and bool(submission.wanted_runs) and submission.solved is None
    return Result(
        learner=learner,
        handed_in=datetime.fromtimestamp(submission.at, UTC),
        reached=None if unknown or not goal else submission.reached,
        fresh_solved=submission.solved,
        fresh_runs=submission.wanted_runs or None,
        seconds=_seconds(submission.spent),
        link=urls.session(submission.session) if submission.session else None,
        **_network_fields(submission.status()),
    )


def _unsubmitted_result(member: Member, learner: str) -> Result:
    if member.status is None:
        return Result(learner=learner, seconds=_seconds(member.spent), runs=0)
    return Result(learner=learner, seconds=_seconds(member.spent), **_network_fields(member.status))


def _network_fields(network: TrainingStatus) -> dict[str, Any]:
    """Return the fields of `Result` that describe a network, as handed in or as it is now."""
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


def to_csv(results: Iterable[Result]) -> str:
    """Return results as CSV: a header line, then a line for each learner; unknown values are empty."""
    text = io.StringIO()
    text.write(BOM)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*RESULT_COLUMNS, *TrainingConfig.model_fields])
    for result in results:
        writer.writerow([escape_formula(cell) for cell in _cells(result)])
    return text.getvalue()


def escape_formula(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet reads as a formula: text like one gets a leading apostrophe."""
    if not isinstance(cell, str):
        return cell
    cell = cell.replace("\0", "")
    is_formula = cell.startswith(FORMULA_PREFIXES) or cell.strip().startswith(FORMULA_PREFIXES)
    return f"'{cell}" if is_formula else cell


def _cells(result: Result) -> Iterator[Cell]:
    for name in RESULT_COLUMNS:
        yield _cell(getattr(result, name))
    for name in TrainingConfig.model_fields:
        yield None if result.config is None else _cell(getattr(result.config, name))


def _cell(value: object) -> Cell:
    """Return a value as one cell. Lists are joined by spaces: spreadsheets read `4,2` as a number."""
    match value:
        case bool():
            return "yes" if value else "no"
        case None | str() | int() | float():
            return value
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M:%S")
        case tuple() | list() if all(isinstance(part, str | int) for part in value):
            return " ".join(str(part) for part in value)
        case _:
            return json.dumps(value)
