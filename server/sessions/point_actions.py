"""Counts what a learner does with single points: inspecting them, and training single steps with them."""

from server.protocol.inside import PointToInspect

MAX_COUNTED_POINTS = 1000
"""Different points that are told apart; more count as so many."""


class PointActions:
    """The counts since a lesson's step began.

    Attributes:
        steps: the number of training steps with a single point.
    """

    def __init__(self) -> None:
        self._looked: set[object] = set()
        self.steps = 0

    @property
    def count(self) -> int:
        """The number of different points that were inspected."""
        return len(self._looked)

    def record_inspection(self, point: PointToInspect) -> None:
        """Count an inspected point; a point with another target at the same position is the same point."""
        if len(self._looked) < MAX_COUNTED_POINTS:
            place = (point.x1, point.x2) if point.pixels is None else hash(tuple(point.pixels))
            self._looked.add(place if point.index is None else (point.set, point.index))
