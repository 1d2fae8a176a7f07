"""A training that follows a lesson: its steps begin, and their checks look at it."""

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
from server.sessions.from_outside import draw_given, is_from_outside
from server.sessions.points_by_hand import PointsByHand
from server.sessions.racing import check_race, end_race, rival_config, start_race
from server.sessions.rival import SHARED_SETTINGS, Rival
from server.sessions.rules import WEIGHTS, FollowedStep, Rules, changed_settings
from server.sessions.session import Session


def follow(session: Session, lesson: str, number: int, step: LessonStep, *, begin: bool) -> None:
    """Have a training go to a step of a lesson; call it in the session's own thread.

    Args:
        session: the training.
        lesson: the lesson's name.
        number: the step's number, from 1.
        step: the step.
        begin: whether to apply the step's set-up or changes. A training that was at no step of the lesson, or
            whose network is from outside, begins anew with all settings of the step, whichever steps before
            it set them.

    Raises:
        server.errors.wire_errors.MessageError: the rules of a classroom forbid the set-up, or it is too
            large, or a classroom has the training follow another lesson. Nothing is changed.
    """
    task = _lesson_of_task(session)
    if task and lesson != task:
        raise wire_errors.locked("lesson", _told(session))
    before = session.lesson
    if begin or before is None or (before.lesson, before.step) != (lesson, number):
        session.by_hand = PointsByHand()
    session.lesson = None  # its own locks do not hold for the next step's set-up
    try:
        if begin:
            alone = before is None or before.lesson != lesson or is_from_outside(session)
            _begin(session, step, anew=alone or step.block.setup is not None)
    except BaseException:
        session.lesson = before
        raise
    session.lesson = FollowedStep(lesson, number, Rules(frozenset(step.block.lock), step.block.reason or ""))


def leave(session: Session) -> None:
    """Have a training follow no lesson; call it in the session's own thread.

    Raises:
        server.errors.wire_errors.MessageError: the lesson is the task of a learner's class.
    """
    if session.lesson is not None and _lesson_of_task(session):
        raise wire_errors.locked("lesson", _told(session))
    session.lesson = None


def _lesson_of_task(session: Session) -> str:
    """Return the name of the lesson that a classroom has a training follow; empty if none does."""
    rules = session.enforced_rules
    return "" if rules is None else rules.lesson


def _told(session: Session) -> str:
    """Return what a learner is told who goes to another lesson than that of the class."""
    rules = session.enforced_rules
    title, name = ("", "") if rules is None else (rules.lesson_title, rules.lesson)
    told = f"“{title}” ({name})" if title else name
    return f"Your class follows the lesson {told}."


def _begin(session: Session, step: LessonStep, *, anew: bool) -> None:
    block = step.block
    changes = _all_settings(step) if anew else block.change
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
            draw_given(session, changes)
        session.configure(changes, restart=anew)
    if block.race is not None:
        start_race(session, block.race)
    if anew:
        session.control.pause()
    if block.speed is not None:
        session.speed = speed.epochs_per_second


def _all_settings(step: LessonStep) -> dict[str, Any]:
    """Return the settings with which a step begins anew; of those left to chance, the seeds, other ones."""
    given = {
        seed for seed in SEEDS if getattr(step.config, seed) != TrainingConfig.model_fields[seed].default
    }
    if step.block.setup is not None:
        given = SEEDS & step.block.setup.keys()
    settings = step.config.model_dump(exclude=SEEDS - given)
    return {**{seed: secrets.randbelow(2**32) for seed in sorted(SEEDS - settings.keys())}, **settings}


def _is_rival_of(rival: Rival | None, step: LessonStep) -> bool:
    """Return whether a rival is the one that a step has set up: another one may be easier to beat."""
    if rival is None or rival.edited or rival.opened:
        return False
    expected = rival_config(step.config, step.block.race or {})
    differing = set(changed_settings(expected, rival.trainer.config))
    return differing <= SHARED_SETTINGS | {"weights_seed"}


def step_progress(
    session: Session, lesson: str, number: int, step: LessonStep, fresh_results: FreshResults
) -> StepProgress:
    """Return how far a training is in a step; call it in the session's own thread."""
    session.loop.metrics()  # those of the very parameters, also while it trains
    status = training_status(session)
    if step.block.race is not None and not _is_rival_of(session.race.rival, step):
        status = status._replace(rival_score=None)
    others = [*_put_in(session), *_held_otherwise(step, status)]
    checks = [
        check_progress(
            check,
            status,
            solved=fresh_results.get(check, status.config) if check.fresh is not None else None,
            others=others,
        )
        for check in step.checks
    ]
    reached, measured = all(check.reached for check in checks), measured_in(status)
    if reached:
        measured["epochs"] = _epochs_needed(session, step) or measured["epochs"]
    return StepProgress(lesson=lesson, step=number, reached=reached, checks=checks, measured=measured)


def _epochs_needed(session: Session, step: LessonStep) -> int | None:
    """Return the epochs after which the test loss was first as low as the checks want it; None if none does.

    At a high speed a training is far beyond that when it is looked at.
    """
    limits = [
        check.shown_test_loss_at_most for check in step.checks if check.shown_test_loss_at_most is not None
    ]
    points = session.history.points()
    low = points["epoch"][(points["epoch"] >= 1) & (points["test"] <= min(limits, default=-1.0))]
    return int(low[0]) if low.size else None


def _put_in(session: Session) -> list[CheckPart]:
    """Return a condition that is not met if the network, or its points, are from outside."""
    if not is_from_outside(session):
        return []
    return [CheckPart(kind="opened", wanted=False, value=True, met=False)]


def _held_otherwise(step: LessonStep, status: TrainingStatus) -> list[CheckPart]:
    """Return a condition that is not met for each setting that the step holds and the training has otherwise.

    Who follows the step from its set-up on never has one. A training can be brought to the step with other
    settings, or be asked about without following it.
    """
    config, rules = status.config, Rules(step.held)
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
    if status.edited and WEIGHTS in step.held:
        others.append(CheckPart(kind="edited", wanted=False, value=True, met=False))
    return others


def measured_in(status: TrainingStatus) -> dict[str, float | None]:
    """Return what predictions and authors compare with: epochs, losses, accuracies as fractions, sizes."""
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
