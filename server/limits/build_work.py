"""The work of building networks and drawing them for the first time, for which clients are charged."""

import asyncio
from collections.abc import Callable, Mapping

from engine.config import TrainingConfig
from engine.dependent_settings import IMAGES
from server.limits.image_work import SIZE_OF_WORK
from server.limits.rate_limits import BURST_SECONDS, AddressRates, TokenBucket
from server.limits.training_size import parameters_of, work_size
from server.protocol import messages as wire
from server.protocol.inside import ApplyPoint, InspectPoint, MeasureLayers
from server.protocol.lessons import CheckLesson, FollowLesson
from server.protocol.quality import MeasureQuality
from server.protocol.race import StartRace, SwapRival
from server.protocol.timeline import LookBack

MAX_FREE_PARAMETERS = 1000
"""Maximum weights and biases that cost nothing besides the message: the page's networks have fewer."""

OPEN_COST = 1 / 300
"""Milliseconds of a thread for each weight and bias of a network that is created and drawn."""

CHANGE_COST = 1 / 1000
"""The same for a change of a network that is there, whose next frame the frame rate limits."""

INSPECTION_COST, MIN_INSPECTION_COST = 1 / 150, 4.0
"""The same for inspecting a network: a step and the gradients of many points, in NumPy; and the minimum."""

MAX_FREE_POINTS = 200
"""Maximum number of points that cost nothing besides the message: a person who draws them has fewer."""

POINT_COST = 1 / 160
"""Milliseconds of threads for each further point, which is validated, trained on and told in the state."""

BUILD_RATE = 400.0
"""Milliseconds of work a second that the pages of one address may cause."""

PAGE_BUILD_RATE = 200.0
"""Milliseconds of work a second that one page may cause."""

MAX_BUILD_WAIT = 15.0
"""Seconds that work may wait for earlier work of the same address; it is refused if it had to wait longer."""

_CHANGES = (
    wire.Configure,
    wire.NewWeights,
    wire.Regenerate,
    wire.Reset,
    wire.EditWeight,
    wire.EditBias,
    StartRace,
    SwapRival,
)
_INSPECTIONS = (
    MeasureLayers,
    MeasureQuality,
    InspectPoint,
    ApplyPoint,
    FollowLesson,
    CheckLesson,
    LookBack,
)
_SIZE_SETTINGS = ("hidden_layers", "residual", "layers", "features", "problem", "classes")
_MAX_POSITIONS = 64  # of a feature map


class BuildLimiter:
    """Limits the rate of work of one page and of its address: work beyond either rate waits."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Create it for a new page; `clock` returns seconds."""
        self._own = TokenBucket(BURST_SECONDS * PAGE_BUILD_RATE, PAGE_BUILD_RATE, clock)

    async def wait(self, work: float, shared: AddressRates | None) -> bool:
        """Wait until earlier work is paid, and charge `work` milliseconds.

        Returns:
            whether the work may be done; False, at once, if it would have to wait too long.
        """
        buckets = [self._own] if shared is None else [self._own, shared.builds]
        wait = max(bucket.debt() for bucket in buckets)
        if wait > MAX_BUILD_WAIT:
            return False
        self.charge(work, shared)
        if wait:
            await asyncio.sleep(wait)
        return True

    def charge(self, work: float, shared: AddressRates | None) -> None:
        """Charge milliseconds of work that was done, or is about to be."""
        for bucket in (self._own, None if shared is None else shared.builds):
            if bucket is not None and work > 0:
                bucket.charge(work)


def open_work(parameters: int, settings: Mapping[str, object] | None = None) -> float:
    """Return the milliseconds of work for creating a network; 0 for one of usual size.

    Args:
        parameters: the number of its weights and biases.
        settings: the settings that the client sent, which may include points.
    """
    network = OPEN_COST * parameters if parameters > MAX_FREE_PARAMETERS else 0.0
    return network + _points_work(settings or {})


def change_work(message: wire.AnyClientMessage, parameters: int) -> float:
    """Return the milliseconds of work for a message to a session with some parameters; 0 for most messages.

    Inspecting a network always costs something, and so does going to a step of a lesson, which measures the
    training.
    """
    if isinstance(message, _INSPECTIONS):
        return MIN_INSPECTION_COST + INSPECTION_COST * parameters
    if not isinstance(message, _CHANGES):
        return 0.0
    points = 0.0
    if isinstance(message, wire.Configure | StartRace):
        points = _points_work(message.changes)
        if any(name in message.changes for name in _SIZE_SETTINGS):
            parameters = max(parameters, declared_parameters(message.changes))
    return points + (CHANGE_COST * parameters if parameters > MAX_FREE_PARAMETERS else 0.0)


def _points_work(settings: Mapping[str, object]) -> float:
    points = settings.get("points")
    return POINT_COST * max(0, len(points) - MAX_FREE_POINTS) if isinstance(points, list) else 0.0


def declared_parameters(changes: Mapping[str, object]) -> int:
    """Return the number of parameters of the layers in `changes`, with the default inputs and outputs.

    For networks for images it is about the `work_size`. Invalid layers, which will be refused, count as 0.
    """
    images = _image_size(changes)
    if images:
        return images if images < 10**9 else 0
    layers = _neurons(changes.get("layers")) or changes.get("hidden_layers")
    if not isinstance(layers, list) or not all(type(each) is int for each in layers):
        return 0
    size = parameters_of(TrainingConfig.model_construct(hidden_layers=tuple(layers)))
    return size if 0 < size < 10**9 else 0


def _image_size(changes: Mapping[str, object]) -> int:
    """Return about the work size of a network for images; 0 if changes name none."""
    if changes.get("problem") == IMAGES and "layers" not in changes:
        return work_size(TrainingConfig(problem=IMAGES))
    layers, work, channels = changes.get("layers"), 0, 1
    for layer in layers if isinstance(layers, list) else ():
        filters, size = (_whole(layer, name, default) for name, default in (("filters", 0), ("size", 3)))
        if filters:
            work += _MAX_POSITIONS * size * size * channels * filters
            channels = filters
    return int(SIZE_OF_WORK * work)


def _whole(layer: object, name: str, default: int) -> int:
    value = layer.get(name, default) if isinstance(layer, dict) else 0
    return value if type(value) is int and 0 < value < 10**4 else 0


def _neurons(layers: object) -> list[object]:
    """Return what the dense layers of the setting `layers` say of their neurons."""
    if not isinstance(layers, list):
        return []
    return [each["neurons"] for each in layers if isinstance(each, dict) and "neurons" in each]
