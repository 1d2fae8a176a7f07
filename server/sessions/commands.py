"""Applies clients' messages to a session, subject to the rules of a classroom."""

import secrets
from typing import assert_never

from pydantic import ValidationError

from engine.data.datasets import PLANE
from engine.errors import NoSuchNeuron, NoSuchParameter
from engine.reference.node_grids import check_node
from server.errors import wire_errors
from server.protocol import messages as wire
from server.protocol.inside import ApplyPoint, InspectPoint, MeasureLayers
from server.protocol.lessons import CheckLesson, FollowLesson
from server.protocol.quality import MeasureQuality
from server.protocol.race import EndRace, StartRace, SwapRival
from server.protocol.timeline import KeptMoments, LookBack
from server.sessions import inside
from server.sessions.client_view import ClientView, Delivery, ShownImage
from server.sessions.locks import rules_in_force
from server.sessions.quality import quality_report
from server.sessions.race_commands import end_race, start_race, swap_rival
from server.sessions.rules import SPEED, WEIGHTS, Rules, changed_settings
from server.sessions.session import Session
from server.sessions.training_run import StopCriterion


def handle(session: Session, view: ClientView, message: wire.AnyClientMessage) -> list[Delivery]:
    """Apply a client's message; a refused message changes nothing.

    Returns:
        the replies: the new state for each affected client, or an error for this client.
    """
    try:
        check_rules(session, message)
        return _apply(session, view, message)
    except ValidationError as problem:
        error = wire_errors.invalid(problem, ref=message.ref)
    except wire_errors.MessageError as problem:
        error = problem.error.model_copy(update={"ref": message.ref})
    return [Delivery(view, error)]


def execute(session: Session, *messages: wire.AnyClientMessage) -> None:
    """Apply messages that need no view (any but `watch`, `probe` and `visible`), all of them or none.

    Rules are checked for all messages first. Apart from that, only the first message may be refused.

    Raises:
        pydantic.ValidationError: a setting is not valid.
        server.errors.wire_errors.MessageError: a message is refused for another reason.
    """
    for message in messages:
        check_rules(session, message)
    view = ClientView(watch=session.output_node())
    for message in messages:
        _apply(session, view, message)


def _apply(session: Session, view: ClientView, message: wire.AnyClientMessage) -> list[Delivery]:
    match message:
        case wire.Open() | wire.Ack() | FollowLesson() | CheckLesson():
            return []  # handled by the websocket
        case wire.Visible(visible=visible):
            view.urgent = view.urgent or (visible and not view.visible)
            view.visible = visible
            return []
        case wire.Probe():
            _set_probe(session, view, message)
            return []
        case MeasureLayers(ref=ref):
            return [Delivery(view, inside.layer_report(session, ref))]
        case MeasureQuality(ref=ref):
            return [Delivery(view, quality_report(session, ref))]
        case InspectPoint(point=point, ref=ref):
            return [Delivery(view, inside.step_report(session, point, ref))]
        case ApplyPoint(point=point, ref=ref):
            applied = inside.applied_report(session, point, ref)
            return [Delivery(view, applied), *session.broadcast_state()]
        case wire.ShowImage():
            _show_image(session, view, message)
            return []
        case wire.Watch():
            _set_watch(session, view, message)
            return [Delivery(view, session.state(view))]
        case LookBack(epoch=epoch, ref=ref):
            return _look_back(session, view, epoch, ref)
        case wire.Play(until_epoch=until_epoch, until=until):
            session.control.play(until_epoch, StopCriterion.of(until))
        case wire.Pause():
            session.control.pause()
        case wire.Step(unit=unit, count=count):
            session.control.step(unit, count)
        case wire.Reset():
            session.reset()
        case wire.NewWeights(seed=seed):
            session.configure({"weights_seed": _seed(seed)}, restart=True)
        case wire.Regenerate(seed=seed):
            session.configure({"data_seed": _seed(seed)})
        case wire.Configure(changes=changes):
            session.configure(changes)
        case wire.SetSpeed(epochs_per_second=speed):
            session.speed = speed
        case StartRace(changes=changes):
            start_race(session, changes)
        case EndRace():
            end_race(session)
        case SwapRival():
            swap_rival(session)
        case wire.EditWeight() | wire.EditBias():
            _edit_parameter(session, message)
        case _:
            assert_never(message)
    session.look_back.end()
    return session.broadcast_state()


