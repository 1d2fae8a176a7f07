"""What a `state` message says of the layers of a network for images, so that frames can be read."""

from engine.reference.feature_maps import MapKind
from server.protocol.strict_model import StrictModel


class MapLayout(StrictModel):
    """A layer whose values are in MAPS: its feature maps, or for dense layers a channel of 1x1 a neuron.

    `layer` is the number of its column, 0 for the input. `size` is the height and width of the window of a
    convolution or pooling layer, else null; `filters` is the number of channels that each filter of a
    convolution has, else null.
    """

    layer: int
    kind: MapKind
    channels: int
    height: int
    width: int
    size: int | None = None
    filters: int | None = None


class ImageLayout(StrictModel):
    """The layers in MAPS, from the input to the output; the convolutions among them are those of FILTERS."""

    layers: tuple[MapLayout, ...]
