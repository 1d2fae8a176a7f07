"""Builds the `state` message: all that a client must know of a session apart from the contents of frames."""

from engine.nn.network import Network
from engine.reference.feature_maps import map_layers
from engine.training.trainer import Trainer
from server.protocol import messages as wire
from server.protocol.divergence import DivergenceReport
from server.protocol.image_layout import ImageLayout, MapLayout
from server.protocol.parameter_layout import ArrayLayout, LayerLayout
from server.sessions.client_view import WatchedNode
from server.sessions.rival import Rival
from server.sessions.training_control import TrainingControl


def state_message(
    trainer: Trainer,
    watch: WatchedNode,
    control: TrainingControl,
    *,
    revision: int,
    speed: float | None,
    shown_epoch: int | None,
    rival: Rival | None,
) -> wire.State:
    """Return the message for a client that watches a node."""
    network, divergence = trainer.network, trainer.divergence
    report = None
    if divergence is not None:
        report = DivergenceReport(epoch=divergence.epoch, batch=divergence.batch, cause=divergence.cause)
    layer, neuron = watch
    return wire.State(
        revision=revision,
        config=trainer.config.short,
        playing=control.playing,
        speed=speed,
        shape=tuple(network.shape),
        parameters=int(network.parameters.size),
        layout=tuple(LayerLayout(**slots._asdict()) for slots in network.layout),
        arrays=tuple(
            ArrayLayout(**place._asdict()) for place in network.parameter_places if place.kind != "dense"
        ),
        watch=wire.Node(layer=layer, neuron=neuron),
        divergence=report,
        custom_data=trainer.overrides.data is not None,
        images=image_layout(network) if network.image else None,
        until_epoch=control.pause_epoch,
        until=control.pause_conditions,
        shown_epoch=shown_epoch,
        rival=None if rival is None else rival.state(trainer.config),
    )


def image_layout(network: Network) -> ImageLayout:
    """Return the layout of the image sections in frames of a network for images."""
    return ImageLayout(
        layers=tuple(
            MapLayout.model_construct(
                **layer.shape._asdict(),
                layer=layer.layer,
                kind=layer.kind,
                size=layer.size,
                filters=layer.filters,
            )
            for layer in map_layers(network)
        )
    )
