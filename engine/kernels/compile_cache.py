"""Bringing the kernels into use: in the background, from a cache on the disk, compiled first where need be.

`start()` returns at once. What is in the cache is loaded in about a second; what is not is compiled by
another process (`python -m engine.kernels.compile_cache FOLDER`), so that a server goes on answering
meanwhile, and then loaded. Until then, and where Numba is not installed, the reference does the work, with
the same results.
"""

import atexit
import hashlib
import importlib
import logging
import os
import subprocess
import sys
import tempfile
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Literal, TypeAlias

from filelock import FileLock
from platformdirs import user_data_path

from engine.kernels import registry

LOG = logging.getLogger("engine.kernels")

Status: TypeAlias = Literal["idle", "loading", "compiling", "ready", "absent", "failed"]

COMPILED = ("train", "metrics", "epochs", "heatmaps")
"""Modules whose import compiles what they define, or loads it from the cache."""

COMPLETE = "complete"
"""File that says that a folder of the cache has all."""


class _Loading:
    """How far it is. Only the thread of the loading changes it once that runs."""

    def __init__(self) -> None:
        self.status: Status = "idle"
        self.decided = threading.Event()
        self.lock = threading.Lock()


_loading = _Loading()


def status() -> Status:
    """Return how far the loading is; `absent`: there is no Numba; `failed`: the log says why."""
    return _loading.status


def start(cache: Path | None = None) -> None:
    """Begin to load the kernels, if that has not begun.

    Args:
        cache: folder for compiled code. None: `TINKERNET_CACHE`, or else where the system keeps an
            application's data. If it cannot be written to, compiled code lasts as long as the process.
    """
    with _loading.lock:
        if _loading.status != "idle":
            return
        _loading.status = "loading"
    threading.Thread(target=_run, args=(cache,), name="kernels", daemon=True).start()


def wait(cache: Path | None = None, timeout: float | None = None) -> bool:
    """Start if need be, and wait until it is decided; return whether the kernels are ready."""
    start(cache)
    _loading.decided.wait(timeout)
    return registry.ready()


def _run(cache: Path | None) -> None:
    try:
        _loading.status = _load(cache)
    except Exception:
        LOG.exception("The compiled kernels do not load; training goes on in plain NumPy, more slowly")
        _loading.status = "failed"
    finally:
        _loading.decided.set()


def _load(cache: Path | None) -> Status:
    try:
        importlib.import_module("numba")
    except ImportError as error:
        LOG.warning("Numba does not import (%s): plain NumPy trains, more slowly", error)
        return "absent"
    folder = cache_folder(cache)
    if not (folder / COMPLETE).exists():
        _loading.status = "compiling"
        LOG.info("Compiling the kernels, once: until that is done training runs in plain NumPy")
        _compile_elsewhere(folder)
    import_compiled(folder)
    if _loading.status == "compiling":
        LOG.info("The kernels are compiled")
    return "ready"


def _compile_elsewhere(folder: Path) -> None:
    """Fill a folder by another process, which waits where one is at it already."""
    command = [sys.executable, "-m", "engine.kernels.compile_cache", str(folder)]
    root = str(Path(__file__).parents[2])
    paths = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": paths}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        LOG.warning("Compiling in another process failed, so this one does it: %s", done.stderr.strip())


def import_compiled(folder: Path) -> None:
    """Import all that is compiled, with a folder as its cache, and take it into use."""
    numba = importlib.import_module("numba")
    numba.config.CACHE_DIR = str(folder)
    registry.use(**{name: importlib.import_module(f"engine.kernels.{name}") for name in COMPILED})


def cache_folder(cache: Path | None = None) -> Path:
    """Return the folder for what these sources compile to on this machine.

    Numba looks at the time of one file only, and at where it stands; so each state and place of all of them
    has a folder of its own.
    """
    versions = [version(name) for name in ("numba", "llvmlite", "numpy")]
    sources = sorted(Path(__file__).parent.glob("*.py"))
    sources.append(Path(__file__).parents[1] / "nn" / "activations.py")
    llvm = importlib.import_module("llvmlite.binding")
    machine = [llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()]
    digest = hashlib.sha256(repr([*versions, *machine, sys.version]).encode())
    for source in sources:
        digest.update(repr((str(source.resolve()), source.stat().st_mtime)).encode())
        digest.update(source.read_bytes())
    name = f"kernels-{digest.hexdigest()[:16]}"
    given = cache or os.environ.get("TINKERNET_CACHE")
    base = Path(given) if given else user_data_path("tinkernet", appauthor=False) / "kernels"
    if _writable(base / name):
        return base / name
    passing = tempfile.TemporaryDirectory(prefix="tinkernet-")
    atexit.register(passing.cleanup)
    return Path(passing.name)


def _writable(folder: Path) -> bool:
    """Return whether files can be put into a folder, which is made if need be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def main() -> None:
    """Fill the folder that the command line names."""
    folder = Path(sys.argv[1])
    with FileLock(folder / "lock"):
        if not (folder / COMPLETE).exists():
            import_compiled(folder)
            (folder / COMPLETE).touch()


if __name__ == "__main__":
    main()
