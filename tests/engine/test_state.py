import dataclasses

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.state import Snapshot
from engine.training.trainer import Trainer


@pytest.fixture
def snapshot() -> Snapshot:
    trainer = Trainer(TrainingConfig())
    trainer.step()
    return trainer.snapshot()


def test_a_snapshot_does_not_change_with_the_training() -> None:
    trainer = Trainer(TrainingConfig())
    snapshot = trainer.snapshot()
    before = snapshot.parameters.copy()
    trainer.run_epochs(1)
    np.testing.assert_array_equal(snapshot.parameters, before)
    assert not np.array_equal(trainer.network.parameters, before)


def test_a_snapshot_is_immutable(snapshot: Snapshot) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        snapshot.epoch = 3  # type: ignore[misc]
    for array in (snapshot.parameters, snapshot.state.pruned, snapshot.state.optimizer_state):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_a_snapshot_has_its_epoch_and_batch(snapshot: Snapshot) -> None:
    assert (snapshot.epoch, snapshot.state.batch, snapshot.divergence) == (0, 1, None)
