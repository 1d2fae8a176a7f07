"""Numbers the set-ups of a training, so that a set-up is stored only when it has changed."""

from engine.training.trainer import Trainer
from server.sessions.rival import Rival


class SetupVersion:
    """Counts set-ups: config, custom data and custom parameters, including those of a rival."""

    def __init__(self) -> None:
        self._number = 0
        self._known: tuple[object, ...] = ()

    def of(self, trainer: Trainer, rival: Rival | None) -> int:
        """Return the number of the present set-up: a new one if it differs from that of the last call."""
        now: tuple[object, ...] = (trainer.config, trainer.overrides)
        if rival is not None:
            now += (rival.trainer.config, rival.trainer.overrides)
        known = self._known
        if len(now) != len(known) or any(one is not other for one, other in zip(now, known, strict=True)):
            self._number += 1
            self._known = now
        return self._number