def _look_back(session: Session, view: ClientView, epoch: int | None, ref: int | None) -> list[Delivery]:
    """Pause, and show all clients an earlier epoch (None: the present); also reply with the kept epochs."""
    session.control.pause()
    session.look_back.go_to(epoch)
    answer = KeptMoments(epochs=tuple(session.loop.moments.epochs), shown=session.look_back.epoch, ref=ref)
    return [*session.broadcast_state(), Delivery(view, answer)]


def check_rules(session: Session, message: wire.AnyClientMessage) -> None:
    """Raise `MessageError` if the rules in force for a session forbid a message."""
    for rules in rules_in_force(session):
        _check_rules(session, rules, message)


def _check_rules(session: Session, rules: Rules, message: wire.AnyClientMessage) -> None:
    names: tuple[str, ...] = ()
    match message:
        case wire.Play() | wire.Step() | ApplyPoint() if rules.paused:
            raise wire_errors.paused()
        case ApplyPoint(point=point) if not inside.is_training_point(point):
            names = (WEIGHTS,)
        case wire.NewWeights():
            names = (WEIGHTS, "weights_seed")
        case wire.Regenerate():
            names = (WEIGHTS, "data_seed")
        case wire.EditWeight() | wire.EditBias():
            names = (WEIGHTS,)
        case wire.SetSpeed(epochs_per_second=speed) if speed != session.speed:
            names = (SPEED,)
        case wire.Configure(changes=changes):
            names = changed_settings(session.config, session.config.changed(changes))
    locked = rules.first_locked(names)
    if locked is not None:
        raise wire_errors.locked(locked, rules.reason)


def _set_probe(session: Session, view: ClientView, message: wire.Probe) -> None:
    if session.config.image and message.x1 is not None:
        raise wire_errors.other_problem(takes_images=True, ref=message.ref)
    for field, value in (("x1", message.x1), ("x2", message.x2)):
        if value is not None and abs(value) > PLANE:
            raise wire_errors.invalid_value(
                field, value, f"a number from {-PLANE:g} to {PLANE:g}", ref=message.ref
            )
    view.urgent = True
    view.probe = None if message.x1 is None or message.x2 is None else (message.x1, message.x2)


def _show_image(session: Session, view: ClientView, message: wire.ShowImage) -> None:
    if not session.config.image:
        raise wire_errors.other_problem(takes_images=False, ref=message.ref)
    dataset = session.trainer.dataset
    if message.pixels is None:
        count = len((dataset.train if message.set == "train" else dataset.test).targets)
        if message.index >= count:
            raise wire_errors.invalid_value(
                "index", message.index, f"an image from 0 to {count - 1}", ref=message.ref
            )
    view.urgent = True
    view.image = ShownImage(message.set, message.index, message.pixels)


def _set_watch(session: Session, view: ClientView, message: wire.Watch) -> None:
    node = session.output_node()
    if message.layer is not None:
        try:
            check_node(session.trainer.network, message.layer, message.neuron)
        except NoSuchNeuron as problem:
            raise wire_errors.no_such_neuron(problem, ref=message.ref) from None
        node = (message.layer, message.neuron)
    view.urgent = True
    view.watch, view.follows_output = node, message.layer is None


def _edit_parameter(session: Session, message: wire.EditWeight | wire.EditBias) -> None:
    trainer = session.trainer
    position = {"layer": message.layer, "neuron": message.neuron}
    try:
        if isinstance(message, wire.EditBias):
            trainer.set_bias(message.layer, message.neuron, message.value)
        else:
            position["source"] = message.source
            trainer.set_weight(message.layer, message.source, message.neuron, message.value)
    except NoSuchParameter as problem:
        raise wire_errors.no_such_parameter(problem, dict(position), ref=message.ref) from None
    session.mark_edited()


def _seed(wanted: int | None) -> int:
    """Return the wanted seed, or a random one for None."""
    return secrets.randbelow(2**32) if wanted is None else wanted
