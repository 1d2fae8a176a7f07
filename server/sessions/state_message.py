"""The `state` message: all that a client must know of a session besides the numbers in its frames."""

from engine.training.trainer import Trainer
from server.protocol import messages as wire
from server.sessions.client_view import WatchedNode


def state_message(
    trainer: Trainer, watch: WatchedNode, *, revision: int, playing: bool, speed: float | None
) -> wire.State:
    """Return the message for a client that watches a node."""
    network, divergence = trainer.network, trainer.divergence
    report = None
    if divergence is not None:
        report = wire.DivergenceReport(epoch=divergence.epoch, batch=divergence.batch, cause=divergence.cause)
    layer, neuron = watch
    return wire.State(
        revision=revision,
        config=trainer.config.short,
        playing=playing,
        speed=speed,
        shape=tuple(network.shape),
        parameters=int(network.parameters.size),
        layout=tuple(wire.LayerLayout(**slots._asdict()) for slots in network.layout),
        arrays=tuple(
            wire.ArrayLayout(**place._asdict()) for place in network.parameter_places if place.kind != "dense"
        ),
        watch=wire.Node(layer=layer, neuron=neuron),
        divergence=report,
        custom_data=trainer.overrides.data is not None,
    )
