import math
from collections.abc import Callable
from typing import Any

import pytest

from engine.config import TrainingConfig
from engine.errors import InvalidValue
from engine.state import Metrics
from server.protocol import messages as wire
from server.sessions.commands import execute
from server.sessions.custom_values import set_parameters
from server.sessions.session import Session
from server.sessions.training_run import StopCriterion, TrainingRun

METRICS = Metrics(train_loss=0.1, test_loss=0.2, train_accuracy=0.9, test_accuracy=0.8)


def never() -> bool:
    return False


def always() -> bool:
    return True


@pytest.mark.parametrize(
    ("goal", "reached"),
    [
        (StopCriterion(), False),
        (StopCriterion(train_loss=0.1), True),
        (StopCriterion(train_loss=0.09), False),
        (StopCriterion(test_loss=0.2, test_accuracy=0.8), True),
        (StopCriterion(test_loss=0.2, test_accuracy=0.81), False),
        (StopCriterion(train_accuracy=0.9), True),
    ],
)
def test_a_stop_criterion_needs_all_its_conditions(goal: StopCriterion, reached: bool) -> None:
    assert goal.is_met(METRICS) == reached


def test_without_an_accuracy_none_is_reached() -> None:
    assert not StopCriterion(test_accuracy=0.0).is_met(Metrics(0.1, 0.1, None, None))


def test_a_score_is_asked_for_only_if_the_criterion_has_one() -> None:
    assert StopCriterion(score=0.3).is_met(METRICS, lambda: 0.3)
    assert not StopCriterion(score=0.3).is_met(METRICS, lambda: 0.4)
    assert StopCriterion(test_loss=0.2).is_met(METRICS, lambda: pytest.fail("not needed"))


def start_run(training_run: TrainingRun, **settings: object) -> Session:
    session = Session(TrainingConfig().changed(settings), playing=True)
    session.start_run(training_run)
    assert (session.playing, session.busy) == (False, True)
    return session


def test_a_training_run_records_every_loss() -> None:
    training_run = TrainingRun("epoch", 30)
    session = start_run(training_run)
    assert session.do_work(never, stride=8) == 30
    assert (training_run.ended.result(0), training_run.left, session.busy) == ("done", 0, False)
    assert session.history.points()["epoch"].tolist() == list(range(31))


def test_a_training_run_can_be_done_in_slices() -> None:
    training_run = TrainingRun("batch", 30)
    session = start_run(training_run)
    while session.busy:
        session.do_work(always)
    assert (session.trainer.epoch, session.trainer.batch) == (1, 5)
    assert training_run.ended.result(0) == "done"


def test_a_training_run_ends_as_soon_as_its_criterion_is_met() -> None:
    training_run = TrainingRun("epoch", 1000, StopCriterion(test_loss=0.1))
    session = start_run(training_run)
    session.do_work(never)
    assert training_run.ended.result(0) == "reached"
    assert 0 < training_run.done < 1000
    losses = session.history.points()["test"]
    assert losses[-1] <= 0.1 < losses[-2]
    again = TrainingRun("epoch", 1000, StopCriterion(test_loss=0.1))
    session.start_run(again)
    session.do_work(never)
    assert (again.ended.result(0), again.done) == ("reached", 0)


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("asked", [never, always], ids=["at once", "in pieces"])
@pytest.mark.parametrize(
    ("criterion", "config"),
    [
        (StopCriterion(test_loss=0.1), {}),
        (StopCriterion(train_loss=0.12, test_loss=0.2), {"dropout": [0.2, 0.0], "optimizer": "adam"}),
        (StopCriterion(test_loss=0.3, train_accuracy=0.97), {}),
        (StopCriterion(test_loss=0.3, score=0.05), {"learning_rate": 0.1}),
        (StopCriterion(train_accuracy=0.99, test_accuracy=0.95), {}),
        (StopCriterion(test_accuracy=0.9), {"problem": "multiclass"}),
        (StopCriterion(test_accuracy=0.9), {"problem": "regression"}),
        (StopCriterion(score=0.05), {"learning_rate": 0.1}),
        (StopCriterion(score=0.1), {"output_activation": "sigmoid", "loss": "squared_error"}),
        (StopCriterion(score=0.1, test_accuracy=0.9), {"output_activation": "sigmoid",
                                                       "loss": "cross_entropy"}),
        (StopCriterion(test_loss=0.01), {"problem": "regression", "regularization": "l1",
                                         "regularization_rate": 0.001}),
        (StopCriterion(test_loss=1e-9), {"problem": "regression", "learning_rate": 3.0}),
        (StopCriterion(train_loss=0.01), {"dataset": "spiral"}),
    ],
)  # fmt: skip
def test_a_criterion_is_met_at_the_same_epoch_as_if_each_were_looked_at(
    criterion: StopCriterion, config: dict[str, Any], asked: Callable[[], bool]
) -> None:
    def is_met(session: Session) -> bool:
        return criterion.is_met(session.metrics(), session.loop.score)

    training_run = TrainingRun("epoch", 400, criterion)
    session, expected = start_run(training_run, **config), Session(TrainingConfig().changed(config))
    while session.training_run is not None:
        session.do_work(asked)
    for _ in range(400):
        if is_met(expected) or expected.trainer.divergence is not None:
            break
        expected.train(1, never)
    diverged = expected.trainer.divergence is not None
    reason = "diverged" if diverged else "reached" if is_met(expected) else "done"
    assert (training_run.ended.result(0), session.trainer.epoch) == (reason, expected.trainer.epoch)
    ours, theirs = session.trainer.network.parameters, expected.trainer.network.parameters
    assert ours.tolist() == theirs.tolist()
    assert session.metrics() == expected.metrics()
    assert diverged or training_run.done == session.trainer.epoch
    assert session.history.points().tolist() == expected.history.points().tolist()


def test_a_diverging_training_run_ends_as_diverged() -> None:
    training_run = TrainingRun("epoch", 1000)
    session = start_run(training_run, problem="regression", learning_rate=100.0)
    session.do_work(never)
    assert training_run.ended.result(0) == "diverged"
    assert math.isfinite(session.metrics().train_loss)


@pytest.mark.parametrize(
    "message",
    [wire.Play(), wire.Pause(), wire.Reset(), wire.NewWeights(seed=1), wire.Step(unit="epoch")],
    ids=lambda message: message.type,
)
def test_another_command_interrupts_a_training_run(message: wire.AnyClientMessage) -> None:
    training_run = TrainingRun("epoch", 1000)
    session = start_run(training_run)
    execute(session, message)
    assert training_run.ended.result(0) == "interrupted"
    assert session.training_run is None


def test_a_second_training_run_interrupts_the_first() -> None:
    first, second = TrainingRun("epoch", 1000), TrainingRun("epoch", 2)
    session = start_run(first)
    session.start_run(second)
    session.do_work(never)
    assert (first.ended.result(0), second.ended.result(0)) == ("interrupted", "done")


def test_a_new_learning_rate_does_not_end_a_training_run() -> None:
    training_run = TrainingRun("epoch", 10)
    session = start_run(training_run)
    execute(session, wire.Configure(changes={"learning_rate": 0.1}))
    session.do_work(never)
    assert training_run.ended.result(0) == "done"


def test_all_parameters_are_set_at_once() -> None:
    session = Session(TrainingConfig())
    count, before = session.trainer.network.parameters.size, session.revision
    set_parameters(session, [0.5] * count)
    assert session.trainer.network.parameters.tolist() == [0.5] * count
    assert session.revision > before
    with pytest.raises(InvalidValue):
        set_parameters(session, [0.5] * (count - 1))
