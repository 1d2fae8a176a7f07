"""The dataset of handwritten digits, and digits that people draw."""

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from engine.config import TrainingConfig
from engine.data import images
from engine.errors import InvalidValue
from engine.training.trainer import Change, Trainer

SEVEN = {"label": 7, "pixels": [0, 16] * 32}


def images_config(**settings: Any) -> TrainingConfig:
    small: Any = [{"kind": "conv", "filters": 2}, {"kind": "max_pool", "size": 4}]
    settings.setdefault("layers", small)
    return TrainingConfig(problem="images", train_percent=80, **settings)


def test_the_digits_are_1797_images_from_paper_to_ink() -> None:
    dataset = Trainer(images_config()).dataset
    assert (len(dataset.train.targets), len(dataset.test.targets)) == (1437, 360)
    for points in (dataset.train, dataset.test):
        assert (points.inputs.min(), points.inputs.max()) == (0, 1)
        assert set(points.targets) == set(range(10))


def test_the_seed_of_the_data_decides_which_digits_are_for_testing() -> None:
    first, again, other = (Trainer(images_config(data_seed=seed)).dataset.test for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.inputs, again.inputs)
    assert not np.array_equal(first.targets, other.targets)


def test_noise_changes_pixels_between_paper_and_ink() -> None:
    clean, noisy = (Trainer(images_config(noise=noise)).dataset.train.inputs for noise in (0, 20))
    assert (noisy.min(), noisy.max()) == (0, 1)
    inside = (clean > 0.45) & (clean < 0.55)
    assert (noisy - clean)[inside].std() == pytest.approx(0.2, rel=0.1)


def test_drawings_are_added_to_their_set_and_the_weights_stay() -> None:
    trainer = Trainer(images_config())
    trainer.run_epochs(1)
    before, epoch = trainer.network.parameters.copy(), trainer.epoch
    drawings = [SEVEN, {**SEVEN, "label": 1, "use": "test"}]
    assert trainer.change(trainer.config.changed({"drawings": drawings})) is Change.DATA
    train, test = trainer.dataset.train, trainer.dataset.test
    assert (len(train.targets), len(test.targets)) == (1438, 361)
    assert (train.targets[-1], test.targets[-1]) == (7, 1)
    np.testing.assert_array_equal(train.inputs[-1], np.array(SEVEN["pixels"]) / 16)
    np.testing.assert_array_equal(trainer.network.parameters, before)
    assert trainer.epoch == epoch
    trainer.run_epochs(1)
    assert trainer.divergence is None


@pytest.mark.parametrize(
    ("drawing", "expected"),
    [
        ({"label": 7, "pixels": [0] * 64}, "a drawing with ink"),
        ({"label": 10, "pixels": [1] * 64}, "less than 10"),
        ({"label": 7, "pixels": [1] * 63}, "exactly 64"),
        ({"label": 7, "pixels": [1] * 65}, "exactly 64"),
        ({"label": 7, "pixels": [17] * 64}, "less than or equal to 16"),
        ({"label": 7, "pixels": [0.5] * 64}, "valid integer"),
        ({"label": 7, "pixels": [1] * 64, "use": "both"}, "'train' or 'test'"),
    ],
)
def test_drawings_that_do_not_fit_are_refused(drawing: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValidationError) as error:
        images_config(drawings=[drawing])
    assert expected in str(error.value)


def test_between_points_and_images_all_layers_take_their_defaults() -> None:
    plane = TrainingConfig(hidden_layers=(5, 3), normalization=("batch_norm", "none"), batch_size=20)
    changed = plane.changed({"problem": "images"})
    assert changed == TrainingConfig(problem="images", batch_size=20)
    assert [layer.kind for layer in changed.layers] == ["conv", "max_pool", "conv", "max_pool", "dense"]
    assert changed.hidden_layers == ()
    assert changed.changed({"problem": "regression"}) == TrainingConfig(problem="regression", batch_size=20)


def test_images_may_be_read_by_dense_layers_in_the_short_form() -> None:
    config = TrainingConfig(problem="images", hidden_layers=(12,), learning_rate=0.1)
    trainer = Trainer(config)
    assert trainer.network.shape == (64, 12, 10)
    trainer.run_epochs(3)
    assert (trainer.metrics().test_accuracy or 0) > 0.5


def test_data_of_another_kind_is_refused() -> None:
    digits, plane = Trainer(images_config()).dataset, Trainer(TrainingConfig()).dataset
    with pytest.raises(InvalidValue, match="images of 8x8"):
        Trainer(images_config(), data=plane)
    with pytest.raises(InvalidValue, match="points of the plane"):
        Trainer(TrainingConfig(), data=digits)


def test_without_the_package_the_digits_say_how_to_install_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "find_spec", lambda _name: None)
    images.load_digits.cache_clear()
    assert not images.are_available()
    with pytest.raises(InvalidValue, match="pip install"):
        Trainer(images_config(data_seed=12345))
    monkeypatch.undo()
    images.load_digits.cache_clear()
    assert images.are_available()
