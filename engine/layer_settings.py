"""The setting `layers`: layers of all kinds, in the order in which a point's values pass through them.

Each class is the setting of one kind. A `dense` or `conv` layer is a column of neurons or filters with their
activation; any other belongs to the column before it. `engine.layer_columns` says which may stand where.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from engine.nn.activations import ACTIVATIONS
from engine.setting_types import WHOLE_NUMBER, OneOf

MAX_LAYERS = 16
"""Maximum number of hidden layers of neurons and of filters together."""
MAX_ENTRIES = 4 * MAX_LAYERS + 1
"""Maximum number of entries of `layers`: what may belong to a column of neurons included."""
MAX_NEURONS = 256
"""Maximum number of neurons of a dense layer that stands in `layers`."""
MAX_WINDOW = 8
"""Largest height and width of a window of images."""

Activation = Annotated[str, OneOf(ACTIVATIONS)] | None
Window = Annotated[int, Field(ge=1, le=MAX_WINDOW), WHOLE_NUMBER]


class _LayerSetting(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class DenseLayer(_LayerSetting):
    """A fully connected layer: each neuron has a weighted sum of all values before it, and an activation."""

    kind: Literal["dense"] = Field("dense", description="The kind of layer.")
    neurons: Annotated[int, Field(ge=1, le=MAX_NEURONS), WHOLE_NUMBER] = Field(
        description="Number of neurons.", examples=[8]
    )
    activation: Activation = Field(
        None, description="Activation function; null for the setting `activation`."
    )


class Normalization(_LayerSetting):
    """What the normalizations have in common."""

    before_activation: bool = Field(
        False,
        description="Whether it stands before the activation of its dense layer, or after it.",
    )


class BatchNormLayer(Normalization):
    """Batch normalization of the dense layer before it, with a learned scale and shift.

    As in PyTorch: momentum 0.1, unbiased running variance, epsilon 1e-5. Training uses the statistics of the
    mini-batch, everything else the running ones.
    """

    kind: Literal["batch_norm"] = Field(description="The kind of layer.")


class LayerNormLayer(Normalization):
    """Layer normalization of the dense layer before it, with a learned scale and shift, and epsilon 1e-5."""

    kind: Literal["layer_norm"] = Field(description="The kind of layer.")


class ResidualLayer(_LayerSetting):
    """A residual connection: the inputs of a block of dense layers are added to what comes out of it."""

    kind: Literal["residual"] = Field(description="The kind of layer.")
    layers: Annotated[int, Field(ge=1, le=MAX_LAYERS), WHOLE_NUMBER] = Field(
        2, description="Number of dense layers in the block, which ends here."
    )
    projection: bool = Field(
        True,
        description="Where the block's inputs and outputs differ in number, the inputs are multiplied by "
        "learned weights; false: that is refused.",
    )


class DropoutLayer(_LayerSetting):
    """Dropout after the dense layer before it."""

    kind: Literal["dropout"] = Field(description="The kind of layer.")
    rate: float = Field(
        ge=0, le=0.9, description="Probability that a neuron is dropped in a training step.", examples=[0.2]
    )


class ConvLayer(_LayerSetting):
    """A convolution: each filter has a weighted sum of every window of the image, and an activation."""

    kind: Literal["conv"] = Field(description="The kind of layer.")
    filters: Annotated[int, Field(ge=1, le=64), WHOLE_NUMBER] = Field(
        description="Number of filters, each of which makes a feature map.", examples=[8]
    )
    size: Window = Field(3, description="Height and width of a window, in pixels.")
    stride: Window = Field(1, description="Pixels from one window to the next.")
    padding: Literal["same", "valid"] = Field(
        "same",
        description="same: zeros around the image, so that with stride 1 the maps are as large as the image; "
        "valid: no zeros, so that they are smaller.",
    )
    activation: Activation = Field(
        None, description="Activation function; null for the setting `activation`."
    )


class _PoolingLayer(_LayerSetting):
    size: Window = Field(2, description="Height and width of a window, in pixels.")
    stride: Window | None = Field(
        None,
        description="Pixels from one window to the next; null for as many as `size`.",
        examples=[None],
    )


class MaxPoolLayer(_PoolingLayer):
    """Max pooling: each window of a feature map becomes its largest value."""

    kind: Literal["max_pool"] = Field(description="The kind of layer.")


class AveragePoolLayer(_PoolingLayer):
    """Average pooling: each window of a feature map becomes its mean."""

    kind: Literal["average_pool"] = Field(description="The kind of layer.")


class FlattenLayer(_LayerSetting):
    """From here on the values of all feature maps are one row. A dense layer also does without it."""

    kind: Literal["flatten"] = Field(description="The kind of layer.")


LayerSetting: TypeAlias = Annotated[
    DenseLayer
    | BatchNormLayer
    | LayerNormLayer
    | ResidualLayer
    | DropoutLayer
    | ConvLayer
    | MaxPoolLayer
    | AveragePoolLayer
    | FlattenLayer,
    Field(discriminator="kind"),
]
