import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config import TrainingConfig
from server.limits import build_work
from server.limits.build_work import BuildLimiter, change_work, declared_parameters, open_work
from server.limits.rate_limits import AddressRates, TokenBucket
from server.limits.training_size import parameters_of
from server.protocol import messages as wire
from server.protocol.inside import MeasureLayers
from server.protocol.lessons import CheckLesson, FollowLesson

LARGE_LAYERS = [64] * 16


def test_networks_of_the_page_cost_nothing() -> None:
    page = parameters_of(TrainingConfig().changed({"hidden_layers": [8] * 6, "problem": "multiclass"}))
    assert open_work(page) == 0
    changes = {"hidden_layers": [8] * 6}
    assert change_work(wire.Configure(changes=changes), page) == 0
    assert change_work(wire.Reset(), page) == 0


def test_a_change_costs_what_the_larger_of_both_networks_costs() -> None:
    large = declared_parameters({"hidden_layers": LARGE_LAYERS})
    assert open_work(large) > 100
    shrink, grow = (
        wire.Configure(changes={"hidden_layers": [2]}),
        wire.Configure(changes={"hidden_layers": LARGE_LAYERS}),
    )
    assert change_work(shrink, large) == change_work(grow, 10) == change_work(wire.NewWeights(), large) > 0
    assert change_work(wire.Play(), large) == 0


def test_many_points_cost_and_those_that_a_person_draws_do_not() -> None:
    drawn, many = ({"points": [[0, 0, 1]] * count} for count in (200, 1000))
    assert change_work(wire.Configure(changes=drawn), 20) == open_work(20, drawn) == 0
    assert change_work(wire.Configure(changes=many), 20) == open_work(20, many) > 1


def test_steps_of_lessons_cost_what_looking_inside_costs() -> None:
    for parameters in (20, 100_000):
        look = change_work(MeasureLayers(), parameters)
        assert change_work(FollowLesson(lesson="neuron"), parameters) == look > 0
        assert change_work(CheckLesson(), parameters) == look


@given(
    st.dictionaries(
        st.sampled_from(["hidden_layers", "features"]), st.integers() | st.lists(st.integers() | st.none())
    )
)
def test_layers_that_are_not_valid_cost_nothing_or_little(changes: dict[str, object]) -> None:
    assert 0 <= declared_parameters(changes) < 10**9


@pytest.mark.anyio
async def test_pages_of_one_address_wait_for_each_others_work(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    rate = build_work.BUILD_RATE
    shared = AddressRates(TokenBucket(1, 1, lambda: 0.0), TokenBucket(2 * rate, rate, lambda: 0.0))
    pages = [BuildLimiter(lambda: 0.0) for _ in range(60)]
    admitted = [await page.wait(rate / 2, shared) for page in pages]
    assert waits == [pytest.approx(0.5 * (number + 1)) for number in range(len(waits))]
    assert max(waits) <= build_work.MAX_BUILD_WAIT
    assert admitted == [True] * admitted.count(True) + [False] * admitted.count(False)
    assert 20 < admitted.count(True) < 60
    assert await BuildLimiter(lambda: 0.0).wait(rate, None), "another address"
