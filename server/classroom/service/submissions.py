"""Handing in: the network as it is at that moment, kept with a copy that a link opens."""

from typing import NamedTuple

from server.classroom.model.goals import TrainingStatus, progress
from server.classroom.model.room import HandIn, Member, Room
from server.classroom.service.room_manager import RoomManager
from server.classroom.service.training_status import training_status
from server.errors.wire_errors import MessageError, paused
from server.sessions.session import Session


class TrainingSnapshot(NamedTuple):
    """A training at one moment."""

    status: TrainingStatus
    parameters: list[float]


def training_snapshot(session: Session) -> TrainingSnapshot:
    """Return status and parameters of a session. Call it in the session's own thread."""
    return TrainingSnapshot(training_status(session), session.trainer.network.parameters.tolist())


async def hand_in(room_manager: RoomManager, room: Room, member: Member) -> None:
    """Take what a member hands in, in the place of what they handed in before.

    Raises:
        server.errors.wire_errors.MessageError: they were not let in yet, or the server is full.
    """
    if member.waiting:
        raise paused()
    found, parameters = await room_manager.sessions.run(room, member, training_snapshot)
    task, goal = room.task, None if room.task is None else room.task.goal
    fresh = None if goal is None else goal.fresh
    before, member.status = member.hand_in, found
    handed = HandIn(
        at=room_manager.clock(),
        config=found.config.model_dump(mode="json"),
        parameters=parameters,
        shape=list(found.shape),
        epoch=found.epoch,
        train_loss=found.train_loss,
        test_loss=found.test_loss,
        train_accuracy=found.train_accuracy,
        test_accuracy=found.test_accuracy,
        edited=found.edited,
        spent=member.spent,
        runs=found.runs,
        met=goal is None or progress(goal, found).reached,
        task="" if task is None else task.title,
        wanted_runs=0 if fresh is None else fresh.runs,
        wanted_solved=0 if fresh is None else fresh.solved,
    )
    try:
        handed.session = await room_manager.sessions.create_copy(found.config, parameters)
    except MessageError:  # the server is full: the hand-in counts, and its link comes later
        handed.session = ""
    if room.members.get(member.id) is not member or room.task is not task:
        room_manager.sessions.delete(handed.session)  # removed meanwhile, or the task is another
        return
    if before is not None:
        room_manager.sessions.delete(before.session)
    member.hand_in = handed
    room_manager.store.put_hand_in(member)
    room_manager.verifier.start(room, member)
    await room_manager.changed(room, member)


async def restore_missing_copies(room_manager: RoomManager) -> None:
    """Make copies of what was handed in whose copies are not there, for want of room or of time."""
    for room in list(room_manager.rooms.values()):
        for member in list(room.members.values()):
            handed = member.hand_in
            if handed is None or room_manager.session_manager.exists(handed.session):
                continue
            try:
                handed.session = await room_manager.sessions.create_copy(
                    handed.status().config, handed.parameters
                )
            except MessageError:
                return
            if member.hand_in is handed and room.members.get(member.id) is member:
                room_manager.store.put_hand_in(member)
                room_manager.notifications.tell(room.id)
            else:
                room_manager.sessions.delete(handed.session)
