"""Updates of one weight under penalties, computed by hand."""

from typing import Any

import numpy as np

from tests.engine.reference.training_case import single_weight


def test_l2_shrinks_the_weight_as_it_was_before_the_step() -> None:
    case = single_weight(2, [1], [0], regularization="l2", regularization_rate=0.5)
    case.moved()
    # Gradient at w: (2 - 0) * 1 = 2; mid = 2 - 0.2; new = mid - 0.05 * 2. The bias has no penalty.
    np.testing.assert_allclose(case.network.parameters, [1.7, -0.2])


def l1_step(weight: float, target: float, strength: float, *, pruned: bool = False) -> tuple[float, bool]:
    """Train one weight for one mini-batch under L1, at x = 1; return it, and whether it is pruned."""
    case = single_weight(weight, [1], [target], regularization="l1", regularization_rate=10 * strength)
    case.state.pruned[0] = pruned
    case.moved()
    return round(float(case.network.parameters[0]), 12), bool(case.state.pruned[0])


def test_l1_moves_a_weight_towards_0_by_its_sign() -> None:
    assert l1_step(2, 2, 0.05) == (1.95, False)
    assert l1_step(-2, -2, 0.05) == (-1.95, False)
    assert l1_step(0, 0, 0.05) == (0, False)


def test_a_weight_that_l1_carries_across_0_is_pruned() -> None:
    assert l1_step(0.03, 0.03, 0.05) == (0, True)
    assert l1_step(-0.03, -0.03, 0.05) == (0, True)


def test_a_weight_that_the_data_carries_across_0_is_not_pruned() -> None:
    # mid = 0.1 - 0.1 * (0.1 + 2.9) = -0.2, and the pull by the old sign takes it further.
    assert l1_step(0.1, -2.9, 0.05) == (-0.25, False)


def test_a_weight_that_becomes_exactly_0_is_not_pruned() -> None:
    assert l1_step(0.5, 0.5, 0.5) == (0, False)


def test_a_pruned_weight_stays_0() -> None:
    assert l1_step(0, 5, 0.05, pruned=True) == (0, True)


def test_the_elastic_net_combines_l1_and_l2() -> None:
    penalty: dict[str, Any] = {"regularization": "elastic_net", "regularization_rate": 0.5, "l1_ratio": 0.2}
    case = single_weight(2, [1], [2], **penalty)
    case.moved()
    # The gradient is 0; 0.1 * 0.5 * (0.2 sign(2) + 0.8 * 2) = 0.09.
    np.testing.assert_allclose(case.network.parameters, [1.91, 0])
