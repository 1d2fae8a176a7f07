"""Schemas of requests and responses about networks for images."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from engine.data.drawings import DrawnPixels
from engine.data.images import CLASSES
from engine.reference.feature_maps import MapKind
from engine.setting_types import WHOLE_NUMBER
from server.protocol.strict_model import StrictModel, with_example
from server.rest.errors import invalid_value
from server.rest.schemas import StopAtFirstError
from server.sessions.client_view import ShownImage

MAX_IMAGES = 1000
"""Maximum number of images in one call."""

SEVEN = [0] * 9 + [12, 16, 16, 16, 14, 0, 0] + [0, 0, 0, 0, 0, 14, 4, 0] * 3 + [0, 0, 0, 0, 8, 10, 0, 0] * 3
"""An image, as an example."""

Images = Annotated[list[DrawnPixels], Field(max_length=MAX_IMAGES), StopAtFirstError()]

IMAGES_DESCRIPTION = (
    "For a network that takes images: the pixels of each, 8 rows of 8 from the top, from 0 (paper) to 16 "
    "(ink)."
)


class ImageChoice(StrictModel):
    """One image: of the session's training or test set, or given by its pixels."""

    set: Literal["train", "test"] | None = Field(
        None, description="The set that it is of; null with `pixels`.", examples=["test"]
    )
    index: Annotated[int, Field(ge=0, le=1_000_000), WHOLE_NUMBER] = Field(
        0, description="Its number in the set, from 0.", examples=[0]
    )
    pixels: DrawnPixels | None = Field(
        None,
        description="In place of `set`: 8 rows of 8 pixels from the top, from 0 (paper) to 16 (ink).",
        examples=[None],
    )

    model_config = with_example({"set": "test", "index": 3})

    @property
    def shown(self) -> ShownImage:
        """What it chooses. Raises `ProblemError` unless one of the two forms is given."""
        if (self.set is None) == (self.pixels is None):
            raise invalid_value("set", self.set, "either set or pixels")
        return ShownImage(self.set, self.index, self.pixels)


class LayerMaps(BaseModel):
    """The values of one layer for an image."""

    layer: int = Field(
        description="Number of the layer of neurons or filters, 0 for the input.", examples=[1]
    )
    kind: MapKind = Field(description="The kind of layer.", examples=["conv"])
    size: int | None = Field(
        description="Height and width of the window of a convolution or pooling layer; null: none.",
        examples=[3],
    )
    values: list[list[list[float | None]]] = Field(
        description="Each feature map, row by row. A dense layer and the output have a map of 1x1 for each "
        "neuron. Normalization and residual connections are applied. Null: not finite.",
        examples=[[[[0.0, 0.5], [1.2, 0.0]]]],
    )


class ImageFeatureMaps(BaseModel):
    """What each layer of a network makes of an image."""

    label: int | None = Field(description="The digit that it shows; null: not known.", examples=[7])
    predicted: int = Field(description="The digit that the network takes it for.", examples=[7])
    scores: list[float | None] = Field(
        description="The probability of each digit. Null: not finite.",
        examples=[[0.0, 0.01, 0.0, 0.02, 0.0, 0.0, 0.0, 0.95, 0.01, 0.01]],
    )
    layers: list[LayerMaps] = Field(description="The layers, from the input to the output.")


class WrongPrediction(BaseModel):
    """A test image whose prediction is wrong."""

    index: int = Field(description="Its number in the test set, from 0.", examples=[17])
    label: int = Field(description="The digit that it shows.", examples=[9])
    predicted: int = Field(description="The digit that the network takes it for.", examples=[4])
    probability: float | None = Field(
        description="The probability that the network gives to that. Null: not finite.", examples=[0.61]
    )


class ConfusionMatrix(BaseModel):
    """How the test images are predicted."""

    matrix: list[Annotated[list[int], Field(min_length=CLASSES, max_length=CLASSES)]] = Field(
        description="How many images of each digit, by row, are taken for each, by column.",
        examples=[[[36] + [0] * 9] * CLASSES],
    )
    wrong: list[WrongPrediction] = Field(description="The images that are taken for another digit.")
