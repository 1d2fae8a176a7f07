"""A step that locks, or does not show, what its own solution or check needs is told to its author."""

import pytest

from tests.server.lessons.test_files import step
from tests.server.lessons.test_hints import faults

LOCKED = '```step\nsetup = {{ dataset = "moons" }}\n{step}\n```\n\n```check\ntext = "x"\n{check}\n```'


@pytest.mark.parametrize(
    ("lines", "check", "told"),
    [
        ('lock = ["learning_rate"]', "change = { learning_rate = 0.3 }", ["locked_change learning_rate"]),
        ('lock = ["learning_rate"]', "change = { learning_rate = 0.03 }", []),
        ('lock = ["noise"]', "change = { learning_rate = 0.3 }", []),
        ('lock = ["weights"]', "output_bias = 3.0", ["locked_change weights"]),
        (
            'lock = ["hidden_layers"]',
            'change = { normalization = ["batch_norm_before", "none"] }',
            ["locked_change normalization"],
        ),
        ('show = ["play"]', "change = { learning_rate = 0.3 }", ["hidden_change learning_rate"]),
        ('show = ["play"]', "change = { hidden_layers = [4, 3] }", []),
        ('show = ["play"]', "change = { hidden_layers = [4] }", ["hidden_change hidden_layers"]),
    ],
)
def test_a_step_that_keeps_its_own_solution_from_learners_is_remarked(
    lines: str, check: str, told: list[str]
) -> None:
    block = LOCKED.format(step=lines, check=f"epochs_at_least = 1\nsolution = {{ {check} }}")
    found = [fault for fault in faults(step(block)) if fault.code != "translation"]
    assert [fault.hides for fault in found] == [False] * len(told)
    for fault, expected in zip(found, told, strict=True):
        assert f"{fault.code} {fault.values['key']}".startswith(expected)
        assert fault.line == 18


@pytest.mark.parametrize(
    ("lock", "check"),
    [
        ("hidden_layers", "layers_at_least = 3"),
        ("hidden_layers", "most_layers = 1"),
        ("features", 'only_features = ["x1"]'),
    ],
)
def test_a_check_that_a_lock_makes_impossible_is_refused(lock: str, check: str) -> None:
    (fault,) = (
        each for each in faults(step(LOCKED.format(step=f'lock = ["{lock}"]', check=check))) if each.hides
    )
    assert (fault.code, fault.line) == ("impossible", 17)
    assert faults(step(LOCKED.format(step="", check=check)))[0].code == "translation"
