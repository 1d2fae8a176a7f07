import shutil
import sqlite3
from pathlib import Path

import pytest

from server.classroom.model.room import Member, Room
from server.classroom.service.room_store import RoomStore
from server.storage.database import Database
from tests.server.storage.test_schema import sample_room

pytestmark = pytest.mark.anyio


def store(folder: Path) -> RoomStore:
    return RoomStore(Database(f"sqlite:///{folder}/rooms.db"))


def put(store: RoomStore, room: Room) -> None:
    store.put(room, *room.members.values())
    for member in room.members.values():
        store.put_attempts(member, *member.attempts)


async def test_rooms_are_read_as_they_were_written(tmp_path: Path) -> None:
    one = store(tmp_path)
    assert await one.load() == []
    put(one, sample_room())
    assert await one.flush()
    assert await one.flush()
    found = await one.load()
    assert found is not None
    (room,) = found
    assert room.model_dump() == sample_room().model_dump()
    assert room.members["the-seat"].submission == sample_room().members["the-seat"].submission
    await one.close()


async def test_the_latest_change_counts_and_removals_are_written(tmp_path: Path) -> None:
    one, room = store(tmp_path), sample_room()
    put(one, room)
    await one.flush()
    room.name = "8c"
    one.put(room)
    one.remove_attempt(room.members["the-seat"].attempts[0])
    await one.flush()
    (found,) = await one.load() or []
    assert found.name == "8c"
    assert found.members["the-seat"].submission is None
    one.remove_room(room)
    await one.close()
    two = store(tmp_path)
    assert await two.load() == []
    await two.close()


async def test_members_come_in_the_order_in_which_they_joined(tmp_path: Path) -> None:
    one, room = store(tmp_path), sample_room()
    for number in (3, 1, 2):
        member = Member(
            id=f"m{number}", room=room.id, nickname="x", token_hash="", session="s", joined=number
        )
        one.put(member)
    put(one, room)
    await one.flush()
    (found,) = await one.load() or []
    assert list(found.members) == ["m1", "m2", "m3", "the-seat"]
    await one.close()


async def test_a_failing_database_is_tried_again(tmp_path: Path) -> None:
    folder = tmp_path / "later"
    folder.write_text("a file where the folder should be")
    one = store(folder)
    put(one, sample_room())
    assert await one.load() is None
    assert not await one.flush()
    folder.unlink()
    assert await one.flush(at_once=True)
    assert len(await one.load() or []) == 1
    await one.close()


async def test_invalid_rows_are_left_in_the_database(tmp_path: Path) -> None:
    one, room = store(tmp_path), sample_room()
    put(one, room)
    await one.flush()
    another = room.model_copy(update={"id": "another", "nicknames": "nobody knows"})
    one.put(another)
    await one.flush()
    assert [found.id for found in await one.load() or []] == ["the-room"]
    await one.close()


async def test_trouble_is_logged_once_and_its_end_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder, now = tmp_path / "later", 0.0
    folder.touch()
    one = RoomStore(Database(f"sqlite:///{folder}/rooms.db"), clock=lambda: now)
    put(one, sample_room())
    for _ in range(100):
        now += 0.4
        assert await one.load() is None
        assert not await one.flush()
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "Rooms cannot be saved" in caplog.text
    folder.unlink()
    now += 10
    assert await one.flush()
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
    assert "Rooms are saved again" in caplog.text
    await one.close()


async def test_a_row_that_the_database_refuses_does_not_keep_others_from_being_saved(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    one, room = store(tmp_path), sample_room()
    await one.load()
    with sqlite3.connect(tmp_path / "rooms.db") as other:
        other.execute(
            "CREATE TRIGGER no BEFORE INSERT ON rooms WHEN NEW.id = 'bad' "
            "BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    for _ in range(2):
        put(one, room.model_copy(update={"id": "bad"}))
        put(one, room)
        assert await one.flush()
    assert [found.id for found in await one.load() or []] == ["the-room"]
    assert caplog.text.count("room bad cannot be saved") == 1
    with other:
        other.execute("DROP TRIGGER no")
    other.close()
    put(one, room.model_copy(update={"id": "bad"}))
    assert await one.flush()
    assert {found.id for found in await one.load() or []} == {"the-room", "bad"}
    await one.close()


@pytest.mark.medium
@pytest.mark.parametrize("by", [None, "the sessions' store"])
async def test_rooms_are_written_anew_after_the_folder_was_removed(tmp_path: Path, by: str | None) -> None:
    folder = tmp_path / "data"
    one, room = store(folder), sample_room()
    one.rooms = lambda: [room]
    put(one, room)
    assert await one.flush()
    shutil.rmtree(folder)
    if by is not None:  # it notices first, and makes a file with no rooms at that place
        other = Database(f"sqlite:///{folder}/rooms.db")
        other.open()
        other.close()
    one.put(Member(id="new", room=room.id, nickname="x", token_hash="", session="s", joined=1))
    await one.flush()
    assert await one.flush(), "what was written before is queued again"
    await one.close()
    two = store(folder)
    (found,) = await two.load() or []
    assert set(found.members) == {"the-seat", "new"}
    assert found.members["the-seat"].submission is not None
    await two.close()
