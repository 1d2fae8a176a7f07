import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config import TrainingConfig
from engine.training.score import score, score_of_loss
from engine.training.trainer import Trainer


def score_of(trainer: Trainer) -> float:
    return score(trainer.network, trainer.config, *trainer.arrays.measure_arguments, trainer.metrics())


def trained(**settings: object) -> Trainer:
    trainer = Trainer(TrainingConfig().changed({"data_seed": 3, **settings}))
    trainer.run_epochs(5)
    return trainer


def outputs_and_labels(trainer: Trainer) -> tuple[np.ndarray, np.ndarray]:
    test = trainer.dataset.test
    return trainer.network.forward(trainer.network.inputs(test.inputs))[:, 0], test.targets


@pytest.mark.parametrize("loss", ["squared_error", "cross_entropy"])
def test_a_sigmoid_counts_on_the_scale_from_minus_one_to_one(loss: str) -> None:
    trainer = trained(output_activation="sigmoid", loss=loss)
    p, labels = outputs_and_labels(trainer)
    assert score_of(trainer) == pytest.approx((0.5 * (2 * p - 1 - labels) ** 2).mean(), rel=1e-9)


@pytest.mark.medium
@given(st.sampled_from(["l1", "l2"]), st.floats(0, 1))
def test_the_score_of_the_usual_output_is_its_test_loss(penalty: str, rate: float) -> None:
    trainer = trained(regularization=penalty, regularization_rate=rate)
    assert score_of(trainer) == trainer.metrics().test_loss


def test_the_score_of_several_classes_is_the_cross_entropy() -> None:
    trainer = trained(problem="multiclass")
    assert score_of(trainer) == trainer.metrics().test_loss


@pytest.mark.parametrize("loss", ["squared_error", "huber"])
def test_the_score_of_a_regression_is_half_the_squared_difference(loss: str) -> None:
    trainer = trained(problem="regression", loss=loss)
    outputs, targets = outputs_and_labels(trainer)
    assert score_of(trainer) == pytest.approx((0.5 * (outputs - targets) ** 2).mean(), rel=1e-9)


def test_an_untrained_network_has_one_score_whatever_its_output_is() -> None:
    settings = {"initializer": "zeros", "initial_bias": 0.0}
    scores = [
        score_of(Trainer(TrainingConfig().changed({**settings, "output_activation": output, "loss": loss})))
        for output, loss in (
            ("tanh", "squared_error"),
            ("sigmoid", "squared_error"),
            ("sigmoid", "cross_entropy"),
        )
    ]
    assert scores == pytest.approx([0.5] * 3)


def test_a_score_is_finite() -> None:
    assert np.isfinite(score_of_loss(TrainingConfig(output_activation="sigmoid"), 1e308) or np.inf)
