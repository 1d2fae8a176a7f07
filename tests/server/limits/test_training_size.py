import pytest

from engine.config import TrainingConfig
from engine.training.trainer import Trainer
from server.errors.wire_errors import MessageError
from server.limits import training_size


@pytest.mark.parametrize("layers", [(), (4, 2), (8, 8, 8)])
def test_the_number_of_parameters_is_that_of_the_network(layers: tuple[int, ...]) -> None:
    config = TrainingConfig().changed({"hidden_layers": list(layers)})
    assert training_size.parameters_of(config) == Trainer(config).network.parameters.size


def test_a_training_beyond_a_limit_is_refused_with_its_size_and_the_limit() -> None:
    with pytest.raises(MessageError) as refused:
        training_size.check_network(TrainingConfig(), 5, ref=3)
    error = refused.value.error
    assert (error.code, error.field, error.ref) == ("too_large", "hidden_layers", 3)
    assert error.expected == "at most 5 weights and biases"
    layered = TrainingConfig.model_validate({"problem": "images", "layers": [{"kind": "conv", "filters": 4}]})
    with pytest.raises(MessageError, match=r"^layers: "):
        training_size.check_network(layered, 5)
    training_size.check_network(TrainingConfig(), 1000)
    training_size.check_points(10, 10)
    training_size.check_epochs(10, 10)
    with pytest.raises(MessageError, match="at most 10 points, got 11"):
        training_size.check_points(11, 10)
    with pytest.raises(MessageError, match="at most 10 epochs, got 11"):
        training_size.check_epochs(11, 10)
