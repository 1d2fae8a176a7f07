"""Applies a lesson's steps to a session, and evaluates their checks on it."""

import secrets
from typing import Any

from engine.config import TrainingConfig
from server.errors import wire_errors
from server.goals.goals import TrainingStatus
from server.goals.training_status import training_status
from server.lessons.checks import check_progress
from server.lessons.fresh_results import SEEDS, FreshResults
from server.lessons.lesson import LessonStep
from server.protocol import messages as wire
from server.protocol.lessons import CheckPart, StepProgress
from server.sessions.commands import check_rules
from server.sessions.from_outside import discard_custom_values, is_from_outside
from server.sessions.point_actions import PointActions
from server.sessions.race_commands import check_race, end_race, rival_config, start_race
from server.sessions.rival import SHARED_SETTINGS, Rival
from server.sessions.rules import WEIGHTS, FollowedStep, Rules, changed_settings
from server.sessions.session import Session


def go_to_step(
    session: Session, lesson: str, number: int, step: LessonStep, *, begin: bool, restart: bool = False
) -> None:
    """Move a session to a step of a lesson; call it in the session's own thread.

    Args:
        session: the session.
        lesson: the lesson's name.
        number: the step's number, from 1.
        step: the step.
        begin: whether to apply the step's set-up or changes. If the session was at no step of the lesson, or
            its network is from outside, training restarts with all settings of the step, including those
            that earlier steps would have set.
        restart: whether it restarts like this in any case, if `begin`.

    Raises:
        server.errors.wire_errors.MessageError: the rules of a classroom forbid the set-up, or it is too
            large, or the classroom's task is another lesson. Then nothing is changed.
    """
    task = _task_lesson(session)
    if task and lesson != task:
        raise wire_errors.locked("lesson", _class_lesson_message(session))
    before = session.lesson
    if begin or before is None or (before.lesson, before.step) != (lesson, number):
        session.point_actions = PointActions()
    session.lesson = None  # so that the locks of the present step do not refuse the next set-up
    try:
        if begin:
            alone = before is None or before.lesson != lesson or is_from_outside(session)
            _apply_step(session, step, anew=restart or alone or step.block.setup is not None)
    except BaseException:
        session.lesson = before
        raise
    session.lesson = FollowedStep(lesson, number, Rules(frozenset(step.block.lock), step.block.reason or ""))


def stop_following(session: Session) -> None:
    """Have a session follow no lesson; call it in the session's own thread.

    Raises:
        server.errors.wire_errors.MessageError: the lesson is the task of a learner's class.
    """
    if session.lesson is not None and _task_lesson(session):
        raise wire_errors.locked("lesson", _class_lesson_message(session))
    session.lesson = None


def _task_lesson(session: Session) -> str:
    """Return the name of the lesson that is the task of the session's classroom; "" without one."""
    rules = session.enforced_rules
    return "" if rules is None else rules.lesson


def _class_lesson_message(session: Session) -> str:
    """Return the message for a learner who opens another lesson than the one of the class."""
    rules = session.enforced_rules
    title, name = ("", "") if rules is None else (rules.lesson_title, rules.lesson)
    shown_name = f"“{title}” ({name})" if title else name
    return f"Your class follows the lesson {shown_name}."


def _apply_step(session: Session, step: LessonStep, *, anew: bool) -> None:
    block = step.block
    changes = _initial_settings(step) if anew else block.change
    if block.speed is not None:
        speed = wire.SetSpeed(epochs_per_second=None if block.speed == "max" else float(block.speed))
        check_rules(session, speed)
    if changes is not None:
        check_rules(session, wire.Configure(changes=changes))
    if block.race is not None:
        check_race(session, session.config.changed(changes or {}), block.race)
    if anew or block.race is not None:
        end_race(session)
    if changes is not None:
        if anew:
            discard_custom_values(session, changes)
        session.configure(changes, restart=anew)
    if block.race is not None:
        start_race(session, block.race)
    if anew:
        session.control.pause()
    if block.speed is not None:
        session.speed = speed.epochs_per_second


