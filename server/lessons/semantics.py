"""Semantic checks of a lesson's step: fields that are valid alone, but contradict each other."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from engine.config import TrainingConfig
from server.errors.validation import bounded
from server.errors.wire_errors import MessageError
from server.lessons.blocks import CheckBlock, Predict, Question, StepBlock
from server.lessons.checks import why_impossible
from server.lessons.controls import HIDABLE_CONTROLS
from server.lessons.faults import Faults
from server.lessons.source import Block
from server.lessons.validation_faults import report_invalid, to_json_value
from server.sessions.race_commands import rival_config
from server.sessions.rules import WEIGHTS, Rules, changed_settings


def check_semantics(
    model: Predict | Question | CheckBlock,
    block: Block,
    config: TrainingConfig,
    step: StepBlock,
    faults: Faults,
) -> None:
    """Report what makes no sense in a valid block of a step.

    Args:
        model: the validated block.
        block: the same block as it was read, with its lines.
        config: the settings at the beginning of the step.
        step: what the step does to the page.
        faults: faults are added here.
    """
    if isinstance(model, Predict):
        if bool(model.choices) == (model.number is not None):
            faults.add(block.line, "missing_key", expected="choices or number, one of both,")
    elif isinstance(model, CheckBlock):
        if not model.has_conditions:
            faults.add(block.line, "empty_check")
        elif (detail := why_impossible(model, config, frozenset(step.lock))) is not None:
            faults.add(block.line_of(detail.split(" ")[0].rstrip(":")), "impossible", detail=detail)
        if model.solution is not None:
            _check_solution(model, block, config, step, faults)


def _check_solution(
    check: CheckBlock, block: Block, config: TrainingConfig, step: StepBlock, faults: Faults
) -> None:
    """Report invalid settings of a solution, and warn of changes that learners cannot make in the step."""
    assert check.solution is not None
    try:
        changed = changed_settings(config, config.changed(check.solution.change))
    except ValidationError as invalid:
        keys = list(TrainingConfig.model_fields)
        report_invalid(invalid, block, ("solution", "change"), faults, keys=keys)
        return
    if check.solution.output_bias is not None:
        changed = (*changed, WEIGHTS)
    rules = Rules(frozenset(step.lock))
    locked = [name for name in changed if rules.first_locked([name])]
    for name in locked:
        faults.add(block.line_of("solution"), "locked_change", key=name, hides=False)
    for name in _hidden_settings(changed, check, config, step):
        if name not in locked:
            faults.add(block.line_of("solution"), "hidden_change", key=name, hides=False)


def _hidden_settings(
    changed: tuple[str, ...], check: CheckBlock, config: TrainingConfig, step: StepBlock
) -> Iterator[str]:
    """Yield the changed settings whose controls the step hides."""
    assert check.solution is not None
    for name in changed if step.show else ():
        control = "layers" if name == "hidden_layers" else name
        if control == "layers":  # neurons have buttons of their own, which are always shown
            sizes = config.changed(check.solution.change).hidden_sizes
            if len(sizes) == len(config.hidden_sizes):
                continue
        if control in HIDABLE_CONTROLS and control not in step.show:
            yield name


def check_race(changes: dict[str, Any], config: TrainingConfig, given: Block, faults: Faults) -> None:
    """Report why a rival with these changes cannot race against a training with these settings."""
    try:
        rival_config(config, changes)
    except ValidationError as invalid:
        report_invalid(invalid, given, ("race",), faults, keys=list(TrainingConfig.model_fields))
    except MessageError as refused:
        field, error = refused.error.field, refused.error
        line, key = given.line_of("race", *([field] if field else [])), f"race.{field}" if field else "race"
        faults.add(line, "value", key=key, expected=error.expected, got=bounded(to_json_value(error.value)))
