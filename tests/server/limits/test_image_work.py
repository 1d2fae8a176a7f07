from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config import TrainingConfig
from engine.data import images
from engine.training.build import empty_network
from server.errors.wire_errors import MessageError
from server.limits import image_work, training_size
from server.limits.build_work import change_work, declared_parameters, open_work
from server.limits.image_work import bytes_of_image, check_available, check_work, multiply_adds
from server.limits.training_size import SizeLimits
from server.protocol import messages as wire
from server.settings import Settings

DIGITS = TrainingConfig(problem="images")
HEAVIEST: dict[str, Any] = {
    "problem": "images",
    "layers": [
        *({"kind": "conv", "filters": filters} for filters in (4, 8, 16)),
        {"kind": "max_pool"},
        {"kind": "dense", "neurons": 128},
    ],
    "batch_size": 100,
}


def _of(*layers: dict[str, object], **settings: object) -> TrainingConfig:
    return TrainingConfig.model_validate({"problem": "images", "layers": layers, **settings})


def _refusal(config: TrainingConfig, **limits: float) -> Any:
    with pytest.raises(MessageError) as refused:
        SizeLimits(**limits).check(config, ref=7)
    return refused.value.error


def test_a_convolution_costs_its_filters_at_every_place() -> None:
    config = _of({"kind": "conv", "filters": 4, "padding": "valid"}, {"kind": "flatten"})
    convolution, activation, flatten, output = 36 * 9 * 4, 36 * 4, 36 * 4, 36 * 4 * 10
    assert multiply_adds(config) == convolution + activation + flatten + output
    values = 64 + 36 * (9 + 4) + activation + flatten + 10
    assert bytes_of_image(config) == 8 * values


def test_the_networks_of_the_page_are_within_the_limits_of_a_server() -> None:
    limits = SizeLimits.of(Settings())
    limits.check(DIGITS)
    limits.check(TrainingConfig.model_validate(HEAVIEST))
    limits.check(TrainingConfig.model_validate({**HEAVIEST, "batch_size": 10_000}))


def test_too_much_work_for_an_image_is_refused_though_there_are_few_weights() -> None:
    many = [{"kind": "conv", "filters": 16, "size": 8} for _ in range(6)]
    config = _of(*many)
    assert training_size.parameters_of(config) < 100_000
    error = _refusal(config, multiply_adds=500_000)
    assert (error.code, error.field, error.ref) == ("too_large", "layers", 7)
    assert error.expected == "at most 500,000 multiply-adds for an image"
    assert error.value == multiply_adds(config)


def test_a_batch_whose_windows_take_too_much_memory_is_refused() -> None:
    layers = ({"kind": "conv", "filters": 32}, {"kind": "conv", "filters": 1, "size": 8})
    check_work(_of(*layers, batch_size=100), 10**9)
    error = _refusal(_of(*layers, batch_size=10_000))
    assert (error.code, error.field) == ("too_large", "batch_size")


def test_missing_digits_are_said_with_the_command_that_installs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    check_available(DIGITS)
    monkeypatch.setattr(images, "are_available", lambda: False)
    error = _refusal(DIGITS)
    assert (error.code, error.field, error.value) == ("invalid_value", "dataset", "digits")
    assert "pip install 'tinkernet[digits]'" in error.message
    check_available(TrainingConfig())


def test_memory_is_counted_with_the_images() -> None:
    network = empty_network(DIGITS)
    images_of_it = images.COUNT * 64 * 8
    assert training_size.memory_of(DIGITS) > images_of_it + 50 * network.parameters.size


def test_building_is_charged_by_the_work_that_it_causes() -> None:
    size = training_size.work_size(TrainingConfig.model_validate(HEAVIEST))
    assert size == int(image_work.SIZE_OF_WORK * multiply_adds(TrainingConfig.model_validate(HEAVIEST)))
    assert open_work(size) > change_work(wire.Reset(), size) > 10
    assert training_size.work_size(TrainingConfig()) == training_size.parameters_of(TrainingConfig())


@pytest.mark.parametrize("changes", [HEAVIEST, {"problem": "images"}])
def test_the_work_of_settings_is_known_roughly_before_they_are_validated(changes: dict[str, object]) -> None:
    declared = declared_parameters(changes)
    assert declared == pytest.approx(training_size.work_size(TrainingConfig.model_validate(changes)), rel=0.5)
    assert change_work(wire.Configure(changes=changes), 25) > 0


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["kind", "filters", "size", "neurons"]), st.integers() | st.text())
        | st.none()
    )
)
def test_layers_that_are_not_valid_cost_a_bounded_amount(layers: list[Any]) -> None:
    assert 0 <= declared_parameters({"problem": "images", "layers": layers}) < 10**9