def _initial_settings(step: LessonStep) -> dict[str, Any]:
    """Return all settings at the beginning of a step; seeds that the lesson does not set are drawn."""
    explicit_seeds = {
        seed for seed in SEEDS if getattr(step.config, seed) != TrainingConfig.model_fields[seed].default
    }
    if step.block.setup is not None:
        explicit_seeds = SEEDS & step.block.setup.keys()
    settings = step.config.model_dump(exclude=SEEDS - explicit_seeds)
    return {**{seed: secrets.randbelow(2**32) for seed in sorted(SEEDS - settings.keys())}, **settings}


def _is_rival_of(rival: Rival | None, step: LessonStep) -> bool:
    """Return whether a rival has the set-up of the step: any other may be easier to beat."""
    if rival is None or rival.edited or rival.opened:
        return False
    expected = rival_config(step.config, step.block.race or {})
    differing = set(changed_settings(expected, rival.trainer.config))
    return differing <= SHARED_SETTINGS | {"weights_seed"}


def step_progress(
    session: Session, lesson: str, number: int, step: LessonStep, fresh_results: FreshResults
) -> StepProgress:
    """Return the progress of a session in a step; call it in the session's own thread."""
    session.loop.metrics()  # measure the current parameters, even while it trains
    status = training_status(session)
    if step.block.race is not None and not _is_rival_of(session.race.rival, step):
        status = status._replace(rival_score=None)
    others = [*_outside_conditions(session), *_fixed_setting_conditions(step, status)]
    checks = [
        check_progress(
            check,
            status,
            solved=fresh_results.get(check, status.config) if check.fresh is not None else None,
            others=others,
        )
        for check in step.checks
    ]
    reached, measured = all(check.reached for check in checks), measures_of(status)
    if reached:
        measured["epochs"] = _epochs_needed(session, step) or measured["epochs"]
    return StepProgress(lesson=lesson, step=number, reached=reached, checks=checks, measured=measured)


def _epochs_needed(session: Session, step: LessonStep) -> int | None:
    """Return the first epoch whose test loss met the checks; None if there is none, or no such check.

    At a high speed, training is far beyond that epoch when the checks are evaluated.
    """
    limits = [
        check.shown_test_loss_at_most for check in step.checks if check.shown_test_loss_at_most is not None
    ]
    points = session.history.points()
    low = points["epoch"][(points["epoch"] >= 1) & (points["test"] <= min(limits, default=-1.0))]
    return int(low[0]) if low.size else None


def _outside_conditions(session: Session) -> list[CheckPart]:
    """Return one unmet condition if the network or its points are from outside, otherwise none."""
    if not is_from_outside(session):
        return []
    return [CheckPart(kind="opened", wanted=False, value=True, met=False)]


def _fixed_setting_conditions(step: LessonStep, status: TrainingStatus) -> list[CheckPart]:
    """Return an unmet condition for each fixed setting of the step that has another value in the session.

    Whoever follows the step from its set-up on gets none. But a session can enter the step with other
    settings, or its progress can be asked for without following the step.
    """
    config, rules = status.config, Rules(step.fixed_settings)
    names = [
        name
        for name in changed_settings(step.config, config)
        if rules.first_locked([name]) and (step.has_seeds or name not in SEEDS)
    ]
    wanted, found = step.config.model_dump(mode="json"), config.model_dump(mode="json")
    others = [
        CheckPart(
            kind="settings", setting=name, wanted={"equals": wanted[name]}, value=found[name], met=False
        )
        for name in names
    ]
    if status.edited and WEIGHTS in step.fixed_settings:
        others.append(CheckPart(kind="edited", wanted=False, value=True, met=False))
    return others


def measures_of(status: TrainingStatus) -> dict[str, float | None]:
    """Return the measures of a training by name: epochs, losses, accuracies as fractions, and sizes."""
    return {
        "epochs": int(status.epochs_seen),
        "steps": status.steps,
        "train_loss": status.train_loss,
        "test_loss": status.test_loss,
        "train_accuracy": status.train_accuracy,
        "test_accuracy": status.test_accuracy,
        "neurons": sum(status.shape[1:-1]),
        "hidden_layers": len(status.shape) - 2,
        "weights": status.weights,
    }
