import pytest

from engine.config import TrainingConfig
from engine.training.trainer import Trainer
from server.errors.wire_errors import MessageError
from server.limits import training_size
from server.limits.training_size import Tally, Throttle, Verdict, neighbourhood


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("unix", "unix"),
        (None, ""),
    ],
)
def test_what_an_address_counts_as(address: str | None, counts_as: str) -> None:
    assert neighbourhood(address) == counts_as


def test_a_tally_counts_in_all_and_by_address() -> None:
    tally = Tally(3, 2)
    tally.add("a")
    tally.add("a")
    assert tally.full_for("a")
    assert not tally.full_for("b")
    tally.add("")
    assert (tally.full, tally.full_for("")) == (True, False)
    tally.remove("a")
    assert (tally.full, tally.full_for("a"), len(tally)) == (False, False, 2)


def test_a_tenth_more_is_in_reserve() -> None:
    tally = Tally(20, 20)
    for _ in range(22):
        assert not tally.overfull
        tally.add("a")
    assert tally.full
    assert tally.overfull


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_page_that_sends_as_much_as_it_may_is_never_held_up() -> None:
    clock = Clock()
    throttle = Throttle(100, clock)
    for _ in range(1000):
        clock.now += 0.0101
        assert throttle.judge() == (Verdict.TAKEN, 0)
    clock.now += 10
    assert {throttle.judge()[0] for _ in range(200)} == {Verdict.TAKEN}


def test_one_that_sends_more_is_slowed_then_refused_then_let_go() -> None:
    clock = Clock()
    throttle = Throttle(100, clock)
    verdicts: list[Verdict] = []
    while not verdicts or verdicts[-1] is not Verdict.FLOOD:
        verdict, wait = throttle.judge()
        verdicts.append(verdict)
        clock.now += wait
        assert (wait > 0) == (verdict is Verdict.SLOWED)
    assert list(dict.fromkeys(verdicts)) == list(Verdict)
    assert verdicts.count(Verdict.SLOWED) == verdicts.count(Verdict.REFUSED) == 200
    assert clock.now == pytest.approx(2)


def test_a_rest_makes_good() -> None:
    clock = Clock()
    throttle = Throttle(100, clock)
    for _ in range(10):
        for _ in range(350):
            verdict, wait = throttle.judge()
            clock.now += wait
            assert verdict in {Verdict.TAKEN, Verdict.SLOWED}
        clock.now += 2


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    clock = Clock()
    throttle = Throttle(1, clock)
    clock.now = -1000
    assert [throttle.judge()[0] for _ in range(3)] == [Verdict.TAKEN, Verdict.TAKEN, Verdict.SLOWED]


@pytest.mark.parametrize("layers", [(), (4, 2), (8, 8, 8)])
def test_the_size_of_a_network_is_known_before_it_is_built(layers: tuple[int, ...]) -> None:
    config = TrainingConfig().changed({"hidden_layers": list(layers)})
    assert training_size.parameters_of(config) == Trainer(config).network.parameters.size


def test_what_is_too_large_is_said_with_its_size_and_the_limit() -> None:
    with pytest.raises(MessageError) as refused:
        training_size.check_network(TrainingConfig(), 5, ref=3)
    error = refused.value.error
    assert (error.code, error.field, error.ref) == ("too_large", "hidden_layers", 3)
    assert error.expected == "at most 5 weights and biases"
    training_size.check_network(TrainingConfig(), 1000)
    training_size.check_points(10, 10)
    training_size.check_epochs(10, 10)
    with pytest.raises(MessageError, match="at most 10 points, got 11"):
        training_size.check_points(11, 10)
    with pytest.raises(MessageError, match="at most 10 epochs, got 11"):
        training_size.check_epochs(11, 10)
    assert training_size.too_fast(5).code == "too_fast"
    assert training_size.address_full(5).error.code == "address_full"
