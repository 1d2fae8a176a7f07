from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config import TrainingConfig
from server.classroom.model.room import Member, Room
from server.classroom.model.submission import Submission
from server.sessions.rules import Rules
from server.sessions.session import Session
from tests.server.storage.test_schema import sample_room


def member(name: str, **fields: Any) -> Member:
    return Member(id=name, room="r", nickname=name, token_hash="", session=f"s-{name}", joined=0, **fields)


def submission(**fields: Any) -> Submission:
    usual = sample_room().members["the-seat"].submission
    assert usual is not None
    values = {"met": True, "wanted_runs": 0, "solved": None, **fields}
    return usual.model_copy(update=values)


def room(*members: Member, **fields: Any) -> Room:
    made = sample_room().model_copy(update=fields)
    made.members = {each.id: each for each in members}
    return made


@pytest.mark.parametrize(
    ("of_room", "of_member", "paused"),
    [
        ({}, {}, False),
        ({"paused": True}, {}, True),
        ({}, {"paused": True}, True),
        ({}, {"waiting": True}, True),
    ],
)
def test_rules_come_from_the_room_and_the_seat(of_room: Any, of_member: Any, paused: bool) -> None:
    one = member("Ada", **of_member)
    there = room(one, locks=["noise"], reason="So.", **of_room)
    keys = {"room_key": there.key_hash, "seat_token": one.token_hash}
    who: dict[str, Any] = {"room": "the-room", "seat": "Ada", **keys}
    assert there.rules_for(one) == Rules(frozenset({"noise"}), "So.", paused, **who)


def test_a_nickname_is_unique_in_a_room() -> None:
    ada = member("Ada")
    there = room(ada)
    assert there.has_nickname("ADA")
    assert not there.has_nickname("ada", but=ada)
    assert not there.has_nickname("Bob")


def test_a_room_lists_all_its_sessions() -> None:
    ada, bob = member("Ada"), member("Bob")
    ada.attempts = [submission(session="copy"), submission(session="")]
    bob.attempts = [submission(session="")]
    assert sorted(room(ada, bob, shown_session="shown").sessions()) == ["copy", "s-Ada", "s-Bob", "shown"]


@pytest.mark.parametrize(
    ("fields", "reached"),
    [
        ({}, True),
        ({"met": False}, False),
        ({"wanted_runs": 5, "wanted_solved": 4}, False),
        ({"wanted_runs": 5, "wanted_solved": 4, "solved": 3}, False),
        ({"wanted_runs": 5, "wanted_solved": 4, "solved": 4}, True),
        ({"met": False, "wanted_runs": 5, "wanted_solved": 4, "solved": 5}, False),
    ],
)
def test_a_hand_in_has_reached_the_goal_when_its_fresh_runs_have(fields: Any, reached: bool) -> None:
    assert submission(**fields).reached is reached


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.booleans()), max_size=12))
def test_the_leaderboard_has_those_who_reached_the_goal_by_training(
    rows: list[tuple[int, bool, bool]],
) -> None:
    members = [member(f"m{number:02}") for number in range(len(rows))]
    for each, (epoch, met, edited) in zip(members, rows, strict=True):
        each.submission = submission(epoch=epoch, epochs_seen=epoch, met=met, edited=edited)
    found = room(*members, leaderboard="fewest_epochs").standings()
    expected = sorted(epoch for epoch, met, edited in rows if met and not edited)
    assert [value for _, _, value in found] == expected
    assert [rank for rank, _, _ in found] == [1 + sum(e < epoch for e in expected) for epoch in expected]
    assert room(*members, leaderboard=None).standings() == []


def test_each_member_has_other_initial_weights_unless_they_are_locked() -> None:
    there = room(member("Ada"), member("Bob"))
    ada, bob = there.start_for("Ada"), there.start_for("Bob")
    assert ada == there.start_for("Ada")
    assert {**ada, "weights_seed": 0} == {**bob, "weights_seed": 0} == there.start.config
    assert ada["weights_seed"] != bob["weights_seed"]
    there.locks = ["weights_seed"]
    assert there.start_for("Ada") == there.start_for("Bob") == there.start.config


def test_live_fields_are_not_stored() -> None:
    one = member("Ada", online=3)
    assert not {"online", "look", "submission", "stale", "idle_since"} & one.model_dump().keys()
    assert "members" not in room(one).model_dump()


def test_submissions_of_earlier_versions_get_their_score_from_the_network() -> None:
    config = TrainingConfig().changed({"output_activation": "sigmoid", "loss": "cross_entropy"})
    session = Session(config)
    session.train(3, lambda: False)
    given = submission(config=config.model_dump(mode="json"), epoch=3).model_dump(
        exclude={"score", "epochs_seen"}
    )
    given["parameters"] = session.trainer.network.parameters.tolist()
    read = Submission.model_validate(given)
    assert read.score == pytest.approx(session.loop.score())
    assert read.status().counted_epochs == 3
