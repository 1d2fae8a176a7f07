"""Submissions: stores each attempt of a learner, and a session with a copy of the best one, for links."""

from typing import NamedTuple

from server.classroom.model.room import Member, Room
from server.classroom.model.submission import MAX_ATTEMPTS, Submission
from server.classroom.service.lesson_progress import lesson_progress, record_verified
from server.classroom.service.room_manager import RoomManager
from server.errors.codes import ErrorCode
from server.errors.wire_errors import MessageError, paused
from server.goals.goals import TrainingStatus, progress
from server.goals.training_status import training_status
from server.runtime.connection import SessionUnavailable
from server.sessions.session import Session


class TrainingSnapshot(NamedTuple):
    """The status and the network of a session at one moment."""

    status: TrainingStatus
    parameters: list[float]
    buffers: list[float]


def training_snapshot(session: Session) -> TrainingSnapshot:
    """Return status and parameters of a session. Call it in the session's own thread."""
    session.loop.metrics()  # measure the current parameters, even while it trains
    network = session.trainer.network
    return TrainingSnapshot(training_status(session), network.parameters.tolist(), network.buffers.tolist())


async def submit_network(room_manager: RoomManager, room: Room, member: Member) -> Submission:
    """Store a member's network as a new attempt, start its verification, and return it.

    If the network was handed in for this task before, that attempt is returned instead.

    Raises:
        ProblemError: the room has ended, or the member was removed.
        server.errors.wire_errors.MessageError: the member waits for approval, or the server is full.
    """
    if member.waiting:
        raise paused()
    async with room_manager.operations.begin(room, member):
        return await _submit(room_manager, room, member)


async def _submit(room_manager: RoomManager, room: Room, member: Member) -> Submission:
    task_key = room.task_key
    snapshot = await room_manager.sessions.run(room, member, training_snapshot)
    member.status = snapshot.status
    record_verified(room_manager, room, member, snapshot.status.verified)
    attempt = _attempt(room_manager, room, member, snapshot)
    same = next((each for each in room.attempts_of(member) if each.is_same_network(attempt)), None)
    if same is not None and same.lesson != attempt.lesson:  # more checks were reached since
        same.lesson, same.met = attempt.lesson, attempt.met
        room.choose_best(member)
        room_manager.store.put_attempts(member, same)
        room_manager.queue_and_notify(room, member)
    if same is not None or room.task_key != task_key or not room_manager.has_member(room, member):
        return same or attempt  # the task was replaced meanwhile, or the member removed
    member.attempts.append(attempt)
    room.choose_best(member)
    _remove_surplus_attempts(room_manager, room, member)
    room_manager.store.put_attempts(member, attempt)
    room_manager.verifier.start(room, member)
    await update_copies(room_manager, room, member)
    room_manager.queue_and_notify(room, member)
    return attempt


def _attempt(room_manager: RoomManager, room: Room, member: Member, snapshot: TrainingSnapshot) -> Submission:
    """Return a new attempt of a member at the room's task."""
    task, goal = room.task, None if room.task is None else room.task.goal
    fresh, status = None if goal is None else goal.fresh, snapshot.status
    lesson = lesson_progress(room, member)
    met = lesson is None or lesson.is_complete if goal is None else progress(goal, status).reached
    return Submission(
        seat=member.id,
        at=room_manager.clock(),
        config=status.config.model_dump(mode="json"),
        parameters=snapshot.parameters,
        buffers=snapshot.buffers,
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
        met=met,
        lesson=lesson,
        task="" if task is None else task.title,
        task_key=room.task_key,
        goal=goal,
        order=room.leaderboard,
        fresh_seed=room.fresh_seed,
        wanted_runs=0 if fresh is None else fresh.runs,
        wanted_solved=0 if fresh is None else fresh.solved,
    )


def _remove_surplus_attempts(room_manager: RoomManager, room: Room, member: Member) -> None:
    attempts = room.attempts_of(member)
    if len(attempts) <= MAX_ATTEMPTS:
        return
    surplus = next(each for each in attempts if each is not member.submission)
    member.attempts.remove(surplus)
    room_manager.sessions.delete(surplus.session)
    room_manager.store.remove_attempt(surplus)


async def update_copies(room_manager: RoomManager, room: Room, member: Member) -> bool:
    """Create the copy of a member's best attempt at the task, and delete the copies of the others.

    Returns:
        False if the server is full, so that no more copies can be created now.
    """
    best = member.submission
    for attempt in room.attempts_of(member):
        if attempt is not best and attempt.session:
            room_manager.sessions.delete(attempt.session)
            attempt.session = ""
            room_manager.store.put_attempts(member, attempt)
    if best is None or await room_manager.sessions.exists(best.session):
        return True
    try:
        copy = await room_manager.sessions.create_copy(best.status().config, best.parameters, best.buffers)
    except MessageError as refused:
        return refused.code is ErrorCode.INVALID_VALUE  # its data are not installed: others may be restored
    except SessionUnavailable:
        return False
    made = await room_manager.sessions.exists(best.session)  # by another call, meanwhile
    if made or member.submission is not best or not room_manager.has_member(room, member):
        room_manager.sessions.delete(copy)
        return True
    best.session = copy
    room_manager.store.put_attempts(member, best)
    room_manager.notifications.notify(room.id)
    return True


async def restore_missing_copies(room_manager: RoomManager) -> None:
    """Create the missing copies of the best attempts, until the server is full."""
    for room in list(room_manager.rooms.values()):
        for member in list(room.members.values()):
            if not await update_copies(room_manager, room, member):
                return
