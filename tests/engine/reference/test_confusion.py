import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.reference.confusion import confusion
from engine.training.trainer import Trainer


@pytest.fixture(scope="module")
def trainer() -> Trainer:
    trainer = Trainer(TrainingConfig(problem="multiclass", classes=4, noise=40))
    trainer.run_epochs(3)
    return trainer


def test_each_point_is_counted_by_class_and_prediction(trainer: Trainer) -> None:
    inputs, labels = trainer.arrays.inputs[trainer.arrays.split :], trainer.dataset.test.targets
    outputs = trainer.network.forward(inputs)
    found = confusion(outputs, labels)
    predicted = outputs.argmax(axis=1)
    for actual in range(4):
        for guess in range(4):
            count = ((labels == actual) & (predicted == guess)).sum()
            assert found.matrix[actual, guess] == count
    assert np.trace(found.matrix) / len(labels) == pytest.approx(trainer.metrics().test_accuracy)


def test_the_wrong_points_are_listed_with_their_predictions(trainer: Trainer) -> None:
    inputs, labels = trainer.arrays.inputs[trainer.arrays.split :], trainer.dataset.test.targets
    outputs = trainer.network.forward(inputs)
    found = confusion(outputs, labels)
    assert len(found.wrong) == found.matrix.sum() - np.trace(found.matrix) > 0
    assert list(found.wrong) == sorted(found.wrong)
    for index, guess, probability in zip(found.wrong, found.predicted, found.probability, strict=True):
        assert guess == outputs[index].argmax() != labels[index]
        assert probability == pytest.approx(outputs[index].max())
