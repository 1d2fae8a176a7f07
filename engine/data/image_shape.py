"""The shape of images, and of the feature maps that layers make of them."""

from typing import NamedTuple


class ImageShape(NamedTuple):
    """The shape of an image, or of the feature maps that a layer makes of it."""

    channels: int
    height: int
    width: int

    @property
    def positions(self) -> int:
        """Number of pixels of a channel."""
        return self.height * self.width

    @property
    def values(self) -> int:
        """Number of values of an image."""
        return self.channels * self.positions

    def __str__(self) -> str:
        """Return the shape as a person writes it: 8x8, or 4 maps of 8x8."""
        size = f"{self.height}x{self.width}"
        return size if self.channels == 1 else f"{self.channels} maps of {size}"

    def after(self, channels: int, size: int, stride: int, padding: int) -> "ImageShape":
        """Return the shape of the maps that windows of `size` pixels give, `stride` pixels apart.

        `padding` is the number of zeros that are added to each row and column, both ends together.
        """
        height, width = ((side + padding - size) // stride + 1 for side in self[1:])
        return ImageShape(channels, height, width)
