"""The time and memory of networks for images, which the number of parameters does not show."""

from pydantic import JsonValue

from engine.config import TrainingConfig
from engine.data import images
from engine.nn.layer_kinds.convolution import Convolution
from engine.nn.layer_kinds.dense import Dense
from engine.nn.layer_kinds.kind import LayerKind
from server.errors import wire_errors
from server.errors.wire_errors import too_large

MAX_STEP_BYTES = 250_000_000
"""Maximum bytes that the values of all images of a mini-batch may take while they are propagated."""

DATA_BYTES = 1_500_000
"""About how many bytes the images of one training take, as its network gets them."""

SIZE_OF_WORK = 1 / 4
"""Parameters of a network for points that are measured and drawn in the time of one multiply-add an image."""

_FLOAT_BYTES = 8  # bytes of a floating-point number


def check_available(config: TrainingConfig, *, ref: int | None = None) -> None:
    """Raise `MessageError` if the dataset of a config is not installed."""
    if config.dataset == images.DIGITS and not images.are_available():
        raise wire_errors.invalid_value("dataset", config.dataset, images.NOT_INSTALLED, ref=ref)


def check_work(config: TrainingConfig, limit: float, *, ref: int | None = None) -> None:
    """Raise `MessageError` if an image takes more than `limit` multiply-adds, or a mini-batch much memory."""
    if not config.image:
        return
    work = multiply_adds(config)
    if work > limit:
        expected = f"at most {limit:,} multiply-adds for an image"
        reason: dict[str, JsonValue] = {"code": "work", "most": limit}
        raise too_large("layers", work, expected, reason=reason, ref=ref)
    limit = int(MAX_STEP_BYTES / bytes_of_image(config))
    if min(config.batch_size, images.COUNT) > limit:
        expected = f"batches of at most {limit:,} images for these layers"
        reason = {"code": "batch", "most": limit}
        raise too_large("batch_size", config.batch_size, expected, reason=reason, ref=ref)


def multiply_adds(config: TrainingConfig) -> int:
    """Return the multiply-adds of the forward pass of one image through a config's network."""
    return sum(map(_multiply_adds, _chain(config)))


def bytes_of_image(config: TrainingConfig) -> int:
    """Return the bytes of all values of one image while it is propagated, including windows."""
    layers = _chain(config)
    return _FLOAT_BYTES * (config.inputs + sum(layer.neurons + _window_values(layer) for layer in layers))


def size_of_work(config: TrainingConfig) -> int:
    """Return the number of parameters of a network for points that takes as long as a config's network."""
    return int(SIZE_OF_WORK * multiply_adds(config))


def _chain(config: TrainingConfig) -> list[LayerKind]:
    """Return all layers of a network, the output included."""
    hidden = config.chain
    return [*hidden, Dense(hidden[-1].neurons if hidden else config.inputs, config.outputs)]


def _multiply_adds(layer: LayerKind) -> int:
    if isinstance(layer, Convolution):
        return layer.shape.positions * layer.inputs * layer.filters
    return layer.inputs * layer.neurons if isinstance(layer, Dense) else layer.neurons


def _window_values(layer: LayerKind) -> int:
    return layer.shape.positions * layer.inputs if isinstance(layer, Convolution) else 0
