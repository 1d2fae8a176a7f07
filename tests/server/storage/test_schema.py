"""Data folders of earlier versions: a dump of each lies in `tests/data/storage`.

`python -m tests.server.storage.test_schema` writes that of the present version, once, when it is left.
"""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import Connection, make_url, text
from sqlalchemy.schema import CreateTable

from engine.config import TrainingConfig
from server.classroom.model.room import Member, Room
from server.classroom.model.submission import Submission
from server.classroom.model.task import EXAMPLE_TASK, Task
from server.classroom.service.progress import with_later_settings
from server.classroom.service.room_store import RoomStore
from server.protocol import messages as wire
from server.sessions.commands import handle
from server.sessions.session import Session
from server.sessions.session_record import capture_record, restore_record
from server.storage import schema
from server.storage.database import Database, StorageError
from server.storage.session_rows import SessionRow

DUMPS = Path(__file__).parents[2] / "data" / "storage"

CHANGES: dict[str, object] = {
    "hidden_layers": [3, 2],
    "optimizer": "adam",
    "regularization": "l1",
    "regularization_rate": 0.003,
    "dropout": [0.1, 0],
    "dataset": "own",
    "points": [[x / 2, y / 2, 1 if x * y > 0 else -1] for x in (-5, -2, 1, 4) for y in (-3, 1, 4)],
}


def sample_room() -> Room:
    """The room that is in every dump from version 2 on."""
    room = Room(
        id="the-room",
        key_hash="0" * 64,
        name="7b",
        code="ABCDEF",
        language="en",
        created=1000.0,
        ends=1e12,
        locks=["features"],
        task=Task.model_validate(EXAMPLE_TASK),
    )
    member = Member(
        id="the-seat", room=room.id, nickname="Ada", token_hash="1" * 64, session="the-sample", joined=1500.0
    )
    attempt = Submission(
        id="the-seat",
        seat="the-seat",
        at=1600.0,
        config=TrainingConfig().model_dump(mode="json"),
        parameters=[0.5] * 25,
        shape=[2, 4, 2, 1],
        epoch=30,
        train_loss=0.2,
        test_loss=0.25,
        train_accuracy=0.9,
        test_accuracy=0.8,
        edited=False,
        spent=60.0,
        runs=2,
        met=False,
        session="the-copy",
        wanted_runs=5,
        wanted_solved=4,
        solved=1,
        goal=room.task.goal if room.task else None,
    )
    member.attempts, member.submission = [attempt], attempt
    room.members[member.id] = member
    return room


def never() -> bool:
    return False


def sample() -> Session:
    """The session that is in every dump."""
    session = Session(TrainingConfig().changed(CHANGES), playing=True, speed=7)
    session.train(300, never)
    view, _ = session.attach()
    handle(session, view, wire.EditBias(layer=1, neuron=0, value=0.25))
    session.measure()
    session.detach(view)
    return session


def opened(dump: Path, file: Path) -> Database:
    with sqlite3.connect(file) as connection:
        connection.executescript(dump.read_text("utf-8"))
    connection.close()
    return Database(f"sqlite:///{file}")


def test_there_is_a_dump_of_each_version() -> None:
    assert {path.name for path in DUMPS.iterdir()} == {
        f"version{number}.sql" for number in range(1, schema.SCHEMA_VERSION + 1)
    }


@pytest.mark.medium
@pytest.mark.parametrize("dump", sorted(DUMPS.iterdir()), ids=lambda path: path.stem)
def test_a_data_folder_of_each_version_opens_and_its_training_goes_on(dump: Path, tmp_path: Path) -> None:
    storage = opened(dump, tmp_path / "old.sqlite3")
    assert storage.open() == ({"the-sample"}, 2000.0)
    found = storage.load("the-sample")
    assert found is not None
    record, created = found
    assert (record.epoch, created) == (300, 1000.0)
    session, twin = restore_record(record), sample()
    assert session.config == twin.config
    assert (session.playing, session.speed, session.trainer.epoch) == (True, 7, 300)
    assert len(session.history) == 301
    # Another machine's last digits may differ after so many epochs; what is wrong differs by more.
    for each in (session, twin):
        each.train(20, never)
    assert session.trainer.metrics().train_loss == pytest.approx(twin.trainer.metrics().train_loss, abs=1e-3)
    assert session.trainer.network.layers[0].biases[0] != 0
    storage.save([SessionRow("another", 0.0, 0.0, capture_record(session))], lambda _: False)
    storage.close()


def told(model: BaseModel, **options: Any) -> Any:
    """Return a model as JSON has it, its configs with the settings that did not exist when it was stored."""
    return _completed(model.model_dump(**options))


