"""No setting that a ready task leaves free lets an untrained network reach its goal."""

from itertools import product
from typing import Any

import pytest
from pydantic import ValidationError

from engine.config import TrainingConfig
from server.catalogue import get_catalogue
from server.classroom.model.builtin_tasks import builtin_tasks
from server.classroom.model.task import Task
from server.goals.goals import progress
from server.goals.training_status import training_status
from server.sessions.session import Session

SEEDS = (0, 7, 104, 108, 128, 198)
"""Among them seeds with which untrained networks happen to be good at a ready task."""

WIDER: dict[str, list[Any]] = {
    "features": [
        ["x1_x2"],
        ["x1_squared", "x2_squared"],
        list(get_catalogue()["fields"]["features"]["choices"]),
    ],
    "hidden_layers": [[], [1], [8, 8], [64]],
    "initial_bias": [-10.0, -1.0, 0.0, 1.0, 10.0],
    "loss": ["squared_error", "cross_entropy"],
    "output_activation": ["tanh", "sigmoid"],
    "problem": ["classification", "multiclass", "regression"],
}


def values_of(name: str) -> list[Any]:
    field = get_catalogue()["fields"][name]
    if name in WIDER:
        return WIDER[name]
    if "choices" in field and field.get("type") == "choice":
        return list(field["choices"])
    return [field[bound] for bound in ("minimum", "maximum") if bound in field]


def reaches(task: Task, changes: dict[str, Any], *, epochs_seen: float = 0.0) -> bool:
    try:
        config = TrainingConfig.model_validate(task.config).changed(changes)
    except ValidationError:
        return False
    assert task.goal is not None
    status = training_status(Session(config))._replace(epochs_seen=epochs_seen)
    return progress(task.goal, status).reached


@pytest.mark.medium
@pytest.mark.parametrize("task", builtin_tasks("en"), ids=lambda task: task.title)
def test_an_untrained_network_reaches_no_ready_goal_by_any_setting(task: Task) -> None:
    free = [name for name in TrainingConfig.model_fields if name not in task.locks]
    for name in free:
        for value in values_of(name):
            # Nor would it after an epoch at a learning rate that changes nothing.
            assert not reaches(task, {name: value}, epochs_seen=1.0), (name, value)
    seeds = SEEDS if "weights" not in task.locks else SEEDS[:1]
    outputs = (("tanh", "squared_error"), ("sigmoid", "squared_error"), ("sigmoid", "cross_entropy"))
    combinations = product(
        WIDER["hidden_layers"] if "hidden_layers" in free else [None],
        WIDER["features"] if "features" in free else [None],
        outputs,
        seeds,
    )
    for layers, features, (output, loss), seed in combinations:
        changes = {"hidden_layers": layers, "features": features, "output_activation": output, "loss": loss}
        assert not reaches(
            task,
            {"weights_seed": seed}
            | {name: value for name, value in changes.items() if name in free and value is not None},
        ), changes
