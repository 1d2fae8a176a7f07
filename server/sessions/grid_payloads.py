"""Payloads that several kinds of frame sections have in common: heat maps, decision lines, numbers."""

import math

from engine.reference.contours import Contour
from engine.reference.heatmaps import HeatMap
from server.protocol.frames import SCALE


def scaled_payload(heat_map: HeatMap) -> bytes:
    """Return the payload of a heat map: its scale, then its levels."""
    return SCALE.pack(heat_map.scale) + heat_map.levels.tobytes()


def line_payload(contour: Contour) -> bytes:
    """Return the payload of a decision line."""
    return contour.steps.astype("<u2").tobytes() + contour.parts.tobytes()


def or_nan(value: float | None) -> float:
    """Return a number, or NaN for None."""
    return math.nan if value is None else value
