from typing import Any

import pytest
from pydantic import ValidationError

from server.classroom.model.task import EXAMPLE_TASK, Task
from server.sessions.rules import LOCKABLE


def test_every_setting_can_be_locked_and_speed_and_weights() -> None:
    task = Task(title="x", locks=list(LOCKABLE))
    assert {"speed", "weights", "features", "data_seed"} <= set(task.locks)
    assert Task(title="x", locks=["noise", "noise"]).locks == ["noise"]


def test_the_example_is_valid() -> None:
    task = Task.model_validate(EXAMPLE_TASK)
    assert Task.model_validate_json(task.model_dump_json()) == task


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "x" * 121},
        {"title": "x", "text": "x" * 4001},
        {"title": "x", "locks": ["title"]},
        {"title": "x", "goal": {"within": 1}},
        {"title": "x", "order": "most_weights"},
        {"title": "x", "colour": "red"},
    ],
)
def test_an_invalid_task_is_rejected(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Task.model_validate(wrong)
