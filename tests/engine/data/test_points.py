import numpy as np
import pytest

from engine.data.points import Dataset, Points
from engine.errors import InvalidValue


def test_a_dataset_is_created_from_lists_and_is_immutable() -> None:
    dataset = Dataset(Points([[1, 2]], [1]), Points([[3, 4], [5, 6]], [1, -1]))  # type: ignore[arg-type]
    assert dataset.test.inputs.shape == (2, 2)
    assert dataset.train.targets.dtype == np.float64
    for array in (*dataset.train, *dataset.test):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 3


def test_a_dataset_copies_its_arrays() -> None:
    inputs, targets = np.zeros((2, 2)), np.ones(2)
    dataset = Dataset(Points(inputs, targets), Points(inputs, targets))
    inputs[:], targets[:] = 7, 7
    assert not dataset.train.inputs.any()
    assert (dataset.test.targets == 1).all()


WRONG: list[tuple[object, object]] = [
    ([], []),
    ([[1, 2, 3]], [1]),
    ([[1, 2]], [1, 1]),
    ([1, 2], [1, 2]),
    (1, 1),
    ([[1, 2]], [[1]]),
    ([[1, 2], [3]], [1, 1]),
    ([["a", "b"]], [1]),
    ([[1, float("nan")]], [1]),
    ([[1, 2]], [float("inf")]),
]


@pytest.mark.parametrize(("inputs", "targets"), WRONG)
def test_data_of_a_wrong_shape_or_not_finite_is_refused(inputs: object, targets: object) -> None:
    good, bad = Points(np.zeros((1, 2)), np.ones(1)), Points(inputs, targets)  # type: ignore[arg-type]
    with pytest.raises(InvalidValue, match="test: expected"):
        Dataset(good, bad)
    with pytest.raises(InvalidValue, match="train: expected"):
        Dataset(bad, good)
