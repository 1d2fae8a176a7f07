"""The commands of a race: start it, swap the two trainings, end it."""

from collections.abc import Mapping
from contextlib import suppress

from engine.config import TrainingConfig
from engine.training.trainer import Trainer
from server.errors import wire_errors
from server.errors.validation import bounded
from server.sessions.locks import refuse_locked
from server.sessions.rival import SHARED_SETTINGS
from server.sessions.rules import WEIGHTS, changed_settings
from server.sessions.session import Session


def rival_config(config: TrainingConfig, changes: Mapping[str, object]) -> TrainingConfig:
    """Return the settings of a rival.

    Args:
        config: the settings of the training.
        changes: the settings in which the rival differs, by name.

    Raises:
        pydantic.ValidationError: a change is not valid, or its name is unknown.
        server.errors.wire_errors.MessageError: a change affects the points, or the network takes images.
    """
    if config.image:
        raise wire_errors.other_problem(takes_images=True)
    rival = config.changed(changes)
    for name in changes:
        if name in SHARED_SETTINGS and getattr(rival, name) != getattr(config, name):
            expected = "no change, as both train on the same points"
            raise wire_errors.invalid_value(name, bounded(changes[name]), expected, ref=None)
    return rival


def check_race(session: Session, config: TrainingConfig, changes: Mapping[str, object]) -> TrainingConfig:
    """Return the settings of a rival; check that a session may race against it.

    Args:
        session: the session.
        config: the settings that its training will have.
        changes: the settings in which the rival differs, by name.

    Raises:
        pydantic.ValidationError: a setting is not valid.
        server.errors.wire_errors.MessageError: a setting changes the points or is locked, the rival would be
            too large, or the network takes images.
    """
    rival = rival_config(config, changes)
    refuse_locked(session, changed_settings(config, rival))
    session.allowed.check(config, given=session.trainer.overrides.data, rival=rival)
    return rival


def start_race(session: Session, changes: Mapping[str, object]) -> None:
    """Start a race with a new rival, in place of an earlier one; both restart at epoch 0, paused.

    Raises as `check_race`.
    """
    config = check_race(session, session.config, changes)
    data, parameters, pruned, buffers = session.trainer.overrides
    trainer = Trainer(session.config, data=data, parameters=parameters, pruned=pruned, buffers=buffers)
    trainer.change(config)
    session.race.set_rival(trainer)
    session.reset()


def end_race(session: Session) -> None:
    """Remove the rival; without one, do nothing."""
    if session.race.rival is None:
        return
    session.race.end()
    session.revision += 1
    with suppress(wire_errors.MessageError):  # it is smaller than before, and may stay as it is
        session.allowed.check(session.config, given=session.trainer.overrides.data)


def swap_rival(session: Session) -> None:
    """Swap a training and its rival at their present epoch, paused.

    Raises:
        server.errors.wire_errors.MessageError: there is no race, a setting in which the two differ is locked,
            or weights are locked and one of the two was edited by hand.
    """
    rival = session.race.rival
    if rival is None:
        raise wire_errors.no_race()
    names = changed_settings(session.config, rival.trainer.config)
    refuse_locked(session, (*names, WEIGHTS) if session.edited or rival.edited else names)
    session.control.pause()
    session.race.swap()
    session.edited, rival.edited = rival.edited, session.edited
    session.opened, rival.opened = rival.opened, session.opened
    session.on_network_replaced()
