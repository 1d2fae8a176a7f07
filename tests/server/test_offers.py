import pytest

from engine.catalogue import catalogue
from server.offers import SAMPLE, bounds, offered, points, problem_of, samples


def test_what_is_offered_is_the_engines_catalogue() -> None:
    assert offered() == catalogue()
    assert bounds("noise") == (0, 80)
    assert problem_of("plane") == "regression"
    assert problem_of("moons") is None


@pytest.mark.parametrize("name", list(catalogue()["datasets"]))
def test_samples_look_like_their_dataset(name: str) -> None:
    sample = samples()[name]
    assert len(sample) == SAMPLE
    assert {target > 0 for *_, target in sample} == {True, False}
    exact = points(name, noise=0, seed=0, count=SAMPLE)
    assert sample[0] == pytest.approx(exact[0], abs=0.0051)
