"""A cache of how many fresh runs (runs from other seeds) reached a check, by the settings of the runs."""

import hashlib
import threading
from collections import OrderedDict

from engine.config import TrainingConfig
from server.lessons.checks import Check

MAX_RESULTS = 2000
SEEDS = {"data_seed", "weights_seed"}


class FreshResults:
    """The cache, with at most `MAX_RESULTS` entries; any thread may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._solved: OrderedDict[str, int] = OrderedDict()

    def put(self, check: Check, config: TrainingConfig, solved: int) -> None:
        """Store how many runs reached a check with a config, whose seeds do not count."""
        with self._lock:
            key = _key(check, config)
            self._solved[key] = solved
            self._solved.move_to_end(key)
            while len(self._solved) > MAX_RESULTS:
                self._solved.popitem(last=False)

    def get(self, check: Check, config: TrainingConfig) -> int | None:
        """Return how many runs reached a check with a config; None if that is not in the cache."""
        with self._lock:
            return self._solved.get(_key(check, config)) if self._solved else None


def _key(check: Check, config: TrainingConfig) -> str:
    asked = check.model_dump_json(include=set(Check.model_fields))
    settings = config.model_dump_json(exclude=SEEDS)
    return hashlib.sha256(f"{asked}\n{settings}".encode()).hexdigest()
