"""What is valid by itself in a lesson's step and makes no sense as a whole."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from engine.config import TrainingConfig
from server.errors.validation import bounded
from server.errors.wire_errors import MessageError
from server.lessons.blocks import CheckBlock, Predict, Question, StepBlock
from server.lessons.checks import impossible
from server.lessons.controls import SHOWN
from server.lessons.faults import Faults
from server.lessons.invalid import note_invalid, plain
from server.lessons.source import Block
from server.sessions.racing import rival_config
from server.sessions.rules import WEIGHTS, Rules, changed_settings


def check_sense(
    made: Predict | Question | CheckBlock,
    block: Block,
    config: TrainingConfig,
    step: StepBlock,
    faults: Faults,
) -> None:
    """Note what is valid by itself and makes no sense in its step.

    Args:
        made: the block.
        block: the same as it stands in the file.
        config: the settings that the step begins with.
        step: what the step does to the page.
        faults: gets what is wrong.
    """
    if isinstance(made, Predict):
        if bool(made.choices) == (made.number is not None):
            faults.add(block.line, "missing_key", expected="choices or number, one of both,")
    elif isinstance(made, CheckBlock):
        if not made.has_conditions:
            faults.add(block.line, "empty_check")
        elif (detail := impossible(made, config, frozenset(step.lock))) is not None:
            faults.add(block.line_of(detail.split(" ")[0].rstrip(":")), "impossible", detail=detail)
        if made.solution is not None:
            _check_solution(made, block, config, step, faults)


def _check_solution(
    check: CheckBlock, block: Block, config: TrainingConfig, step: StepBlock, faults: Faults
) -> None:
    """Note settings of a solution that are none; remark what of it learners cannot do in the step."""
    assert check.solution is not None
    try:
        changed = changed_settings(config, config.changed(check.solution.change))
    except ValidationError as invalid:
        keys = list(TrainingConfig.model_fields)
        note_invalid(invalid, block, ("solution", "change"), faults, keys=keys)
        return
    if check.solution.output_bias is not None:
        changed = (*changed, WEIGHTS)
    rules = Rules(frozenset(step.lock))
    locked = [name for name in changed if rules.first_locked([name])]
    for name in locked:
        faults.add(block.line_of("solution"), "locked_change", key=name, hides=False)
    for name in _hidden(changed, check, config, step):
        if name not in locked:
            faults.add(block.line_of("solution"), "hidden_change", key=name, hides=False)


def _hidden(
    changed: tuple[str, ...], check: CheckBlock, config: TrainingConfig, step: StepBlock
) -> Iterator[str]:
    """Yield those of the changed settings whose controls the step does not show."""
    assert check.solution is not None
    for name in changed if step.show else ():
        control = "layers" if name == "hidden_layers" else name
        if control == "layers":  # neurons have buttons of their own, which are always shown
            sizes = config.changed(check.solution.change).hidden_sizes
            if len(sizes) == len(config.hidden_sizes):
                continue
        if control in SHOWN and control not in step.show:
            yield name


def check_race(changes: dict[str, Any], config: TrainingConfig, given: Block, faults: Faults) -> None:
    """Note what keeps a rival with these changes from racing with a training of these settings."""
    try:
        rival_config(config, changes)
    except ValidationError as invalid:
        note_invalid(invalid, given, ("race",), faults, keys=list(TrainingConfig.model_fields))
    except MessageError as refused:
        field, error = refused.error.field, refused.error
        line, key = given.line_of("race", *([field] if field else [])), f"race.{field}" if field else "race"
        faults.add(line, "value", key=key, expected=error.expected, got=bounded(plain(error.value)))
