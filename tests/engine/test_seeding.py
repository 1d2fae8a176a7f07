import numpy as np
import pytest

from engine.seeding import Purpose, stream


@pytest.mark.parametrize("purpose", Purpose)
def test_a_seed_gives_the_same_numbers_each_time(purpose: Purpose) -> None:
    np.testing.assert_array_equal(stream(7, purpose).random(5), stream(7, purpose).random(5))


def test_purposes_and_seeds_have_nothing_in_common() -> None:
    drawn = [stream(seed, purpose).random(500) for seed in (0, 1, 2**32 - 1) for purpose in Purpose]
    correlations = np.abs(np.corrcoef(drawn) - np.eye(len(drawn)))
    assert correlations.max() < 0.2


def test_a_seed_means_the_same_numbers_for_ever() -> None:
    data, weights = (stream(1, purpose).bit_generator for purpose in (Purpose.DATA, Purpose.WEIGHTS))
    assert data.random_raw(2).tolist() == [12894911395248688958, 3215922745726220339]
    assert weights.random_raw(2).tolist() == [8776306313781188346, 11078900580537398888]
