"""Digits that people have drawn, as settings, and datasets to which they are added."""

from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from engine.arrays import Floats
from engine.data.images import CLASSES, MAX_INK, SHAPE
from engine.data.points import Dataset, Points
from engine.setting_types import WHOLE_NUMBER, exactly

MAX_DRAWINGS = 200
"""Maximum number of drawings of a config."""

EMPTY_DRAWING = "a drawing with ink: all pixels are 0"
"""Why a drawing without ink is refused."""

Pixel = Annotated[int, Field(ge=0, le=MAX_INK), WHOLE_NUMBER]


def _with_ink(value: tuple[int, ...]) -> tuple[int, ...]:
    if not any(value):
        raise PydanticCustomError("empty_drawing", "{expected}", {"expected": EMPTY_DRAWING})
    return value


DrawnPixels = Annotated[
    tuple[Pixel, ...],
    Field(min_length=SHAPE.values, max_length=SHAPE.values),
    AfterValidator(_with_ink),
    exactly(SHAPE.values),
]
"""The pixels of an image that is given, row by row from the top; one without ink is refused."""


class Drawing(BaseModel):
    """A digit drawn by hand, and whether it is used for training or for testing."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    label: Annotated[int, Field(ge=0, lt=CLASSES), WHOLE_NUMBER] = Field(
        description="The digit that it shows.", examples=[7]
    )
    pixels: DrawnPixels = Field(
        description="8 rows of 8 pixels, from the top, each from 0 (paper) to 16 (ink).",
        examples=[[0, 0, 0, 8, 8, 0, 0, 0] * 8],
    )
    use: Literal["train", "test"] = Field("train", description="The set that it is added to.")


def pixels_of(rows: Sequence[Sequence[int]]) -> Floats:
    """Return whole pixels 0..16 of images as the network takes them, before scaling: (n, 64) from 0 to 1."""
    return np.array(rows, dtype=np.float64).reshape(-1, SHAPE.values) / MAX_INK


def with_drawings(data: Dataset, drawings: Sequence[Drawing]) -> Dataset:
    """Return a dataset of images with drawings behind the images of both sets."""
    sets = []
    for use, points in (("train", data.train), ("test", data.test)):
        added = [drawing for drawing in drawings if drawing.use == use]
        pixels = pixels_of([drawing.pixels for drawing in added])
        labels = np.array([drawing.label for drawing in added], dtype=np.float64)
        sets.append(Points(np.concatenate([points.inputs, pixels]), np.concatenate([points.targets, labels])))
    return Dataset(*sets)
