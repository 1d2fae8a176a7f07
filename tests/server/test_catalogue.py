import base64

import numpy as np
import pytest

from engine.catalogue import catalogue
from server.catalogue import (
    SAMPLE_POINTS,
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


@pytest.mark.parametrize("name", generated_datasets())
def test_samples_look_like_their_dataset(name: str) -> None:
    sample = np.frombuffer(base64.b64decode(samples()[name]), np.int8).reshape(SAMPLE_POINTS, 3)
    exact = np.array(points(name, noise=0, seed=0, count=SAMPLE_POINTS))
    np.testing.assert_allclose(sample[:, :2] / 20, np.clip(exact[:, :2], -6.35, 6.35), atol=0.0251)
    several = problem_of(name) == "multiclass"
    targets = exact[:, 2] if several else np.clip(exact[:, 2], -1, 1) * 127
    np.testing.assert_allclose(sample[:, 2], targets, atol=0.51)
    assert len(set(sample[:, 2])) >= 2
