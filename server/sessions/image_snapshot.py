"""A copy of a session's network for images and of its images, for computations on other threads."""

from typing import Literal, NamedTuple

from engine.arrays import Floats
from engine.data.drawings import pixels_of
from engine.errors import InvalidValue
from engine.reference.confusion import Confusion, confusion
from engine.reference.feature_maps import MapLayer, feature_maps, map_layers
from engine.training.backend import outputs_function
from server.errors import wire_errors
from server.sessions.client_view import ShownImage
from server.sessions.session import Session


class FeatureMaps(NamedTuple):
    """The values of all layers of a network for one image."""

    label: int | None
    """The digit that the image shows; None for a drawing."""
    layers: list[tuple[MapLayer, Floats]]
    """The layers from the input to the output, each with its values (channels, height, width)."""


class ImageSnapshot:
    """A session's network for images and its dataset at one moment."""

    def __init__(self, session: Session) -> None:
        """Copy the network. Raises `MessageError` if it does not take images."""
        if not session.config.image:
            raise wire_errors.other_problem(takes_images=False)
        self._network = session.trainer.network.copy()
        self._dataset = session.trainer.dataset
        self._outputs_of = outputs_function(session.config)

    def image_of(self, use: Literal["train", "test"], number: int) -> tuple[Floats, int]:
        """Return the pixels (pixels,) and the digit of an image; raise `InvalidValue` if there is none."""
        points = self._dataset.train if use == "train" else self._dataset.test
        count = len(points.targets)
        if number >= count:
            raise InvalidValue("index", number, f"an image from 0 to {count - 1}")
        return points.inputs[number], int(points.targets[number])

    def feature_maps(self, shown: ShownImage) -> FeatureMaps:
        """Return the values of all layers for an image; raise `InvalidValue` if it does not exist."""
        label: int | None = None
        if shown.use is None:
            assert shown.pixels is not None  # `DrawnPixels` have ink
            pixels = pixels_of([shown.pixels])[0]
        else:
            pixels, label = self.image_of(shown.use, shown.number)
        values = feature_maps(self._network, pixels)
        return FeatureMaps(label, list(zip(map_layers(self._network), values, strict=True)))

    def confusion(self) -> tuple[Confusion, Floats]:
        """Return the confusion on the test images, and their digits (n,)."""
        test = self._dataset.test
        outputs = self._outputs_of(self._network, self._network.inputs(test.inputs))
        return confusion(outputs, test.targets), test.targets
