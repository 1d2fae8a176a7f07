import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.kernels import registry, run_heatmaps
from engine.reference.heatmaps import ReferenceHeatMaps
from engine.reference.loop import ReferenceLoop
from engine.training import backend
from engine.training.trainer import Trainer


@pytest.mark.usefixtures("compiled")
def test_the_reference_trains_until_the_kernels_are_ready() -> None:
    config = TrainingConfig()
    trainer = Trainer(config)
    with registry.without():
        plain = Trainer(config)
        assert isinstance(backend.heat_maps(plain.network, config), ReferenceHeatMaps)
        assert isinstance(
            backend.training_loop(plain.network, config, np.zeros((1, 2)), np.zeros((1, 1)), 1), ReferenceLoop
        )
        plain.run_epochs(5)
        initial = plain.metrics()
        assert [plain.implementation] == ["reference"]
    assert isinstance(backend.heat_maps(plain.network, config), run_heatmaps.CompiledHeatMaps)
    trainer.run_epochs(5)
    assert trainer.metrics() == pytest.approx(initial, rel=1e-12)
    # The training that began without them goes on with them.
    plain.run_epochs(5)
    assert [plain.implementation, trainer.implementation] == ["compiled", "compiled"]
    trainer.run_epochs(5)
    np.testing.assert_allclose(plain.network.parameters, trainer.network.parameters, rtol=1e-11)


@pytest.mark.usefixtures("compiled")
def test_a_setting_changed_during_training_acts_as_in_a_new_trainer() -> None:
    config = TrainingConfig(optimizer="momentum", batch_size=7)
    going = Trainer(config)
    going.run_epochs(3)
    going.step()
    snapshot = going.snapshot()
    other = config.changed({"learning_rate": 0.1, "regularization": "l1", "regularization_rate": 0.003})
    going.change(other)
    fresh = Trainer(other)
    fresh.restore(snapshot)
    going.run_epochs(4)
    fresh.run_epochs(4)
    np.testing.assert_array_equal(going.network.parameters, fresh.network.parameters)
    assert going.epoch == fresh.epoch == 7
