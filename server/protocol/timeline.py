"""Looking back: the network as it was at an earlier epoch, while its training waits."""

from typing import Annotated, Literal

from pydantic import Field

from server.protocol.client_message import MAX_EXACT_INTEGER, ClientMessage
from server.protocol.strict_model import StrictModel


class LookBack(ClientMessage):
    """Pause, and show all pages of the session the network as it was at an epoch: the kept one nearest to it.

    The server keeps the networks of some dozens of epochs. What is shown besides (points, settings) stays.
    `epoch` null shows the present again, as everything does that trains or changes the network. The reply is
    `moments`.
    """

    type: Literal["look_back"] = "look_back"
    epoch: Annotated[int, Field(ge=0, le=MAX_EXACT_INTEGER)] | None


class KeptMoments(StrictModel):
    """The epochs whose networks are kept, ascending, and that which is shown; null: the present."""

    type: Literal["moments"] = "moments"
    epochs: tuple[int, ...]
    shown: int | None
    ref: int | None = None
