"""The `tinkernet` command. Its flags are the server's settings."""

import argparse
import errno
import io
import os
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from engine.kernels import compile_cache
from server import engine_status, logs, settings_help
from server.asgi.garbage_collection import freeze_after
from server.asgi.server import Server, allow_many_sockets, listen
from server.errors.validation import first_error
from server.exit_codes import EXIT_FAILED, EXIT_USAGE
from server.limits.quotas import is_loopback
from server.settings import ENVIRONMENT_PREFIX, Settings
from server.storage.database_file import make_private_folder
from server.version import VERSION
from server.web.public_urls import ServerUrls, find_server_urls

if TYPE_CHECKING:
    from server.cluster.front_processes import FrontProcesses

DESCRIPTION = """\
A neural-network playground that a class can share.

Starts the server and prints where the page is, for this machine and for the others in the room.
Stop it with Ctrl+C. `tinkernet settings` lists every setting for a configuration file."""

EPILOG = (
    f"Every option can also be set in the environment: --max-sessions is {ENVIRONMENT_PREFIX}MAX_SESSIONS."
)

COMMON_OPTIONS = ("host", "port", "open", "public_url")
"""Options that the help lists first; the others matter for servers with many users."""

CLUSTER_OPTIONS = ("hosts", "fronts")
"""Options that mean nothing without a cluster."""

SECRET_OPTIONS = ("api_token", "site_password")
"""Options whose values are never printed or logged."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    _escape_what_the_console_cannot_show()
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["settings"]:
        return show_settings(words[1:])
    if words[:1] == ["lessons"]:
        from server.lessons import check_command  # noqa: PLC0415

        return check_command.run(words[1:])
    if words[:1] in (["backup"], ["restore"], ["transfer"]):
        from server import database_commands  # noqa: PLC0415

        return database_commands.run(words[0], words[1:])
    parser = make_parser()
    options = vars(parser.parse_args(words[1:] if words[:1] == ["serve"] else words))
    try:
        settings = Settings(**{name: value for name, value in options.items() if value is not None})
    except ValidationError as invalid:
        error = first_error(invalid.errors(include_url=False))
        name = error.field or ""
        if name in SECRET_OPTIONS:
            error = error._replace(value="***")
        flag, variable = f"--{name.replace('_', '-')}", f"{ENVIRONMENT_PREFIX}{name.upper()}"
        parser.error(f"{error.message} ({flag}, or {variable} in the environment)")
    return serve(settings)


def show_settings(arguments: Sequence[str]) -> int:
    """Print every setting; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="tinkernet settings", description="Prints every setting with its meaning.", allow_abbrev=False
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    text = settings_help.as_json() if parser.parse_args(arguments).json else settings_help.as_text()
    try:
        print(text, flush=True)
    except BrokenPipeError:  # such as `tinkernet settings | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of `tinkernet serve`, with one option for each setting."""
    parser = argparse.ArgumentParser(
        prog="tinkernet",
        usage="tinkernet [serve] [options]\n       tinkernet settings [--json]\n"
        "       tinkernet lessons [FOLDER] [--try [LESSON]]\n"
        "       tinkernet backup FILE\n       tinkernet restore FILE\n       tinkernet transfer URL",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version", action="version", version=f"tinkernet {VERSION}", help="print the version"
    )
    advanced = parser.add_argument_group("for a server that many use")
    fields = Settings.model_fields
    for name in (*COMMON_OPTIONS, *(name for name in fields if name not in COMMON_OPTIONS)):
        _add_option(parser if name in COMMON_OPTIONS else advanced, name, fields[name])
    return parser


