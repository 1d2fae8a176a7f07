from itertools import pairwise

import numpy as np
import pytest

from engine.kernels import fields
from engine.kernels.codes import LINEAR, TANH
from engine.kernels.memory_layout import ACROSS_NEURONS, ACROSS_POINTS, LANES, Plan, make, padded

LAYOUTS = (ACROSS_POINTS, ACROSS_NEURONS)


def plan(shape: tuple[int, ...], points: int, batch_size: int, layout: int | None, slots: int = 2) -> Plan:
    rng = np.random.default_rng(3)
    inputs, targets = rng.normal(size=(points, shape[0])), rng.normal(size=(points, shape[-1]))
    codes = [TANH] * (len(shape) - 2) + [LINEAR]
    return make(shape, codes, inputs, targets, batch_size, slots, layout)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("shape", [(2, 1), (2, 4, 2, 1), (12, 9, 17, 8), (1, 64, 3)])
def test_each_parameter_has_its_own_offset_and_weights_are_marked(
    shape: tuple[int, ...], layout: int
) -> None:
    made = plan(shape, 13, 4, layout)
    assert len(set(made.parameter_offsets)) == len(made.parameter_offsets)
    size, mask = made.header[fields.SIZE], made.header[fields.MASK]
    assert made.parameter_offsets.max() < size
    is_weight = []
    for inputs, neurons in pairwise(shape):
        is_weight += [1] * (inputs * neurons) + [0] * neurons
    np.testing.assert_array_equal(made.workspace[mask + made.parameter_offsets], is_weight)
    assert made.workspace[mask : mask + size].sum() == sum(is_weight)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_all_arrays_begin_at_vector_boundaries(layout: int) -> None:
    made = plan((3, 5, 1), 13, 4, layout)
    assert made.workspace.ctypes.data % (8 * LANES) == 0
    for field in (
        fields.SIZE,
        fields.PRUNED,
        fields.KEPT,
        fields.GRADIENT,
        fields.MASK,
        fields.PARTS,
        fields.DATA,
    ):
        assert made.header[field] % LANES == 0


def test_padding_lanes_repeat_the_last_point_and_are_not_counted() -> None:
    made = plan((1, 1), 3, 2, ACROSS_POINTS)
    step = made.header[fields.DATA_STEP]
    first, second = made.workspace[made.header[fields.DATA] :][: 2 * step].reshape(2, 3, 8)
    assert (first[0, 1:] == first[0, 1]).all()
    assert (second[0] == second[0, 0]).all()
    np.testing.assert_array_equal(first[2], [1, 1, 0, 0, 0, 0, 0, 0])
    np.testing.assert_array_equal(second[2], [1, 0, 0, 0, 0, 0, 0, 0])


def test_narrow_layers_are_vectorized_over_points_and_wide_ones_over_neurons() -> None:
    assert plan((2, 4, 2, 1), 250, 10, None).header[fields.LAYOUT] == ACROSS_POINTS
    assert plan((7, 8, 8, 8, 1), 250, 10, None).header[fields.LAYOUT] == ACROSS_NEURONS
    assert plan((7, 8, 8, 8, 1), 250, 1, None).header[fields.LAYOUT] == ACROSS_NEURONS


def test_padded_rounds_up_to_whole_vectors() -> None:
    assert [padded(count) for count in (0, 1, 8, 9)] == [0, 8, 8, 16]
