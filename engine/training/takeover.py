"""Replaces a training in place, so that references to its trainer stay valid."""

from engine.training.trainer import Trainer


def take_over(trainer: Trainer, other: Trainer) -> None:
    """Make a trainer equal to another one, which must not be used any more."""
    vars(trainer).update(vars(other))
