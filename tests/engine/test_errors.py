import pytest

from engine.errors import EngineError, InvalidValue, NoSuchNeuron, NoSuchParameter


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (InvalidValue("weight", float("nan"), "a finite number"), ValueError),
        (NoSuchNeuron(3, 9, "a neuron from 0 to 1"), LookupError),
        (NoSuchParameter("bias 9 in layer 3", "a neuron from 0 to 1"), LookupError),
    ],
)
def test_every_error_is_an_engine_error_and_says_what_it_got_and_wanted(
    error: InvalidValue | NoSuchNeuron | NoSuchParameter, builtin: type[Exception]
) -> None:
    assert isinstance(error, EngineError)
    assert isinstance(error, builtin)
    assert error.expected in str(error)


def test_the_value_is_named() -> None:
    assert (
        str(InvalidValue("weight", 1e400, "a finite number")) == "weight: expected a finite number, got inf"
    )
