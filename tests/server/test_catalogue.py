import numpy as np
import pytest

from engine.catalogue import catalogue
from server.catalogue import (
    SAMPLE_MAX,
    SAMPLE_POINTS,
    SAMPLE_TARGET,
    SAMPLE_UNIT,
    SAMPLE_ZERO,
    bounds,
    generated_datasets,
    get_catalogue,
    points,
    problem_of,
    samples,
)


def test_the_catalogue_is_that_of_the_engine() -> None:
    assert get_catalogue() == catalogue()
    assert bounds("noise") == (0, 80)
    assert problem_of("plane") == "regression"
    assert problem_of("blobs") == "multiclass"
    assert problem_of("stars") is None


def test_custom_points_have_no_generator() -> None:
    assert problem_of("own") is None
    assert set(generated_datasets()) == set(catalogue()["datasets"]) - {"own"}


@pytest.mark.parametrize("name", [name for name in generated_datasets() if name != "digits"])
def test_samples_look_like_their_dataset(name: str) -> None:
    text = samples()[name]
    assert len(text) == len(text.encode()) == 3 * SAMPLE_POINTS
    sample = (np.frombuffer(text.encode(), np.uint8).astype(int) - SAMPLE_ZERO).reshape(3, SAMPLE_POINTS).T
    exact = np.array(points(name, noise=0, seed=0, count=SAMPLE_POINTS))
    coordinates = np.clip(exact[:, :2], -6, 6)
    np.testing.assert_allclose(sample[:, :2] / SAMPLE_UNIT, coordinates, atol=0.51 / SAMPLE_UNIT)
    several = problem_of(name) == "multiclass"
    targets = exact[:, 2] if several else np.clip(exact[:, 2] * SAMPLE_TARGET, -SAMPLE_MAX, SAMPLE_MAX)
    np.testing.assert_allclose(sample[:, 2], targets, atol=0.51)
    assert len(set(sample[:, 2])) >= 2
