"""Compiled training compared with the reference, in both memory layouts."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.config import TrainingConfig
from engine.kernels.memory_layout import ACROSS_NEURONS, ACROSS_POINTS
from tests.engine.factories import configs, data_for
from tests.engine.loop_pair import LoopPair, amplifies_rounding, kernels_loaded  # noqa: F401 - a fixture

LAYOUTS = (ACROSS_POINTS, ACROSS_NEURONS)


TRAININGS = {
    # Slow and divided by no tiny numbers, so that rounding stays what it is.
    "config": configs(largest_layer=11, learning_rate=1e-3, epsilon=1e-2, regularization_rate=0.02),
    "layout": st.sampled_from(LAYOUTS),
    "points": st.integers(1, 50),
    "pieces": st.lists(st.integers(1, 60), min_size=1, max_size=3),
}


@pytest.mark.medium
@pytest.mark.parametrize("examples", [40, pytest.param(600, marks=pytest.mark.slow)])
def test_both_engines_train_alike(examples: int) -> None:
    @given(**TRAININGS)
    @settings(max_examples=examples)
    def check(config: TrainingConfig, layout: int, points: int, pieces: list[int]) -> None:
        data = data_for(config, points)
        assume(not amplifies_rounding(config, data, sum(pieces)))
        both = LoopPair(config, data, layout)
        for count in pieces:
            kept, kept_too = both.run_batches(count)
            assert kept == kept_too
            both.check()

    check()
