"""The rate of frames: with a class of pages on one Wi-Fi, each gets fewer frames, and compressed ones."""

from collections.abc import Callable

from server.limits.quotas import client_network, is_loopback
from server.runtime.pacing import FrameClock
from server.sessions.client_view import never_compress
from server.settings import Settings

CLASS_END_RATIO = 0.75
"""A class ends when fewer than this fraction of `class_size` are connected, not when one page leaves."""


class FrameRate:
    """Counts the pages on the event loop; any thread may call `share` and read the attributes without a lock.

    Attributes:
        is_class: whether enough pages for a class are connected.
        interval: seconds between two frames of a page.
    """

    def __init__(self, settings: Settings) -> None:
        self.is_class = False
        self.interval = 1 / settings.frame_rate
        self._settings = settings
        self._pages = self._elsewhere = 0

    def add_page(self) -> None:
        """Count a page that has connected."""
        self._pages += 1
        self._judge()

    def remove_page(self) -> None:
        """Count a page that has disconnected."""
        self._pages -= 1
        self._judge()

    def share(self, elsewhere: int) -> None:
        """Count what other processes of a cluster have: about a page for each training in memory there."""
        self._elsewhere = elsewhere
        self._judge()

    def _judge(self) -> None:
        pages = self._pages + self._elsewhere
        if pages >= self._settings.class_size:
            self._set_class(is_class=True)
        elif pages < self._settings.class_size * CLASS_END_RATIO:
            self._set_class(is_class=False)

    def _set_class(self, *, is_class: bool) -> None:
        usual, rate = self._settings.frame_rate, self._settings.class_frame_rate
        self.is_class, self.interval = is_class, 1 / (min(usual, rate) if is_class else usual)

    def compression_for(self, address: str | None, *, able: bool) -> Callable[[], bool]:
        """Return a function that returns for each frame whether to compress it.

        Args:
            address: the page's address.
            able: whether the page can decompress frames.
        """
        packing = self._settings.packing
        if not able or packing == "never":
            return never_compress
        if packing == "always":
            return _always
        # A page on the same machine does not use the network.
        here = is_loopback(address or "") or is_loopback(client_network(address))
        return never_compress if here else self._in_a_class

    def _in_a_class(self) -> bool:
        return self.is_class


class AdaptiveFrameClock(FrameClock):
    """A page's `FrameClock` that follows the present `FrameRate`."""

    def __init__(self, frame_rate: FrameRate) -> None:
        super().__init__(1 / frame_rate.interval)
        self._rate = frame_rate

    def passed(self, now: float, took: float = 0.0) -> None:
        """Record that a frame was started at `now` and took `took` seconds to make."""
        self.interval = self._rate.interval
        super().passed(now, took)


def _always() -> bool:
    return True
