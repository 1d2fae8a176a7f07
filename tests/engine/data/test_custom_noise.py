"""Noise of custom points."""

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.data.datasets import Dataset
from engine.errors import InvalidValue
from engine.training.build import build_dataset
from engine.training.trainer import Change, Trainer

GRID = tuple((x / 4, y / 4, 1.0 if x > y else -1.0) for x in range(-20, 20) for y in range(-20, 20, 2))


def built(**settings: object) -> Dataset:
    return build_dataset(TrainingConfig.model_validate({"dataset": "own", "points": GRID, **settings}))


def rows_in(dataset: Dataset) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.concatenate([np.column_stack(part) for part in (dataset.train, dataset.test)])


def test_no_noise_gives_back_the_points_and_that_of_drawn_data_does_not_move_them() -> None:
    for plain in (built(), built(points_noise=0, noise=50), built(points_noise=0.0)):
        assert sorted(map(tuple, rows_in(plain).tolist())) == sorted(GRID)


@pytest.mark.parametrize("problem", ["classification", "regression"])
def test_the_seed_decides_how_points_are_moved_and_more_noise_moves_them_further(problem: str) -> None:
    plain, some, more, again, other = (
        rows_in(built(problem=problem, points_noise=noise, data_seed=seed))
        for noise, seed in ((0, 3), (10, 3), (40, 3), (10, 3), (10, 4))
    )
    np.testing.assert_array_equal(some, again)
    assert not np.array_equal(some, other)
    np.testing.assert_allclose(more - plain, 4 * (some - plain), atol=1e-9)  # the same order, and split
    moved = [2] if problem == "regression" else [0, 1]
    kept = [at for at in range(3) if at not in moved]
    np.testing.assert_array_equal(some[:, kept], plain[:, kept])
    deviation = (some - plain)[:, moved].std()
    assert deviation == pytest.approx(0.05 if problem == "regression" else 0.5, rel=0.1)


def test_a_point_that_is_added_does_not_move_the_others() -> None:
    before = {tuple(row) for row in rows_in(built(points_noise=30, points=GRID[:99])).tolist()}
    after = {tuple(row) for row in rows_in(built(points_noise=30, points=GRID[:100])).tolist()}
    assert len(after - before) == 1
    assert before < after


def test_a_training_takes_the_points_anew_when_their_noise_changes_and_has_them_back_without() -> None:
    config = TrainingConfig(dataset="own", points=GRID)
    trainer = Trainer(config)
    first = rows_in(trainer.dataset)
    assert trainer.change(config.changed({"points_noise": 20})) is Change.REBUILT
    assert not np.array_equal(rows_in(trainer.dataset), first)
    assert trainer.config.points == GRID
    trainer.change(trainer.config.changed({"points_noise": 0}))
    np.testing.assert_array_equal(rows_in(trainer.dataset), first)


def test_points_that_a_program_gave_have_no_noise() -> None:
    config = TrainingConfig(dataset="own", points=GRID)
    trainer = Trainer(config, data=build_dataset(config))
    with pytest.raises(InvalidValue, match="points_noise"):
        trainer.change(config.changed({"points_noise": 20}))
