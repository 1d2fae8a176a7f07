"""Builds the responses for rooms and seats. Responses for learners omit what learners must not see."""

from collections.abc import Mapping

from server.classroom.api.responses import (
    HandInState,
    LeaderboardEntry,
    ProjectorRank,
    ProjectorState,
    RankedSeat,
    RoomForSeat,
    RoomState,
    SeatForProjector,
    SeatForRoom,
    SeatState,
    ShownNetwork,
    VerificationProgress,
    VerificationResult,
)
from server.classroom.model.builtin_tasks import translate
from server.classroom.model.languages import Language
from server.classroom.model.room import Member, Room
from server.classroom.model.submission import Submission
from server.classroom.model.task import Task
from server.classroom.service.lesson_progress import lesson_progress
from server.classroom.service.progress import changed_settings, is_ready_to_hand_in, progress_of
from server.classroom.service.projector import projector_key
from server.classroom.service.session_keys import session_key
from server.web.public_urls import PageUrls

SHOWN_ATTEMPTS = 20
"""Maximum number of attempts in the state of a seat; the results have all."""


def room_state(room: Room, urls: PageUrls) -> RoomState:
    """Return a room as its teacher sees it."""
    standings = room.standings()
    rank_of = {member.id: rank for rank, member, _ in standings}
    fields = room.model_dump(
        exclude={
            "key_hash",
            "language",
            "start",
            "task",
            "shown_session",
            "fresh_seed",
            "members",
            "seen",
            "lessons",
            "outline",
        }
    )
    return RoomState(
        **fields,
        join_url=urls.join(room.code),
        projector_url=urls.projector(room.id, projector_key(room)),
        projectors=room.projectors,
        start=room.start,
        task=room.task,
        seats=[_seat_for_room(room, each, rank_of, urls) for each in room.members.values()],
        ranking=None
        if room.leaderboard is None
        else [
            RankedSeat(rank=rank, seat=member.id, nickname=member.nickname, value=value)
            for rank, member, value in standings
        ],
    )


def projector_state(room: Room, urls: PageUrls) -> ProjectorState:
    """Return a room as its projector shows it. Without keys, sessions' ids and names that are not shown."""
    standings = room.standings()
    named = set() if room.anonymous else {member.id for _, member, _ in standings} | {room.shown or ""}
    nicknames = {each.id: each.nickname if each.id in named else None for each in room.members.values()}
    return ProjectorState(
        id=room.id,
        name=room.name,
        code=room.code,
        join_url=urls.join(room.code),
        joining=room.joining,
        leaderboard=room.leaderboard,
        anonymous=room.anonymous,
        shown=room.shown,
        seats=[
            SeatForProjector(seat=each.id, nickname=nicknames[each.id], waiting=each.waiting)
            for each in room.members.values()
        ],
        ranking=None
        if room.leaderboard is None
        else [
            ProjectorRank(rank=rank, seat=member.id, nickname=nicknames[member.id], value=value)
            for rank, member, value in standings
        ],
    )


def seat_state(room: Room, member: Member, urls: PageUrls, language: Language | None = None) -> SeatState:
    """Return a seat as its learner sees it: built-in tasks in their language, for None in the teacher's."""
    task = None if member.waiting else room.task
    standings = room.standings()
    rank_of = {each.id: rank for rank, each, _ in standings}
    rules = room.rules_for(member)
    return SeatState(
        room=RoomForSeat(
            name=room.name,
            code=room.code,
            paused=rules.paused,
            locks=room.locks,
            reason=room.reason,
            joining=room.joining,
            anonymous=room.anonymous,
            shown=None if member.waiting else _shown_network(room, urls),
        ),
        seat=member.id,
        nickname=member.nickname,
        waiting=member.waiting,
        session=member.session,
        session_key=session_key(rules),
        help=member.help,
        done=member.done,
        asked=member.asked,
        agreed=member.agreed,
        hint=member.hint,
        task=task if task is None or language is None else _in_language(room, task, language),
        progress=None if member.waiting else progress_of(room, member),
        lesson=lesson_progress(room, member),
        hand_in=submission_state(member, rank_of),
        attempts=[
            state
            for attempt in room.attempts_of(member)[-SHOWN_ATTEMPTS:]
            if (state := submission_state(member, rank_of, attempt=attempt)) is not None
        ],
        ready=is_ready_to_hand_in(room, member),
        leaderboard=None
        if room.leaderboard is None or member.waiting
        else [
            LeaderboardEntry(
                rank=rank,
                nickname=None if room.anonymous and each is not member else each.nickname,
                mine=each is member,
                value=value,
            )
            for rank, each, value in standings
        ],
    )


def submission_state(
    member: Member,
    rank_of: Mapping[str, int],
    urls: PageUrls | None = None,
    attempt: Submission | None = None,
) -> HandInState | None:
    """Return an attempt of a member, by default the best; None without one.

    It has a link only if `urls` are given, and only the best has a rank.
    """
    submission = attempt or member.submission
    if submission is None:
        return None
    checking, fresh = _verification(submission)
    return HandInState(
        at=submission.at,
        reached=submission.reached,
        lesson=submission.lesson,
        edited=submission.edited,
        checking=checking,
        fresh=fresh,
        rank=rank_of.get(member.id) if submission is member.submission else None,
        weights=submission.weights,
        epoch=submission.epoch,
        counted_epochs=submission.status().counted_epochs,
        steps=submission.steps,
        points_seen=submission.points_seen,
        test_loss=submission.test_loss,
        score=submission.score,
        url=None if urls is None or not submission.session else urls.session(submission.session),
    )


def _in_language(room: Room, task: Task, language: Language) -> Task:
    """Return a task with the texts of a built-in task or of its lesson in a language."""
    return translate(task, language) if room.outline is None else room.outline.translate(task, language)


def _verification(submission: Submission) -> tuple[VerificationProgress | None, VerificationResult | None]:
    if not submission.wanted_runs:
        return None, None
    if submission.solved is None:
        return VerificationProgress(done=submission.done, of=submission.wanted_runs), None
    return None, VerificationResult(solved=submission.solved, of=submission.wanted_runs)


def _shown_network(room: Room, urls: PageUrls) -> ShownNetwork | None:
    member = room.members.get(room.shown or "")
    if member is None or not room.shown_session:
        return None
    return ShownNetwork(
        nickname=None if room.anonymous else member.nickname,
        session_url=urls.session(room.shown_session),
    )


def _seat_for_room(room: Room, member: Member, rank_of: Mapping[str, int], urls: PageUrls) -> SeatForRoom:
    status = member.status
    return SeatForRoom(
        seat=member.id,
        nickname=member.nickname,
        waiting=member.waiting,
        online=member.online > 0,
        help=member.help,
        done=member.done,
        asked=member.asked,
        agreed=member.agreed,
        paused=member.paused,
        joined=member.joined,
        session=member.session,
        idle_since=member.idle_since,
        shape=[] if status is None else list(status.shape),
        weights=0 if status is None else status.weights,
        differs=changed_settings(room, member),
        progress=progress_of(room, member),
        lesson=lesson_progress(room, member),
        hand_in=submission_state(member, rank_of, urls),
        attempts=len(room.attempts_of(member)),
        lesson_step=0 if status is None else status.lesson_step,
    )
