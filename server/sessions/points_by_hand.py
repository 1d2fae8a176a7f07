"""What a learner did with single points: which were taken apart, and how many steps were taken with one."""

from server.protocol.inside import PointToInspect

MAX_COUNTED_POINTS = 1000
"""Different points that are told apart; more count as so many."""


class PointsByHand:
    """What was done with single points since a lesson's step began.

    Attributes:
        steps: how many steps of training were taken with one point.
    """

    def __init__(self) -> None:
        self._looked: set[object] = set()
        self.steps = 0

    @property
    def count(self) -> int:
        """The number of different points that were taken apart."""
        return len(self._looked)

    def note(self, point: PointToInspect) -> None:
        """Note that a point was taken apart. Another target makes no other point of a place."""
        if len(self._looked) < MAX_COUNTED_POINTS:
            place = (point.x1, point.x2) if point.pixels is None else hash(tuple(point.pixels))
            self._looked.add(place if point.index is None else (point.set, point.index))
