"""The `tinkernet` command. Its flags are the server's settings."""

import argparse
import errno
import os
import sys
import threading
import webbrowser
from collections.abc import Sequence

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from server import logs, settings_help
from server.app import create_app
from server.asgi.server import Server, allow_many_sockets, listen
from server.errors.validation import first_error
from server.limits.quotas import is_loopback
from server.settings import ENVIRONMENT_PREFIX, Settings
from server.storage.database import StorageError
from server.version import VERSION
from server.web.public_urls import ServerUrls, find_server_urls

DESCRIPTION = """\
A neural-network playground that a class can share.

Starts the server and prints where the page is, for this machine and for the others in the room.
Stop it with Ctrl+C. `tinkernet settings` lists every setting for a configuration file."""

EPILOG = (
    f"Every option can also be set in the environment: --max-sessions is {ENVIRONMENT_PREFIX}MAX_SESSIONS."
)

FIRST = ("host", "port", "open", "public_url")
"""Options that everybody may want; the others are for those who run a server for many."""

SECRET = ("api_token", "site_password")

EXIT_FAILED = 1
EXIT_USAGE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["settings"]:
        return show_settings(given[1:])
    parser = make_parser()
    options = vars(parser.parse_args(given[1:] if given[:1] == ["serve"] else given))
    try:
        settings = Settings(**{name: value for name, value in options.items() if value is not None})
    except ValidationError as problem:
        fault = first_error(problem.errors(include_url=False))
        name = fault.field or ""
        if name in SECRET:  # not to be repeated on a screen or in a journal
            fault = fault._replace(value="***")
        flag, variable = f"--{name.replace('_', '-')}", f"{ENVIRONMENT_PREFIX}{name.upper()}"
        parser.error(f"{fault.message} ({flag}, or {variable} in the environment)")
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
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def make_parser() -> argparse.ArgumentParser:
    """Return the parser, made from the settings."""
    parser = argparse.ArgumentParser(
        prog="tinkernet",
        usage="tinkernet [serve] [options]\n       tinkernet settings [--json]",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version", action="version", version=f"tinkernet {VERSION}", help="print the version"
    )
    more = parser.add_argument_group("for a server that many use")
    fields = Settings.model_fields
    for name in (*FIRST, *(name for name in fields if name not in FIRST)):
        _add(parser if name in FIRST else more, name, fields[name])
    return parser


def serve(settings: Settings) -> int:
    """Serve until stopped; return the exit code."""
    logs.set_up(settings.log_level, settings.log_format)
    allow_many_sockets()
    try:
        listener = listen(settings.host, settings.port)
    except OSError as problem:
        print(f"tinkernet: {_why_not(problem, settings)}", file=sys.stderr)
        return EXIT_FAILED
    port = listener.getsockname()[1]
    addresses = find_server_urls(settings.host, port, settings.public_url)

    def started() -> None:
        print(greeting(addresses, settings), flush=True)
        if settings.open or (settings.open is None and at_a_desk()):
            threading.Thread(target=webbrowser.open, args=(addresses.here,), daemon=True).start()

    try:
        app = create_app(settings)
    except StorageError as problem:
        listener.close()
        print(f"tinkernet: no database: {problem} (--database-url)", file=sys.stderr)
        return EXIT_USAGE
    server = Server(app, settings, started=started)
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        print("\nTinkernet has stopped.")
    finally:
        listener.close()
    return 0 if server.started else EXIT_FAILED


def greeting(addresses: ServerUrls, settings: Settings) -> str:
    """Return what is printed when the server is there."""
    lines = [f"Tinkernet {VERSION}", f"  on this machine     {addresses.here}"]
    if addresses.others is not None:
        lines.append(f"  others in the room  {addresses.others}")
    elif is_loopback(settings.host):
        lines.append(
            f"  Others cannot reach it, as it listens on {settings.host} only (--host 0.0.0.0 lets them)."
        )
    else:
        lines.append("  No network address was found that others could use (--public-url sets one).")
    lines.append(f"  for a class         {(addresses.others or addresses.here).rstrip('/')}/classroom")
    return "\n".join([*lines, "Ctrl+C stops it."])


def _add(parser: argparse._ActionsContainer, name: str, field: FieldInfo) -> None:
    """Add the option of a setting. Values are checked by the settings, not here."""
    flag = f"--{name.replace('_', '-')}"
    default = settings_help.default_of(field)
    shown = "" if default is None else f" (default: {default})"
    text = f"{field.description}{shown}".replace("%", "%%")
    if settings_help.kinds(field) == [bool]:
        parser.add_argument(flag, action=argparse.BooleanOptionalAction, default=None, help=text)
    else:
        parser.add_argument(flag, metavar=settings_help.metavar(name, field), default=None, help=text)


def at_a_desk() -> bool:
    """Return whether somebody started the command at a terminal of a machine with a screen."""
    if os.environ.get("CI") or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _why_not(problem: OSError, settings: Settings) -> str:
    """Return why the server cannot listen, and what to do."""
    if problem.errno == errno.EADDRINUSE:
        return (
            f"port {settings.port} is in use, perhaps by another Tinkernet. "
            f"Stop that one, or choose another port: tinkernet --port {settings.port + 1}"
        )
    if problem.errno in {errno.EACCES, errno.EPERM}:
        return f"port {settings.port} needs special rights; choose one above 1023, such as --port 8000"
    return f"cannot listen on {settings.host}: {problem.strerror or problem}"
