"""A session trains in slices, by epochs and by batches, and records its losses."""

import math

from server.protocol import messages as wire
from server.sessions.client_view import ClientView
from server.sessions.commands import handle
from server.sessions.session import Session
from server.sessions.training_control import PendingSteps
from server.sessions.training_loop import MAX_STEPS
from tests.server.sessions.session_client import SMALL, after, frame, never, state


def test_training_stops_at_the_limit_and_keeps_every_loss(session: Session, view: ClientView) -> None:
    assert session.train(5, never) == 5
    assert session.history.points()["epoch"].tolist() == [0, 1, 2, 3, 4, 5]
    assert session.is_stale(view)
    assert frame(session, view).epoch == 5


def test_training_stops_when_its_stop_function_says_so(session: Session) -> None:
    assert 1 <= session.train(math.inf, after(3)) < 10_000  # it is asked after a millisecond's epochs
    assert session.train(math.inf, after(1), by_batch=True) == 0
    assert session.trainer.batch == 1


def test_an_epoch_can_be_spread_over_several_calls(session: Session, view: ClientView) -> None:
    for _ in range(24):
        assert session.train(1, after(1), by_batch=True) == 0
    assert frame(session, view).batch == 24
    assert session.train(1, after(1), by_batch=True) == 1
    whole = Session(SMALL)
    whole.train(1, never)
    assert (whole.trainer.network.parameters == session.trainer.network.parameters).all()


def test_losses_are_kept_at_the_stride(session: Session) -> None:
    session.train(10, never, stride=4)
    assert session.history.points()["epoch"].tolist() == [0, 4, 8]
    assert session.train(3, never, stride=4) == 3
    assert session.history.points()["epoch"].tolist() == [0, 4, 8, 12]


def test_steps_pause_and_add_up(session: Session, view: ClientView) -> None:
    handle(session, view, wire.Play())
    assert not state(handle(session, view, wire.Step(unit="epoch", count=2))).playing
    handle(session, view, wire.Step(unit="epoch"))
    assert session.work == PendingSteps("epoch", 3)
    assert [session.do_work(never), session.do_work(never)] == [3, 0]
    assert session.work is None


def test_steps_are_done_over_several_calls(session: Session, view: ClientView) -> None:
    handle(session, view, wire.Step(unit="epoch", count=1000))
    done = session.do_work(after(1))
    assert 1 <= done < 1000
    assert session.work == PendingSteps("epoch", 1000 - done)


def test_batches_step_through_an_epoch(session: Session, view: ClientView) -> None:
    handle(session, view, wire.Step(unit="batch", count=24))
    assert session.do_work(never) == 0
    assert (session.trainer.epoch, session.trainer.batch) == (0, 24)
    handle(session, view, wire.Step(unit="batch", count=2))
    assert session.do_work(never) == 1
    assert (session.trainer.epoch, session.trainer.batch) == (1, 1)
    handle(session, view, wire.Step(unit="epoch"))
    assert session.do_work(never) == 1
    assert (session.trainer.epoch, session.trainer.batch) == (2, 0)
    assert session.history.points()["epoch"].tolist() == [0, 1, 2]


def test_pending_steps_are_limited_and_other_commands_discard_them(
    session: Session, view: ClientView
) -> None:
    for _ in range(MAX_STEPS // 1000 + 5):
        handle(session, view, wire.Step(unit="epoch", count=1000))
    assert session.work == PendingSteps("epoch", MAX_STEPS)
    handle(session, view, wire.Step(unit="batch"))
    assert session.work == PendingSteps("batch", 1)
    for message in (wire.Pause(), wire.Play(), wire.Reset()):
        handle(session, view, wire.Step(unit="epoch", count=1000))
        handle(session, view, message)
        assert session.work is None
