"""The windows of images: what convolutions and pooling look at.

The values of a point are its channels one after the other, each row by row.
"""

import numpy as np

from engine.nn.layer_kinds.kind import Values


def windows(images: Values, size: int, stride: int) -> Values:
    """Return all windows of images (n, channels, height, width).

    The result is a view (n, channels, rows, columns, size, size): a window for each place.
    """
    images = np.ascontiguousarray(images)
    count, channels, height, width = images.shape
    rows, columns = (height - size) // stride + 1, (width - size) // stride + 1
    by_image, by_channel, by_row, by_column = images.strides
    # NumPy's `sliding_window_view` gives the same, and takes longer than all else for a single image.
    return np.ndarray(
        (count, channels, rows, columns, size, size),
        images.dtype,
        images,
        strides=(by_image, by_channel, by_row * stride, by_column * stride, by_row, by_column),
    )


def add_windows(images: Values, gradients: Values, stride: int) -> None:
    """Add gradients of windows, shaped as `windows` returns them, to those of images, in place."""
    rows, columns, size = gradients.shape[2], gradients.shape[3], gradients.shape[4]
    for i, j in np.ndindex(size, size):
        end_i, end_j = i + stride * (rows - 1) + 1, j + stride * (columns - 1) + 1
        images[:, :, i:end_i:stride, j:end_j:stride] += gradients[..., i, j]
