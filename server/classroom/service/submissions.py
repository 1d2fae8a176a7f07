"""Submissions: stores a learner's network as it is, with a copy that can be opened by a link."""

from typing import NamedTuple

from server.classroom.model.goals import TrainingStatus, progress
from server.classroom.model.room import Member, Room, Submission
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


async def submit_network(room_manager: RoomManager, room: Room, member: Member) -> None:
    """Store a member's network as their submission, in place of an earlier one, and start its verification.

    Raises:
        server.errors.wire_errors.MessageError: the member waits for approval, or the server is full.
    """
    if member.waiting:
        raise paused()
    status, parameters = await room_manager.sessions.run(room, member, training_snapshot)
    task, goal = room.task, None if room.task is None else room.task.goal
    fresh = None if goal is None else goal.fresh
    before, member.status = member.submission, status
    submission = Submission(
        at=room_manager.clock(),
        config=status.config.model_dump(mode="json"),
        parameters=parameters,
        shape=list(status.shape),
        epoch=status.epoch,
        train_loss=status.train_loss,
        test_loss=status.test_loss,
        train_accuracy=status.train_accuracy,
        test_accuracy=status.test_accuracy,
        score=status.score,
        epochs_seen=status.epochs_seen,
        steps=status.steps,
        points_seen=status.points_seen,
        edited=status.edited,
        spent=member.spent,
        runs=status.runs,
        met=goal is None or progress(goal, status).reached,
        task="" if task is None else task.title,
        wanted_runs=0 if fresh is None else fresh.runs,
        wanted_solved=0 if fresh is None else fresh.solved,
    )
    try:
        submission.session = await room_manager.sessions.create_copy(status.config, parameters)
    except MessageError:  # the server is full: the copy is made later, by `restore_missing_copies`
        submission.session = ""
    if room.members.get(member.id) is not member or room.task is not task:
        # The member was removed or the task replaced meanwhile.
        room_manager.sessions.delete(submission.session)
        return
    if before is not None:
        room_manager.sessions.delete(before.session)
    member.submission = submission
    room_manager.store.put_submission(member)
    room_manager.verifier.start(room, member)
    await room_manager.save_and_notify(room, member)


async def restore_missing_copies(room_manager: RoomManager) -> None:
    """Create the missing copies of submitted networks, until the server is full."""
    for room in list(room_manager.rooms.values()):
        for member in list(room.members.values()):
            submission = member.submission
            if submission is None or room_manager.session_manager.exists(submission.session):
                continue
            try:
                submission.session = await room_manager.sessions.create_copy(
                    submission.status().config, submission.parameters
                )
            except MessageError:
                return
            if member.submission is submission and room.members.get(member.id) is member:
                room_manager.store.put_submission(member)
                room_manager.notifications.notify(room.id)
            else:
                room_manager.sessions.delete(submission.session)
