"""A running training and a change of its settings, for tests."""

from typing import Any

from engine.config import TrainingConfig
from engine.training.trainer import Change, Trainer


def running(**settings: Any) -> Trainer:
    """Return a training within its twenty-first epoch."""
    trainer = Trainer(TrainingConfig(**settings))
    trainer.run_epochs(20)
    trainer.step()
    return trainer


def change(trainer: Trainer, **changes: Any) -> Change:
    """Change settings of a training, and return what that means for it."""
    return trainer.change(trainer.config.changed(changes))
