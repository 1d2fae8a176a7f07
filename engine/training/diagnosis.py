"""Why a training goes as it goes: explanations that the engine's own numbers support, each with a remedy.

An explanation is given only if what it claims was measured: of the losses so far, of every layer by
`layer_statistics`, and by trials of other settings. What the numbers do not support is not said.
"""

from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any

import numpy as np

from engine.state import Divergence, EpochLosses
from engine.training import stalled
from engine.training.layer_statistics import LayerStatistics, layer_statistics
from engine.training.missing_classes import fuller_split
from engine.training.trainer import Trainer
from engine.training.training_facts import Diagnosis, Name, TrainingFacts, lower_rate
from engine.training.trial import Swings

__all__ = ["Diagnosis", "Name", "diagnose"]

FEW_POINTS = 5
"""The steps of mini-batches of fewer points than this are noisy."""


def diagnose(
    trainer: Trainer, losses: Sequence[EpochLosses], layers: list[LayerStatistics] | None = None
) -> list[Diagnosis]:
    """Return all explanations that the numbers of a training support, the most urgent first.

    Args:
        trainer: the training; it stays as it is.
        losses: all epochs at which losses were measured, and these; at least `WINDOW` for most explanations.
        layers: its `layer_statistics`, if they are known.
    """
    rate = trainer.config.learning_rate
    if trainer.divergence is not None:
        measured = {"epoch": float(_epoch_of(trainer.divergence)), "learning_rate": rate}
        return [Diagnosis("diverged", None, measured, {"learning_rate": lower_rate(rate, 10)})]
    known = [each for each in losses if isfinite(each[1]) and isfinite(each[2])]
    if not known or trainer.epoch == 0:
        return []
    facts = TrainingFacts.of(trainer, known, layers or layer_statistics(trainer))
    found: list[Diagnosis] = []
    for explain in _EXPLANATIONS:
        explanation = explain(facts, frozenset(each.name for each in found))
        if explanation is not None:
            found.append(explanation)
    return found


def _epoch_of(divergence: Divergence) -> int:
    """Return the number, from 1, of the epoch in which a training diverged, as the page's warning has it."""
    return max(1, divergence.epoch) if divergence.cause == "loss" else divergence.epoch + 1


def _bouncing(facts: TrainingFacts, _found: stalled.Found) -> Diagnosis | None:
    """Find a loss that goes up and down by much and is no better for it: the steps are too large.

    How small a rate helps is tried: at one where nothing bounces, the loss may fall all too slowly.
    Unless what makes the steps noisy is dropout, or mini-batches of few points: then it is not the steps.
    """
    if not facts.has_window or facts.train.mean() < 0.02 * facts.guessing:
        return None
    swings = Swings.of(facts.train)
    if not swings.is_bouncing:
        return None
    causes = _causes_of_noise(facts)
    trials = [(changes, facts.trials.run(changes)) for changes in causes]
    for changes, trial in trials:
        if trial is None:
            return None  # which of the two it is was not measured
        if isfinite(trial.loss) and not trial.swings.is_bouncing:
            if trial.swings.swing > 0.5 * swings.swing:
                return None
            measured = {**swings._asdict(), "calm": trial.swings.swing}
            return Diagnosis("noisy", None, measured, changes)
    rates = {lower_rate(facts.config.learning_rate, factor) for factor in (3, 10, 30)}
    candidates = [{"learning_rate": each} for each in sorted(rates, reverse=True)]
    remedy = facts.trials.best(facts.loss, candidates)
    return Diagnosis("bouncing", None, swings._asdict(), remedy)


def _causes_of_noise(facts: TrainingFacts) -> list[dict[str, Any]]:
    """Return changes that take the noise from the steps: without dropout, and larger mini-batches."""
    config = facts.config.short
    changes: list[dict[str, Any]] = []
    if any(config.dropout_rates):
        layers = [layer.model_dump() for layer in config.layers if layer.kind != "dropout"]
        changes.append({"layers": layers} if config.layers else {"dropout": ()})
    if config.batch_size < FEW_POINTS:
        changes.append({"batch_size": 10})
    return changes


def _missing_class(facts: TrainingFacts, _found: stalled.Found) -> Diagnosis | None:
    """Find a class that one of the sets lacks: it cannot be learned, or nothing tells how well it was."""
    missing = facts.missing
    if missing is None:
        return None
    measured = {"target": missing.target, "points": float(missing.points)}
    remedy = {} if facts.are_given else fuller_split(facts.config)
    return Diagnosis("unseen_class" if missing.lacks == "train" else "untested_class", None, measured, remedy)


def _overfitting(facts: TrainingFacts, _found: stalled.Found) -> Diagnosis | None:
    """Find a test loss that has left its lowest value behind while the training loss is much lower.

    Where a set lacks a class, the losses are of different tasks, and nothing follows from their difference.
    """
    if facts.missing is not None:
        return None
    train, test = float(np.median(facts.train)), float(np.median(facts.test))
    if not facts.has_window or test < 1.15 * facts.lowest_test or test < 1.5 * train + 0.02:
        return None
    measured = {"train": train, "test": test, "lowest": facts.lowest_test}
    penalty = {"regularization": "l2", "regularization_rate": 0.003}
    remedy = {"train_percent": 80} if facts.config.regularization != "none" else penalty
    return Diagnosis("overfitting", None, measured, remedy)


_EXPLANATIONS: tuple[Callable[[TrainingFacts, stalled.Found], Diagnosis | None], ...] = (
    _bouncing,
    stalled.symmetric,
    stalled.no_slope,
    stalled.dead,
    stalled.strangled,
    stalled.slow,
    stalled.linear,
    stalled.no_gradient,
    stalled.vanishing,
    stalled.saturated,
    _missing_class,
    _overfitting,
    stalled.underfitting,
)
