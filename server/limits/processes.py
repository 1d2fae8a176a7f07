"""How many processes have a limit in common, such as the fronts of a cluster: each allows its part of it."""


class Processes:
    """The processes that have limits in common. Those who count read it again and again.

    Attributes:
        count: how many there are, this one included. Fewer if this one has more than its part of the clients.
    """

    __slots__ = ("count",)

    def __init__(self, count: float = 1) -> None:
        self.count = count


ALONE = Processes()
"""A process that has the limits for itself; never changed."""
