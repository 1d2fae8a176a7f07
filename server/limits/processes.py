"""The number of processes that share a limit, such as the fronts of a cluster: each allows its part."""


class Processes:
    """The processes that share limits; limiters read `count` at each use.

    Attributes:
        count: the number of processes, including this one; less if this one has more than its share of
            clients.
    """

    __slots__ = ("count",)

    def __init__(self, count: float = 1) -> None:
        self.count = count


ALONE = Processes()
"""For a process that shares its limits with no other; never changed."""
