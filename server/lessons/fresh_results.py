"""How many of the runs from other seeds reached a check: kept for the settings that they had."""

import hashlib
import threading
from collections import OrderedDict

from engine.config import TrainingConfig
from server.lessons.checks import Check

MAX_RESULTS = 2000
SEEDS = {"data_seed", "weights_seed"}


class FreshResults:
    """The results, of which the oldest go first; may be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._solved: OrderedDict[str, int] = OrderedDict()

    def put(self, check: Check, config: TrainingConfig, solved: int) -> None:
        """Keep how many runs reached a check with a config, whatever its seeds."""
        with self._lock:
            key = _key(check, config)
            self._solved[key] = solved
            self._solved.move_to_end(key)
            while len(self._solved) > MAX_RESULTS:
                self._solved.popitem(last=False)

    def get(self, check: Check, config: TrainingConfig) -> int | None:
        """Return how many runs reached a check with a config; None if they were not run, or not lately."""
        with self._lock:
            return self._solved.get(_key(check, config)) if self._solved else None


def _key(check: Check, config: TrainingConfig) -> str:
    asked = check.model_dump_json(include=set(Check.model_fields))
    settings = config.model_dump_json(exclude=SEEDS)
    return hashlib.sha256(f"{asked}\n{settings}".encode()).hexdigest()
