"""The frame sections of a network for images: the image, its feature maps, and the confusion matrix."""

from collections.abc import Sequence

import numpy as np

from engine.arrays import Floats
from engine.data.drawings import pixels_of
from engine.data.points import Points
from engine.reference.confusion import Confusion, confusion
from engine.reference.feature_maps import filters_of, map_values
from engine.reference.heatmaps import MIN_SCALE
from engine.training.trainer import Trainer
from server.protocol.frames import IMAGE_INDEX, UNKNOWN_LABEL, WRONG_IMAGE, ImageSource, Section, Tag
from server.sessions.client_view import FIRST_IMAGE, ClientView, DeliveredState, ShownImage

MAX_WRONG = 48
"""Maximum number of wrongly predicted images that a frame shows."""

MAX_KEPT_IMAGES = 16
"""Maximum number of images whose feature maps are kept: as many views may show others."""

MAX_FLOAT32 = float(np.finfo(np.float32).max)


class ImageFrames:
    """Encodes the image sections of one session's frames; views of the same image share them.

    Attributes:
        measurement: the number of the last measurement of the metrics, whose confusion matrix is shown.
    """

    def __init__(self, trainer: Trainer) -> None:
        self.measurement = 0
        self._trainer = trainer
        self._maps: dict[ShownImage, Section] = {}
        self._filters: Section | None = None
        self._confusion: Confusion | None = None
        self._may_measure = False
        self._wanted = False

    def show(self, trainer: Trainer) -> None:
        """Show the network and the confusion of another trainer with the same layers and images."""
        self._trainer = trainer
        self.on_network_changed()
        self.on_measured(at_once=False)

    def on_network_changed(self) -> None:
        """Handle a change of parameters."""
        self._maps.clear()
        self._filters = None
        self._may_measure = False

    def on_measured(self, *, at_once: bool) -> None:
        """Handle a measurement of the present network's metrics, whose confusion matrix is shown from now on.

        The matrix is computed on demand; now if `at_once` (the network is about to change and a client needs
        it), or if the previous one was used.
        """
        wanted, self._wanted = self._wanted, False
        self.measurement += 1
        self._confusion, self._may_measure = None, True
        if at_once or wanted:
            self._compute_confusion()

    def confusion(self) -> Confusion:
        """Return the confusion at the last measurement; if it was not computed, of the present network."""
        self._wanted = True
        self._compute_confusion()
        return self._confusion or self._measure()

    def is_stale(self, view: ClientView) -> bool:
        """Return whether a client lacks the image that it asked for, or the confusion matrix.

        Changes of the network and of the images are checked by the caller.
        """
        image = view.delivered.image
        lacks_image = image is None or image[1] != self._valid_image(view.image)
        return lacks_image or view.delivered.confusion != self.measurement

    def sections(self, view: ClientView, *, network: int, data: int) -> tuple[list[Section], DeliveredState]:
        """Return the sections that a view's client lacks, and what it will have after them.

        Args:
            view: the view.
            network: the version of the parameters.
            data: the version of the images.
        """
        delivered, shown = view.delivered, self._valid_image(view.image)
        sections = []
        if delivered.image != (data, shown):
            sections.append(self._image(shown))
        if delivered.maps != (network, data, shown):
            sections.append(self._feature_maps(shown))
        if delivered.network != network:
            sections.append(self._filter_section())
        if delivered.confusion != self.measurement:
            self._compute_confusion()
            if self._confusion is not None:
                sections.append(_confusion_section(self._confusion, self._trainer.dataset.test))
        return sections, delivered._replace(
            image=(data, shown), maps=(network, data, shown), confusion=self.measurement
        )

    def _valid_image(self, shown: ShownImage) -> ShownImage:
        return (
            shown if shown.use is None or shown.number < len(self._points_of(shown).targets) else FIRST_IMAGE
        )

    def _points_of(self, shown: ShownImage) -> Points:
        return self._trainer.dataset.train if shown.use == "train" else self._trainer.dataset.test

    def _pixels(self, shown: ShownImage) -> Floats:
        """Return the pixels of an image, 0..1, before scaling: (pixels,)."""
        pixels: Floats = pixels_of([shown.pixels]) if shown.pixels else self._points_of(shown).inputs
        return np.asarray(pixels[shown.number])

    def _image(self, shown: ShownImage) -> Section:
        label, source = UNKNOWN_LABEL, ImageSource.DRAWN
        if shown.use is not None:
            label, source = int(self._points_of(shown).targets[shown.number]), ImageSource[shown.use.upper()]
        return Section(
            Tag.IMAGE, IMAGE_INDEX.pack(shown.number) + _bytes_of(self._pixels(shown)), a=label, b=source
        )

    def _feature_maps(self, shown: ShownImage) -> Section:
        if shown not in self._maps:
            if len(self._maps) >= MAX_KEPT_IMAGES:
                self._maps.clear()
            values = map_values(self._trainer.network, self._pixels(shown))
            self._maps[shown] = Section(Tag.MAPS, _quantized(values), a=len(values))
        return self._maps[shown]

    def _filter_section(self) -> Section:
        if self._filters is None:
            filters = filters_of(self._trainer.network)
            self._filters = Section(Tag.FILTERS, _quantized(filters), a=len(filters))
        return self._filters

    def _compute_confusion(self) -> None:
        """Compute the confusion matrix if the network is still the one of the last measurement."""
        if self._confusion is None and self._may_measure:
            self._confusion = self._measure()

    def _measure(self) -> Confusion:
        test = self._trainer.dataset.test
        return confusion(self._trainer.outputs(test.inputs), test.targets)


def _confusion_section(found: Confusion, test: Points) -> Section:
    parts = [found.matrix.astype("<u2").tobytes()]
    wrong = found.wrong[:MAX_WRONG]
    certainty = np.rint(255 * np.nan_to_num(found.probability)).astype(np.uint8).tolist()
    for index, predicted, probability in zip(
        wrong.tolist(), found.predicted.tolist(), certainty, strict=False
    ):
        parts.append(WRONG_IMAGE.pack(index, int(test.targets[index]), predicted, probability))
        parts.append(_bytes_of(test.inputs[index]))
    return Section(Tag.CONFUSION, b"".join(parts), a=len(found.matrix), b=len(wrong))


def _bytes_of(pixels: Floats) -> bytes:
    """Return pixels from 0 to 1 as bytes."""
    return np.rint(255 * np.clip(pixels, 0, 1)).astype(np.uint8).tobytes()


def _quantized(arrays: Sequence[Floats]) -> bytes:
    """Return the scale of each array, then the values of all: 127 stands for the array's scale."""
    if not arrays:
        return b""
    sizes = [array.size for array in arrays]
    values = np.concatenate([array.ravel() for array in arrays])
    if not np.isfinite(values).all():
        values = np.nan_to_num(values, nan=0.0, posinf=MAX_FLOAT32, neginf=-MAX_FLOAT32)
    starts = np.cumsum([0, *sizes[:-1]])
    scales = np.maximum.reduceat(np.abs(values), starts).clip(MIN_SCALE, MAX_FLOAT32).astype("<f4")
    levels = np.rint(values * np.repeat(127 / scales.astype(np.float64), sizes)).clip(-127, 127)
    return b"".join((scales.tobytes(), levels.astype(np.int8).tobytes()))
