"""A session record: what the database stores of a session; capturing and restoring it.

A record has three parts, which change at different times: the setup (config, custom data, initial
parameters), which only clients change; the state, which every mini-batch changes; and the losses, to which
points are mostly appended. Losses are divided into pages, and only changed pages are stored again.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.config import TrainingConfig
from engine.data.datasets import Dataset, Points
from engine.data.images import DIGITS, INSTALL, are_available
from engine.training.trainer import Divergence, Snapshot, State
from server.sessions import record_codec as codec
from server.sessions import rival_record
from server.sessions.loss_history import EMPTY_CURSOR, Cursor
from server.sessions.session import Session
from server.sessions.training_control import PendingSteps
from server.sessions.training_run import StopCriterion


class StoredExtent(NamedTuple):
    """How much of a session is stored."""

    losses: Cursor = EMPTY_CURSOR
    setup: int = -1
    """The stored `Session.setup_version`."""


@dataclass(frozen=True)
class SessionRecord:
    """A session's state, without the parts that are stored already."""

    epoch: int
    state: bytes
    setup: bytes | None
    """The setup; None if the stored one is current."""
    first_page: int
    """The number of the first page in `pages`: stored pages before it are current, later ones obsolete."""
    pages: tuple[bytes, ...]
    """The changed pages of losses."""
    stored: StoredExtent
    """What will be stored once this record is."""

    @property
    def is_whole(self) -> bool:
        """Whether it is complete without anything that is stored already."""
        return self.setup is not None and self.first_page == 0


def capture_record(session: Session, stored: StoredExtent = StoredExtent()) -> SessionRecord:  # noqa: B008 - immutable
    """Return the record of a session; call `Session.measure` first if the network changed.

    Args:
        session: the session; the views of its clients are not part of the record.
        stored: what is stored already, and left out of the record.
    """
    history, snapshot = session.history, session.trainer.snapshot()
    state = snapshot.state
    fields = {
        "playing": session.playing,
        "until_epoch": session.control.until_epoch,
        "until": session.control.until,
        "speed": session.speed,
        "work": session.work,
        "revision": session.revision,
        "steps": state.steps,
        "epoch": state.epoch,
        "batch": state.batch,
        "points": state.points,
        "cut_epochs": state.cut_epochs,
        "batch_size": snapshot.batch_size,
        "divergence": snapshot.divergence,
        "history": history.details(),
        "edited": session.edited,
        "opened": session.opened,
        "runs": session.loop.attempts,
        "stands": session.loop.at_start,
    }
    arrays = {"parameters": state.parameters, "dead": state.pruned, "memory": state.optimizer_state}
    if state.buffers.size:
        arrays["buffers"] = state.buffers
    if session.race.rival is not None:
        of_rival, rival_arrays = rival_record.state_of(session.race.rival)
        fields |= of_rival
        arrays |= rival_arrays
    cursor = codec.page_start(stored.losses, history.generation)
    _, points, reached = history.since(cursor)
    return SessionRecord(
        epoch=state.epoch,
        state=codec.pack(fields, arrays),
        setup=None if stored.setup == session.setup_version else _pack_setup(session),
        first_page=cursor.points // codec.LOSSES_PER_PAGE,
        pages=codec.to_pages(points),
        stored=StoredExtent(reached, session.setup_version),
    )


def stored_extent(session: Session) -> StoredExtent:
    """Return the extent of a session that is stored completely."""
    return StoredExtent(session.history.cursor, session.setup_version)


def restore_record(record: SessionRecord) -> Session:
    """Restore a session from its record; it trains on as the original would, bit for bit.

    Args:
        record: a complete record.

    Raises:
        server.sessions.record_codec.MissingDataError: data of the training are not installed on this server.
        server.sessions.record_codec.UnreadableRecord: the record is not one that this version can read.
    """
    try:
        return _restore(record)
    except codec.MissingDataError:
        raise
    except (KeyError, TypeError, ValueError, IndexError) as problem:  # also those of pydantic and the engine
        raise codec.UnreadableRecord(str(problem)) from problem


def _restore(record: SessionRecord) -> Session:
    setup, given = codec.unpack(codec.decompress(record.setup or b""))
    fields, arrays = codec.unpack(record.state)
    data = None
    if "train_inputs" in given:
        data = Dataset(
            Points(given["train_inputs"], given["train_targets"]),
            Points(given["test_inputs"], given["test_targets"]),
        )
    config = TrainingConfig.model_validate(setup["config"])
    if data is None and config.dataset == DIGITS and not are_available():
        raise codec.MissingDataError(f"its images are not installed: {INSTALL}")
    session = Session(
        config,
        speed=fields["speed"],
        playing=fields["playing"],
        data=data,
        parameters=given.get("parameters"),
        pruned=given.get("pruned"),
        buffers=given.get("buffers"),
    )
    trained = len(session.trainer.dataset.train.targets)
    in_epoch = min(fields["batch"] * fields["batch_size"], trained)
    state = State(
        arrays["parameters"],
        arrays["dead"],
        arrays["memory"],
        arrays.get("buffers", np.zeros(0)),  # only layers with buffers have them
        steps=fields["steps"],
        epoch=fields["epoch"],
        batch=fields["batch"],
        # Records of earlier versions lack these two.
        points=fields.get("points", fields["epoch"] * trained + in_epoch),
        cut_epochs=fields.get("cut_epochs", 0.0),
    )
    divergence = None if fields["divergence"] is None else Divergence(*fields["divergence"])
    session.resume(
        Snapshot(state, fields["batch_size"], divergence),
        codec.from_pages(record.pages),
        fields["history"],
        revision=fields["revision"],
        work=None if fields["work"] is None else PendingSteps(*fields["work"]),
        # Records of earlier versions lack what has a default here.
        edited=fields.get("edited", False),
        attempts=fields.get("runs", 0),
        at_start=fields.get("stands", state.epoch == 0),
    )
    session.opened = fields.get("opened", False)
    session.control.until_epoch = fields.get("until_epoch")
    session.control.until = StopCriterion(*fields.get("until", ()))
    rival_record.restore_rival(session, setup, given, fields, arrays, data)
    return session


def _pack_setup(session: Session) -> bytes:
    data, parameters, pruned, buffers = session.trainer.overrides
    arrays: dict[str, NDArray[Any]] = {}
    if data is not None:
        for name, points in (("train", data.train), ("test", data.test)):
            arrays[f"{name}_inputs"], arrays[f"{name}_targets"] = points
    if parameters is not None:
        arrays["parameters"] = parameters
    if pruned is not None:
        arrays["pruned"] = pruned
    if buffers is not None:
        arrays["buffers"] = buffers
    fields = {"config": session.config.model_dump(mode="json")}
    if session.race.rival is not None:
        of_rival, rival_arrays = rival_record.setup_of(session.race.rival)
        fields |= of_rival
        arrays |= rival_arrays
    return codec.compress(codec.pack(fields, arrays))