def _completed(value: Any) -> Any:
    if isinstance(value, list):
        return [_completed(each) for each in value]
    if not isinstance(value, dict):
        return value
    completed = {name: _completed(each) for name, each in value.items()}
    return with_later_settings(completed) if "weights_seed" in completed else completed


@pytest.mark.anyio
@pytest.mark.parametrize("dump", sorted(DUMPS.iterdir()), ids=lambda path: path.stem)
async def test_a_classroom_of_each_version_goes_on(dump: Path, tmp_path: Path) -> None:
    store = RoomStore(opened(dump, tmp_path / "old.sqlite3"))
    expected = [] if dump.stem == "version1" else [sample_room()]
    found = await store.load()
    assert found is not None
    assert [told(room) for room in found] == [told(room) for room in expected]
    for room in found:
        (member,) = room.members.values()
        (of_sample,) = sample_room().members.values()
        assert told(member, exclude={"idle_since"}) == told(of_sample, exclude={"idle_since"})
        assert member.submission is not None
        assert of_sample.submission is not None
        assert told(member.submission) == told(of_sample.submission)
    store.put(sample_room())
    assert await store.flush()
    await store.close()


def test_a_step_leads_from_one_version_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def step(connection: Connection) -> None:
        connection.execute(text("ALTER TABLE sessions ADD COLUMN title TEXT NOT NULL DEFAULT 'none'"))

    monkeypatch.setattr(schema, "SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)
    monkeypatch.setitem(schema.MIGRATIONS, schema.SCHEMA_VERSION, step)
    file = tmp_path / "old.sqlite3"
    for _ in range(2):
        storage = opened(DUMPS / "version1.sql", file) if not file.exists() else Database(f"sqlite:///{file}")
        assert storage.open()[0] == {"the-sample"}
        assert storage.load("the-sample") is not None
        storage.close()
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT title FROM sessions").fetchall() == [("none",)]
        assert connection.execute("SELECT schema FROM meta").fetchall() == [(schema.SCHEMA_VERSION,)]
    connection.close()


def test_a_step_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def step(connection: Connection) -> None:
        connection.execute(text("ALTER TABLE sessions ADD COLUMN title TEXT"))
        connection.execute(text("ALTER TABLE nothing ADD COLUMN title TEXT"))

    file = tmp_path / "old.sqlite3"
    with monkeypatch.context() as patch:
        patch.setattr(schema, "SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)
        patch.setitem(schema.MIGRATIONS, schema.SCHEMA_VERSION, step)
        storage = opened(DUMPS / "version1.sql", file)
        with pytest.raises(StorageError):
            storage.open()
        storage.close()
    storage = Database(f"sqlite:///{file}")
    assert storage.open()[0] == {"the-sample"}
    storage.close()
    with sqlite3.connect(file) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(sessions)")]
    connection.close()
    assert "title" not in columns


def test_tables_of_a_later_version_are_left_alone(tmp_path: Path) -> None:
    storage = opened(DUMPS / "version1.sql", tmp_path / "new.sqlite3")
    with sqlite3.connect(tmp_path / "new.sqlite3") as connection:
        connection.execute("UPDATE meta SET schema = 1000")
    connection.close()
    with pytest.raises(StorageError, match="version 1000 of the tables") as refused:
        storage.open()
    assert refused.value.failure == "later_version"
    storage.close()


@pytest.mark.parametrize(
    ("dialect", "kinds"),
    [("mysql", {"LONGBLOB", "FLOAT(53)"}), ("mariadb", {"LONGBLOB"}), ("postgresql", {"BYTEA"})],
)
def test_other_databases_keep_every_byte_and_digit(dialect: str, kinds: set[str]) -> None:
    made = "".join(
        str(CreateTable(table).compile(dialect=make_url(f"{dialect}://").get_dialect()()))
        for table in schema.METADATA.sorted_tables
    )
    assert all(kind in made for kind in kinds)
    assert " BLOB" not in made
    assert "FLOAT NOT" not in made


def write(file: Path) -> None:
    """Write the dump of the present version."""
    storage = Database(f"sqlite:///{file}")
    storage.open()
    storage.save([SessionRow("the-sample", 1000.0, 2000.0, capture_record(sample()))], lambda _: False)
    storage.close()
    asyncio.run(_write_room(file))
    with sqlite3.connect(file) as connection:
        lines = "\n".join(connection.iterdump())
    connection.close()
    (DUMPS / f"version{schema.SCHEMA_VERSION}.sql").write_text(lines + "\n", "utf-8")


async def _write_room(file: Path) -> None:
    store, room = RoomStore(Database(f"sqlite:///{file}")), sample_room()
    store.put(room, *room.members.values())
    for member in room.members.values():
        store.put_attempts(member, *member.attempts)
    await store.close()


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / "new.sqlite3")