def serve(settings: Settings) -> int:
    """Run the server until it is stopped; return the exit code."""
    logs.configure(settings.log_level, settings.log_format)
    allow_many_sockets()
    try:
        listener = listen(settings.host, settings.port, early=settings.cluster in {None, "local"})
    except OSError as problem:
        print(f"tinkernet: {_listen_error(problem, settings)}", file=sys.stderr)
        return EXIT_FAILED
    # The application's packages take a second to import: the engine is loaded or compiled meanwhile.
    with suppress(OSError):  # what uses the folder says so
        make_private_folder(settings.data_dir)
    if settings.cluster is None:  # else its hosts do
        engine_status.start(settings.data_dir / "kernels")
    from server.database_commands import StartRefusedError  # noqa: PLC0415
    from server.storage.database import StorageError  # noqa: PLC0415

    port = listener.getsockname()[1]
    urls = find_server_urls(settings.host, port, settings.public_url)

    def on_started() -> None:
        print(greeting(urls, settings), flush=True)
        freeze_after(compile_cache.wait if settings.cluster is None else bool)
        if settings.open or (settings.open is None and is_desktop_terminal()):
            threading.Thread(target=webbrowser.open, args=(urls.here,), daemon=True).start()

    try:
        with _server(settings, on_started) as server:
            try:
                server.run(sockets=[listener])
            except KeyboardInterrupt:
                print("\nTinkernet has stopped.")
            return 0 if server.started else EXIT_FAILED
    except StartRefusedError as refused:
        print(f"tinkernet: {refused}", file=sys.stderr)
        return refused.exit_code
    except StorageError as problem:
        print(f"tinkernet: no database: {problem} (--database-url)", file=sys.stderr)
        return EXIT_USAGE
    finally:
        listener.close()


@contextmanager
def _server(settings: Settings, started: Callable[[], None]) -> Iterator["Server | FrontProcesses"]:
    """Return what to run within a `with` block, in which its database is locked.

    Raises:
        server.database_commands.StartRefusedError: it must not start.
        server.storage.database.StorageError: the setting `database_url` names no database.
    """
    from server.app import create_app  # noqa: PLC0415
    from server.database_commands import StartRefusedError, claim_database  # noqa: PLC0415

    for name in CLUSTER_OPTIONS:
        if settings.cluster is None and getattr(settings, name) is not None:
            raise StartRefusedError(
                f"--{name} is for a cluster: add --cluster local, or leave it out", EXIT_USAGE
            )
    lock = claim_database(settings)
    try:
        if settings.cluster is None:
            yield Server(create_app(settings), settings, started=started)
            return
        from server.cluster.command import cluster_server  # noqa: PLC0415
        from server.cluster.ray_start import ClusterRefusedError  # noqa: PLC0415

        try:
            with cluster_server(settings, started) as server:
                yield server
        except ClusterRefusedError as refused:
            raise StartRefusedError(f"{refused} (--cluster)", EXIT_USAGE) from None
    finally:
        if lock is not None:
            lock.release()


def greeting(urls: ServerUrls, settings: Settings) -> str:
    """Return the text printed once the server accepts requests: its version, its URLs, how to stop it."""
    lines = [f"Tinkernet {VERSION}", f"  on this machine     {urls.here}"]
    if urls.others is not None:
        lines.append(f"  others in the room  {urls.others}")
    elif is_loopback(settings.host):
        lines.append(
            f"  Others cannot reach it, as it listens on {settings.host} only (--host 0.0.0.0 lets them)."
        )
    else:
        lines.append("  No network address was found that others could use (--public-url sets one).")
    lines.append(f"  for a class         {(urls.others or urls.here).rstrip('/')}/classroom")
    return "\n".join([*lines, "Ctrl+C stops it."])


def _add_option(parser: argparse._ActionsContainer, name: str, field: FieldInfo) -> None:
    """Add the option of a setting. Its value stays a string, which `Settings` parses and validates."""
    flag = f"--{name.replace('_', '-')}"
    default = settings_help.default_of(field)
    suffix = "" if default is None else f" (default: {default})"
    text = f"{field.description}{suffix}".replace("%", "%%")
    if settings_help.value_types(field) == [bool]:
        parser.add_argument(flag, action=argparse.BooleanOptionalAction, default=None, help=text)
    else:
        parser.add_argument(flag, metavar=settings_help.metavar(name, field), default=None, help=text)


def _escape_what_the_console_cannot_show() -> None:
    """Print characters that the console's encoding lacks, as in the name of a folder, as escapes.

    Python would raise instead, for example on a Windows console with the code page 1252.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def is_desktop_terminal() -> bool:
    """Return whether the command was started from a terminal on a machine that can show a browser."""
    if os.environ.get("CI") or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _listen_error(problem: OSError, settings: Settings) -> str:
    """Return a message that says why the server cannot listen, and what to do about it."""
    if problem.errno == errno.EADDRINUSE:
        return (
            f"port {settings.port} is in use, perhaps by another Tinkernet. "
            f"Stop that one, or choose another port: tinkernet --port {settings.port + 1}"
        )
    if problem.errno in {errno.EACCES, errno.EPERM}:
        return f"port {settings.port} needs special rights; choose one above 1023, such as --port 8000"
    return f"cannot listen on {settings.host}: {problem.strerror or problem}"
