"""A race: a second set-up, the rival, is trained in step with a session's on the same points."""

from typing import Any, Literal

from pydantic import Field

from engine.config import TrainingConfig
from server.protocol.client_message import ClientMessage
from server.protocol.divergence import DivergenceReport
from server.protocol.strict_model import StrictModel


class StartRace(ClientMessage):
    """Put a rival beside the training: its set-up with some changes, none that changes the points.

    Both begin at epoch 0, paused. From then on whatever trains, steps, resets or changes the points does so
    for both; other settings change those of the training alone. It replaces an earlier rival.
    """

    type: Literal["race"] = "race"
    changes: dict[str, Any] = Field(default_factory=dict)


class EndRace(ClientMessage):
    """Remove the rival; the training goes on alone. Without a race, nothing happens."""

    type: Literal["end_race"] = "end_race"


class SwapRival(ClientMessage):
    """Exchange the training and its rival, each with its weights and losses; without a race it is refused."""

    type: Literal["swap_rival"] = "swap_rival"


class RivalState(StrictModel):
    """The rival in a race: its settings, the names of those that differ from the training's, its network.

    `shape` holds the neurons of each layer, `parameters` is the number of all parameters.
    """

    config: TrainingConfig
    differs: tuple[str, ...]
    shape: tuple[int, ...]
    parameters: int
    divergence: DivergenceReport | None
