import json
import os
import signal
import socket
import subprocess
import sys
import webbrowser
from pathlib import Path
from typing import Any

import pytest

from server import cli, exit_codes
from server.settings import Settings
from server.version import VERSION
from server.web.public_urls import ServerUrls
from tests.support.process import running_server


@pytest.mark.medium
@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--port", "\u5b66"],
        *(pytest.param(each, marks=pytest.mark.slow) for each in (["settings"], ["settings", "--json"])),
    ],
)
def test_a_console_that_lacks_characters_of_a_folder_gets_escapes(
    tmp_path: Path, arguments: list[str]
) -> None:
    folder = str(tmp_path / "\u5b66\u6821")
    environment = {
        **os.environ,
        "PYTHONIOENCODING": "cp1252",
        "PYTHONUTF8": "0",
        "TINKERNET_DATA_DIR": folder,
    }
    environment |= {"HOME": folder, "XDG_DATA_HOME": folder, "LOCALAPPDATA": folder}
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-m", "server", *arguments],
        env=environment, cwd=Path(cli.__file__).parents[1], capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == (2 if "--port" in arguments else 0), ended.stderr
    assert b"Traceback" not in ended.stderr
    assert b"\\u5b66" in ended.stdout + ended.stderr


def test_help_names_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    for name, field in Settings.model_fields.items():
        assert f"--{name.replace('_', '-')}" in text
        assert str(field.description) in text
    assert "--no-open" in text
    assert "default: 8000" in text
    assert "TINKERNET_MAX_SESSIONS" in text


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"tinkernet {VERSION}\n"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--port", "70000"], 'port: expected at most 65535, got "70000". (--port, or TINKERNET_PORT'),
        (["--port", "http"], "port: expected an integer"),
        (["--frame-rate", "nan"], "frame_rate: expected a finite number"),
        (["--public-url", "lab"], "(--public-url, or TINKERNET_PUBLIC_URL"),
        (["--api-token", "short"], 'api_token: expected at least 8 characters, got "***"'),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
        (["--por", "1"], "unrecognized arguments: --por"),
    ],
)
def test_an_invalid_option_is_explained(
    arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == exit_codes.EXIT_USAGE
    assert expected in capsys.readouterr().err


def test_an_invalid_environment_variable_is_explained(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TINKERNET_THREADS", "none")
    with pytest.raises(SystemExit):
        cli.main([])
    assert "TINKERNET_THREADS in the environment" in capsys.readouterr().err


def test_options_become_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Settings] = []

    def serve(settings: Settings) -> int:
        seen.append(settings)
        return 0

    monkeypatch.setattr(cli, "serve", serve)
    monkeypatch.setenv("TINKERNET_PORT", "1")
    arguments = [
        "--port",
        "9000",
        "--no-open",
        "--allowed-origins",
        "http://a,http://b",
        "--frame-rate",
        "15",
    ]
    assert cli.main(arguments) == 0
    assert (seen[0].port, seen[0].open, seen[0].frame_rate) == (9000, False, 15)
    assert seen[0].allowed_origins == ("http://a", "http://b")
    cli.main([])
    assert (seen[1].port, seen[1].open) == (1, None)


def test_a_port_in_use_is_reported_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert cli.main(["--host", "127.0.0.1", "--port", str(port)]) == exit_codes.EXIT_FAILED
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert f"port {port} is in use" in error
    assert f"--port {port + 1}" in error


def test_an_invalid_database_url_is_reported_without_its_password(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--host", "127.0.0.1", "--port", "0", "--database-url", "magic://name:secret@here/there"]
    assert cli.main(options) == exit_codes.EXIT_USAGE
    error = capsys.readouterr().err
    assert "--database-url" in error
    assert "secret" not in error


def test_a_foreign_host_address_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--host", "203.0.113.1", "--port", "0"]) == exit_codes.EXIT_FAILED
    assert "cannot listen on 203.0.113.1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "others", "expected"),
    [
        ("0.0.0.0", "http://192.168.1.5:8000", "others in the room  http://192.168.1.5:8000"),
        ("127.0.0.1", None, "Others cannot reach it, as it listens on 127.0.0.1 only"),
        ("0.0.0.0", None, "No network address was found"),
    ],
)
def test_the_greeting_shows_the_addresses(host: str, others: str | None, expected: str) -> None:
    text = cli.greeting(ServerUrls("http://localhost:8000", others), Settings(host=host))
    assert "on this machine     http://localhost:8000" in text
    assert expected in text
    assert f"for a class         {others or 'http://localhost:8000'}/classroom\n" in text


def test_the_classroom_address_has_no_double_slash() -> None:
    text = cli.greeting(ServerUrls("http://localhost:8000", "https://school.example/net/"), Settings())
    assert "for a class         https://school.example/net/classroom\n" in text


@pytest.mark.parametrize(
    ("terminal", "environment", "opens"),
    [
        (True, {"DISPLAY": ":0"}, True),
        (True, {"WAYLAND_DISPLAY": "w"}, True),
        (True, {}, False),
        (True, {"DISPLAY": ":0", "CI": "1"}, False),
        (False, {"DISPLAY": ":0"}, False),
    ],
)
def test_a_browser_opens_only_from_a_terminal_on_a_desktop(
    terminal: bool, environment: dict[str, str], opens: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CI", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: terminal)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    assert cli.is_desktop_terminal() is opens


class FakeServer:
    """A server that starts and is interrupted at once."""

    def __init__(self, *_: object, started: Any) -> None:
        self.started = True
        self._on_started = started

    def run(self, *, sockets: list[socket.socket]) -> None:
        assert sockets
        self._on_started()
        raise KeyboardInterrupt


@pytest.mark.medium
def test_serving_prints_the_greeting_and_a_farewell(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(cli, "Server", FakeServer)
    monkeypatch.setattr(webbrowser, "open", opened.append)
    assert cli.main(["--host", "127.0.0.1", "--port", "0", "--open"]) == 0
    printed = capsys.readouterr()
    assert f"Tinkernet {VERSION}" in printed.out
    assert "has stopped" in printed.out
    assert printed.err == ""


@pytest.mark.medium
@pytest.mark.skipif(os.name == "nt", reason="Windows does not have these signals")
@pytest.mark.parametrize(
    ("how", "code"),
    [(signal.SIGINT, 0), pytest.param(signal.SIGTERM, -signal.SIGTERM, marks=pytest.mark.slow)],
)
def test_a_signal_ends_the_command(how: signal.Signals, code: int) -> None:
    with running_server() as server:
        process = server.process
        assert process is not None
        server.stop(how)
        assert process.returncode == code
        assert "Traceback" not in "".join(server.printed)
        assert "Others cannot reach it" in "".join(server.printed)


@pytest.mark.parametrize("before", [[], ["serve"]])
def test_serve_is_the_default_command(before: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    ports: list[int] = []

    def serve(settings: Settings) -> int:
        ports.append(settings.port)
        return 0

    monkeypatch.setattr(cli, "serve", serve)
    assert cli.main([*before, "--port", "9000"]) == 0
    assert ports == [9000]


def test_settings_are_listed_as_text_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["settings"]) == 0
    text = capsys.readouterr().out
    assert cli.main(["settings", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [entry["name"] for entry in listed] == list(Settings.model_fields)
    for entry in listed:
        assert entry["environment"] in text
        assert entry["description"] in text
