"""`tinkernet backup`, `tinkernet restore`, and databases on which a server does not start."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from server import cli
from server.settings import Settings
from server.storage.database import FILE_NAME, Database
from server.storage.database_lock import DatabaseLock


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    storage = Database(f"sqlite:///{folder / FILE_NAME}")
    storage.open()
    storage.close()
    return folder


def test_a_copy_is_written_and_restored(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy, option = tmp_path / "copy.sqlite3", f"--data-dir={data}"
    with DatabaseLock(data / FILE_NAME):
        assert cli.main(["backup", str(copy), option]) == 0
        assert str(copy) in capsys.readouterr().out
        assert cli.main(["restore", str(copy), option]) == 1
        assert "stop it first" in capsys.readouterr().err
    assert cli.main(["restore", str(copy), option]) == 0
    assert "before-restore" in capsys.readouterr().out
    assert cli.main(["restore", str(tmp_path / "nothing"), option]) == 1
    assert "no database of Tinkernet" in capsys.readouterr().err


def test_another_kind_of_database_is_not_copied(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["backup", str(tmp_path / "copy"), "--database-url", "sqlite://"])
    assert ended.value.code == 2


def test_a_second_server_on_the_same_database_does_not_start(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with DatabaseLock(data / FILE_NAME):
        assert cli.serve(Settings(host="127.0.0.1", port=0, data_dir=data)) == 1
    message = capsys.readouterr().err
    assert "another Tinkernet uses the database" in message
    assert "--data-dir" in message


def test_a_database_of_a_later_version_is_refused_in_one_sentence(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(data / FILE_NAME)) as connection, connection:
        connection.execute("UPDATE meta SET schema = 99")
    for _ in range(2):
        assert cli.serve(Settings(host="127.0.0.1", port=0, data_dir=data)) == 2
        message = capsys.readouterr().err
        assert message.startswith("tinkernet: a later Tinkernet wrote the database")
        assert message.count("\n") == 1
    DatabaseLock(data / FILE_NAME).release()  # it is not held any more
