"""How good a network is, as a client asks for it."""

import json

from engine.config import TrainingConfig
from server.protocol.messages import Error
from server.protocol.quality import MeasureQuality, QualityReport
from server.sessions.commands import handle
from server.sessions.quality import MAX_REPORTED_POINTS, network_quality
from server.sessions.session import Session


def test_the_reply_tells_at_most_a_hundred_wrong_points_and_how_many_there_are() -> None:
    session = Session(TrainingConfig(dataset="xor", hidden_layers=(), noise=50))
    view, _ = session.attach()
    (told,) = handle(session, view, MeasureQuality(ref=3))
    assert isinstance(told.message, QualityReport)
    assert told.message.ref == 3
    test, all_of_test = told.message.quality.test, network_quality(session.trainer).test
    assert test.wrong == len(all_of_test.worst) > MAX_REPORTED_POINTS
    assert test.worst == all_of_test.worst[:MAX_REPORTED_POINTS]


def test_numbers_that_are_not_finite_are_null_in_the_reply() -> None:
    session = Session(TrainingConfig(problem="regression", dataset="plane", activation="relu"))
    session.trainer.network.parameters[:] = 1e300
    told = json.loads(network_quality(session.trainer).model_dump_json())
    assert told["train"]["rmse"] is None
    assert {each["loss"] for each in told["train"]["worst"]} == {None}


def test_a_network_that_takes_images_refuses() -> None:
    session = Session(TrainingConfig(problem="images"))
    view, _ = session.attach()
    (told,) = handle(session, view, MeasureQuality(ref=4))
    assert isinstance(told.message, Error)
    assert (told.message.code, told.message.ref) == ("other_problem", 4)
