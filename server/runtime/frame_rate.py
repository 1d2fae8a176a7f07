"""The rate of frames: if many pages are connected (a class on one Wi-Fi), each gets fewer frames."""

from collections.abc import Callable

from server.limits.quotas import client_network, is_loopback
from server.runtime.pacing import FrameClock
from server.sessions.client_view import never_compress
from server.settings import Settings

CLASS_END_RATIO = 0.75
"""Hysteresis: a class ends when fewer pages than this fraction of `class_size` are connected."""


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
        self._update_class()

    def remove_page(self) -> None:
        """Count a page that has disconnected."""
        self._pages -= 1
        self._update_class()

    def share(self, elsewhere: int) -> None:
        """Set the number of pages at other processes: their sessions in memory are a good estimate."""
        self._elsewhere = elsewhere
        self._update_class()

    def _update_class(self) -> None:
        pages = self._pages + self._elsewhere
        if pages >= self._settings.class_size:
            self._set_class(is_class=True)
        elif pages < self._settings.class_size * CLASS_END_RATIO:
            self._set_class(is_class=False)

    def _set_class(self, *, is_class: bool) -> None:
        rate, class_rate = self._settings.frame_rate, self._settings.class_frame_rate
        self.is_class, self.interval = is_class, 1 / (min(rate, class_rate) if is_class else rate)

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
            return _always_compress
        # A page on the same machine does not use the network.
        here = is_loopback(address or "") or is_loopback(client_network(address))
        return never_compress if here else self._is_in_class

    def _is_in_class(self) -> bool:
        return self.is_class


class AdaptiveFrameClock(FrameClock):
    """A page's `FrameClock` at the current interval of a `FrameRate`."""

    def __init__(self, frame_rate: FrameRate) -> None:
        super().__init__(1 / frame_rate.interval)
        self._rate = frame_rate

    def mark_started(self, now: float, took: float = 0.0) -> None:
        """Record that a frame was started at `now` and took `took` seconds to make."""
        self.interval = self._rate.interval
        super().mark_started(now, took)


def _always_compress() -> bool:
    return True
