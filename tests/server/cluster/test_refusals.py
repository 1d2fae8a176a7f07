"""A cluster that cannot work is refused at the start, with one sentence."""

from pathlib import Path

import pytest

from server import cli, exit_codes
from server.cluster import command
from server.cluster.directory import Directory, ProcessInfo
from server.cluster.machine import require_memory, total_memory
from server.cluster.ray_start import ClusterRefusedError
from server.settings import Settings
from server.storage.database import Database
from server.version import VERSION


def test_sqlite_with_several_machines_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--cluster", "10.0.0.1:6379", "--port", "0", "--host", "127.0.0.1", "--no-open"]
    assert cli.main([*options, "--data-dir", str(tmp_path)]) == exit_codes.EXIT_USAGE
    told = capsys.readouterr().err
    assert told.startswith("tinkernet: several machines need a database that all of them reach")
    assert told.count("\n") == 1


def test_another_version_on_another_machine_is_refused(tmp_path: Path) -> None:
    directory = Directory(Database(f"sqlite:///{tmp_path / 'shared.sqlite3'}", shared=True))
    directory.open()
    directory.join("there-1", ProcessInfo(version=VERSION))
    command.check_versions(directory)
    directory.join("there-2", ProcessInfo(version="0.0.9"))
    with pytest.raises(ClusterRefusedError, match=f"there-2 of this cluster is Tinkernet 0.0.9.*{VERSION}"):
        command.check_versions(directory)


def test_without_ray_it_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("server.cluster.ray_start.util.find_spec", lambda _: None)
    options = ["--cluster", "local", "--port", "0", "--host", "127.0.0.1", "--no-open"]
    assert cli.main([*options, "--data-dir", str(tmp_path)]) == exit_codes.EXIT_USAGE
    assert "pip install 'tinkernet[cluster]'" in capsys.readouterr().err


@pytest.mark.parametrize(("hosts", "fronts", "enough"), [(2, 1, 1_000_000_000), (16, 4, 4_120_000_000)])
def test_a_machine_that_is_too_small_is_refused(
    hosts: int,
    fronts: int,
    enough: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    require_memory(hosts, fronts, enough)
    require_memory(hosts, fronts, None)
    monkeypatch.setattr(command, "total_memory", lambda: enough - 100_000_000)
    options = ["--cluster", "local", "--hosts", str(hosts), "--fronts", str(fronts), "--port", "0"]
    options += ["--host", "127.0.0.1", "--no-open", "--data-dir", str(tmp_path)]
    assert cli.main(options) == exit_codes.EXIT_USAGE
    told = capsys.readouterr().err
    assert told.startswith(
        f"tinkernet: this machine has {(enough - 1e8) / 1e9:.1f} GB of memory, and {hosts} "
    )
    assert told.count("\n") == 1


def test_this_machine_tells_its_memory() -> None:
    found = total_memory()
    assert found is None or found > 100_000_000


def test_there_is_a_front_for_every_four_cores_and_one_on_windows() -> None:
    counts = [command.number_of_fronts(None, cores, platform="linux") for cores in (1, 4, 5, 8, 16)]
    assert counts == [1, 1, 2, 2, 4]
    assert command.number_of_fronts(3, 1, platform="darwin") == 3
    assert command.number_of_fronts(None, 16, platform="win32") == 1
    with pytest.raises(ClusterRefusedError, match="--fronts must be 1"):
        command.number_of_fronts(2, 16, platform="win32")


@pytest.mark.parametrize("option", ["hosts", "fronts"])
def test_what_is_for_a_cluster_is_refused_without_one(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = [f"--{option}", "2", "--port", "0", "--host", "127.0.0.1", "--no-open"]
    assert cli.main([*options, "--data-dir", str(tmp_path)]) == exit_codes.EXIT_USAGE
    told = capsys.readouterr().err
    assert told == f"tinkernet: --{option} is for a cluster: add --cluster local, or leave it out\n"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--hosts", "0"], 'at least 1, got "0". (--hosts, or TINKERNET_HOSTS in the environment)'),
        (["--fronts", "0"], 'at least 1, got "0". (--fronts, or TINKERNET_FRONTS in the environment)'),
        (["--hosts", "many"], "(--hosts, or TINKERNET_HOSTS in the environment)"),
        (["--workers", "4"], "unrecognized arguments: --workers 4"),
    ],
)
def test_numbers_that_are_none_and_unknown_options_are_refused(
    options: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--cluster", "local", *options])
    assert ended.value.code == exit_codes.EXIT_USAGE
    assert told in capsys.readouterr().err


def test_the_setting_is_optional() -> None:
    assert Settings().cluster is None
