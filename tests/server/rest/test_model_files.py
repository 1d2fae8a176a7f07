"""Files of models: a training that leaves and comes back trains on as it would have, bit for bit."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core import to_json

from engine.config import TrainingConfig
from engine.data.datasets import Dataset, Points
from engine.errors import InvalidValue
from server.rest import model_schemas
from server.rest.model_files import model_file, validate_model
from server.rest.model_schemas import ModelFile
from server.sessions.session import Session
from server.sessions.trained_model import capture_model
from tests.engine.chain_configs import chain_configs
from tests.engine.factories import configs
from tests.support.hostile_names import names


def trained(config: TrainingConfig, epochs: int = 3, batches: int = 2, **given: Any) -> Session:
    """Return a session in the middle of an epoch."""
    session = Session(config, **given)
    go_on(session, epochs, batches)
    return session


def go_on(session: Session, epochs: int, batches: int) -> None:
    session.train(epochs, lambda: False)
    for _ in range(batches):
        session.trainer.step()
    session.loop.on_network_changed()
    session.measure()


def text_of(session: Session) -> str:
    return json.dumps(model_file(capture_model(session), "a model"), allow_nan=False)


def back(text: str) -> Session:
    return validate_model(ModelFile.model_validate_json(text), max_points=10_000).create()


def assert_equal(one: Session, other: Session) -> None:
    ours, theirs = one.trainer.snapshot(), other.trainer.snapshot()
    for name in ("parameters", "pruned", "optimizer_state", "buffers"):
        assert np.array_equal(getattr(ours.state, name), getattr(theirs.state, name), equal_nan=True), name
    for name in ("steps", "epoch", "batch", "points", "cut_epochs"):
        assert getattr(ours.state, name) == getattr(theirs.state, name), name
    assert (ours.batch_size, ours.divergence) == (theirs.batch_size, theirs.divergence)
    assert one.config == other.config
    assert one.metrics() == other.metrics()
    assert (one.history.points() == other.history.points()).all()
    assert one.history.details() == other.history.details()


@given(config=configs(learning_rate=0.03) | chain_configs(learning_rate=0.03), text=st.text(max_size=100))
@settings(max_examples=40, deadline=None)
@pytest.mark.medium
def test_what_comes_back_trains_on_bit_for_bit(config: TrainingConfig, text: str) -> None:
    session = trained(config)
    written = json.dumps(model_file(capture_model(session), text))
    other = back(written)
    assert_equal(session, other)
    for each in (session, other):
        go_on(each, 1, 20)
    assert_equal(session, other)


def test_given_points_and_weights_come_back_and_a_reset_returns_to_them() -> None:
    points = Points(np.array([[0.1, 0.2], [1 / 3, -1], [2, 2]]), np.array([1.0, -1, 1]))
    parameters = np.linspace(-1, 1, 25)
    session = trained(
        TrainingConfig(batch_size=2), data=Dataset(points, points), parameters=parameters, batches=1
    )
    other = back(text_of(session))
    assert_equal(session, other)
    for each in (session, other):
        each.reset()
    assert np.array_equal(other.trainer.network.parameters, parameters)
    assert_equal(session, other)


def test_a_large_network_takes_base64_and_is_as_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_schemas, "MAX_PLAIN_NUMBERS", 10)
    session = trained(TrainingConfig(optimizer="adam"))
    text = text_of(session)
    assert isinstance(json.loads(text)["state"]["parameters"], str)
    assert_equal(session, back(text))


def test_an_infinite_memory_of_the_optimizer_comes_back() -> None:
    session = trained(TrainingConfig(optimizer="adam"))
    state = session.trainer.snapshot()
    memory = state.state.copy()
    memory.optimizer_state[1, 3] = np.inf
    session.trainer.restore(type(state)(memory, state.batch_size, None))
    other = back(text_of(session))
    assert other.trainer.snapshot().state.optimizer_state[1, 3] == np.inf


def test_a_file_without_losses_has_those_of_now() -> None:
    session = trained(TrainingConfig())
    model = json.loads(text_of(session)) | {"losses": None}
    assert back(json.dumps(model)).history.points()["epoch"].tolist() == [3]


WRONG = {
    "state.parameters": ("state", "parameters", [1.0, 2.0]),
    "state.optimizer_state": ("state", "optimizer_state", []),
    "state.buffers": ("state", "buffers", [1.0]),
    "state.batch": ("state", "batch", 400),
    "state.pruned": ("state", "pruned", [0]),
    "initial.parameters": (None, "initial", {"parameters": [0.5]}),
    "data.train": (None, "data", {"train": [[0, 0, 7]], "test": [[0, 0, 1]]}),
}


@pytest.mark.parametrize(("field", "wrong"), WRONG.items())
def test_parts_that_do_not_fit_are_named(field: str, wrong: tuple[str | None, str, Any]) -> None:
    model = json.loads(text_of(trained(TrainingConfig(optimizer="momentum"))))
    part, name, value = wrong
    (model if part is None else model[part])[name] = value
    with pytest.raises(InvalidValue) as caught:
        back(json.dumps(model))
    assert caught.value.field == field
    assert caught.value.expected


def test_averages_of_squares_and_variances_are_not_negative() -> None:
    config = TrainingConfig(optimizer="adam", normalization=("batch_norm", "none"))
    whole = text_of(trained(config))
    for name, position in (("optimizer_state", (1, 2)), ("buffers", (5,))):
        model = json.loads(whole)
        values = model["state"][name]
        for index in position[:-1]:
            values = values[index]
        values[position[-1]] = -1.0
        with pytest.raises(InvalidValue, match=name):
            back(json.dumps(model))


def test_weights_without_finite_losses_are_refused() -> None:
    model = json.loads(text_of(trained(TrainingConfig(problem="regression"))))
    model["state"]["parameters"] = [1e200] * 25
    with pytest.raises(InvalidValue, match="finite"):
        back(json.dumps(model))


@given(name=names, column=names, label=names)
@settings(max_examples=60)
def test_names_come_back_as_they_were(name: str, column: str, label: str) -> None:
    """A file is JSON in which a name is text; those of columns are refused if they are not one line."""
    columns = {"x1": {"name": column}, "x2": {"name": "x2"}, "classes": [label, "other"]}
    points = [[0, 0, 1], [1, 1, -1], [2, 1, 1]]
    given_ = {"dataset": "own", "points": points, "data_columns": columns, "hidden_layers": []}
    try:
        config = TrainingConfig.model_validate(given_)
    except ValidationError:
        config = TrainingConfig.model_validate(given_ | {"data_columns": None})
    text = to_json(model_file(capture_model(Session(config)), name.encode("utf-8", "replace").decode()))
    assert json.loads(text)["name"] == name.encode("utf-8", "replace").decode()
    assert back(text.decode()).config == config
