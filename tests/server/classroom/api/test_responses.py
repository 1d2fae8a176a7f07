from server.classroom.api.serializers import room_state, seat_state
from server.sessions.view_ids import view_id
from server.web.public_urls import PageUrls
from tests.server.goals.test_goals import training_status
from tests.server.storage.test_schema import sample_room

HERE = PageUrls(base="http://here/lab", others="http://there/lab")


def test_a_seat_state_has_no_secrets() -> None:
    room = sample_room()
    ada = room.members["the-seat"]
    bob = ada.model_copy(update={"id": "b", "nickname": "Bob", "session": "bobs", "token_hash": "2" * 64})
    bob.submission = ada.submission
    room.members["b"] = bob
    text = seat_state(room, ada, HERE).model_dump_json()
    for secret in ("bobs", "0" * 64, "1" * 64, "2" * 64, "the-copy", "the-room"):
        assert secret not in text


def test_a_waiting_learner_sees_nothing_of_the_lesson() -> None:
    room = sample_room()
    ada = room.members["the-seat"]
    ada.status, room.shown, room.shown_session = training_status(), ada.id, "what-all-see"
    inside = seat_state(room, ada, HERE)
    assert None not in (inside.task, inside.progress, inside.room.shown)
    ada.waiting = True
    outside = seat_state(room, ada, HERE)
    assert (outside.task, outside.progress, outside.room.shown) == (None, None, None)


def test_a_room_state_has_no_secrets_but_links_to_sessions() -> None:
    text = room_state(sample_room(), HERE).model_dump_json()
    for secret in ("0" * 64, "1" * 64, "fresh_seed", "hash"):
        assert secret not in text
    assert f"http://here/lab/?session={view_id('the-copy')}" in text
    assert "http://there/lab/join/ABCDEF" in text
    assert HERE.classroom("r", "k") == "http://here/lab/classroom#r.k"


def test_a_room_state_has_the_settings_that_differ_from_the_start() -> None:
    room = sample_room()
    ada = room.members["the-seat"]
    assert room_state(room, HERE).seats[0].shape == []
    changed = {"learning_rate": 0.1, "noise": 10, "weights_seed": room.start_for(ada.id)["weights_seed"]}
    ada.status = training_status(config=training_status().config.changed(changed))
    seat = room_state(room, HERE).seats[0]
    assert seat.differs == {"learning_rate": 0.1, "noise": 10.0}
    assert (seat.shape, seat.weights) == ([2, 4, 2, 1], 25)
    assert seat.progress is not None
    assert seat.progress.parts[-1].value == 1  # fresh runs of the hand-in


def test_a_hand_in_under_verification_has_its_progress() -> None:
    room = sample_room()
    ada = room.members["the-seat"]
    assert ada.submission is not None
    ada.submission.solved, ada.submission.done = None, 3
    found = seat_state(room, ada, HERE).hand_in
    assert found is not None
    assert found.checking is not None
    assert (found.checking.done, found.checking.of, found.fresh, found.reached) == (3, 5, None, False)
