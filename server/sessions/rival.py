"""The rival of a session's training in a race: a second training on the same points, in lockstep."""

from engine.config import TrainingConfig
from engine.training import build
from engine.training.score import score
from engine.training.trainer import Metrics, Trainer
from server.protocol.divergence import DivergenceReport
from server.protocol.race import RivalState
from server.sessions.loss_history import LossHistory
from server.sessions.moments import trainer_at
from server.sessions.rules import changed_settings
from server.sessions.training_loop import TrainingLoop

SHARED_SETTINGS = build.DATA_SETTINGS | {"data_columns"}
"""Settings that are those of the training and of its rival: the points, and the names of their columns."""


class Rival:
    """A second training.

    Attributes:
        trainer: the trainer; `loop` trains it, and `history` has its losses.
        edited: whether a parameter was set by hand since its epoch 0 (before the two were swapped).
        opened: whether the network was replaced as a whole since then.
        network: the version of the shown network; it only grows, also from one rival to the next.
    """

    def __init__(self, trainer: Trainer, *, network: int = 0, generation: int = 0) -> None:
        """Create it for a training that is at epoch 0.

        Args:
            trainer: the training.
            network: the first version of its network.
            generation: the first generation of its losses.
        """
        self.trainer = trainer
        self.history = LossHistory()
        self.history.generation = generation
        self.edited = self.opened = False
        self.network = network
        self._shown: Trainer | None = None
        self._shown_metrics: Metrics | None = None
        self.loop = TrainingLoop(trainer, self.history, self)
        self.restart()

    # -- as an observer of its loop

    def on_network_changed(self) -> None:
        """Handle a change of parameters; frames show the present network again."""
        self.network += 1
        self._shown = self._shown_metrics = None

    def on_measured(self, *, before_training: bool = False) -> None:
        """Do nothing: only networks for images show something that depends on the measurement."""

    # -- training

    def follow(self, leader: Trainer, *, stride: int = 1) -> None:
        """Train until level with another trainer: the same number of epochs, and part of the next one.

        With mini-batches of the same size, that is the same number of mini-batches. A rival that has diverged
        or is ahead does not train.

        Args:
            leader: the other trainer.
            stride: losses are recorded after each epoch whose number is a multiple of this.
        """
        trainer = self.trainer
        self._train_epochs(leader.epoch, stride)
        batches = leader.batch * trainer.batches // leader.batches if leader.batch else 0
        if trainer.epoch != leader.epoch or trainer.batch >= batches:
            return
        self.loop.begin_attempt()
        while trainer.divergence is None and trainer.batch < batches:
            self.loop.train_batch(stride)

    def _train_epochs(self, epoch: int, stride: int) -> None:
        trainer = self.trainer
        while trainer.divergence is None and trainer.epoch < epoch:
            self.loop.train(epoch - trainer.epoch, lambda: False, stride=stride)

    def restart(self) -> None:
        """Return to the initial parameters and epoch 0."""
        self.trainer.reset()
        self.loop.clear_history()
        self.edited = self.opened = False
        self.on_config_changed()

    def on_config_changed(self) -> None:
        """Handle a change of its settings or points."""
        self.loop.on_network_changed()
        self.loop.restart_history()

    def config_like(self, before: TrainingConfig, after: TrainingConfig) -> TrainingConfig:
        """Return its settings after a change of the training that it races against.

        It adopts settings of the points, and a new seed of the weights if both had the same one.

        Args:
            before: the settings of the training before the change.
            after: the settings after it.

        Raises:
            pydantic.ValidationError: the change does not fit its other settings.
        """
        config, names = self.trainer.config, SHARED_SETTINGS
        if config.weights_seed == before.weights_seed:
            names = names | {"weights_seed"}
        changed = {name for name in names if getattr(after, name) != getattr(before, name)}
        return config.changed({name: getattr(after, name) for name in sorted(changed)}) if changed else config

    # -- what clients see

    def look_back(self, epoch: int | None) -> None:
        """Show its kept network nearest to an epoch; None shows the present one."""
        moment = None if epoch is None else self.loop.moments.nearest(epoch)
        if moment is None and self._shown is None:
            return
        self.on_network_changed()
        if moment is not None:
            self._shown = trainer_at(self.trainer, moment)

    @property
    def shown(self) -> Trainer:
        """The trainer that clients see: its own, or one with an earlier network."""
        return self.trainer if self._shown is None else self._shown

    def metrics(self) -> Metrics:
        """Return the losses and accuracies of the shown network; measuring may detect a divergence."""
        if self._shown is None:
            return self.loop.metrics()
        if self._shown_metrics is None:
            self._shown_metrics = self._shown.metrics()
        return self._shown_metrics

    def state(self, against: TrainingConfig) -> RivalState:
        """Return its part of the state message.

        Args:
            against: the settings of the training that it races against.
        """
        network, found = self.trainer.network, self.trainer.divergence
        report = None
        if found is not None:
            report = DivergenceReport(epoch=found.epoch, batch=found.batch, cause=found.cause)
        return RivalState(
            config=self.trainer.config.short,
            differs=changed_settings(against, self.trainer.config),
            shape=tuple(network.shape),
            parameters=int(network.parameters.size),
            divergence=report,
        )


def score_of(trainer: Trainer, metrics: Metrics) -> float:
    """Return the score of a trainer with these metrics: see `engine.training.score`."""
    return score(trainer.network, trainer.config, *trainer.arrays.measure_arguments, metrics)
