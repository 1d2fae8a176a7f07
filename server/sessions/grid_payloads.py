"""Payloads of sections that several kinds of frames have: heat maps, their decision lines, numbers."""

import math

from engine.reference.contours import Contour
from engine.reference.heatmaps import HeatMap
from server.protocol.frames import SCALE


def scaled_payload(heat_map: HeatMap) -> bytes:
    """Return a heat map with its scale before it."""
    return SCALE.pack(heat_map.scale) + heat_map.levels.tobytes()


def line_payload(contour: Contour) -> bytes:
    """Return a decision line."""
    return contour.steps.astype("<u2").tobytes() + contour.parts.tobytes()


def or_nan(value: float | None) -> float:
    """Return a number; not-a-number for None."""
    return math.nan if value is None else value
