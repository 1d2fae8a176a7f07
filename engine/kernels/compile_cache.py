"""Loads the kernels in the background, from a cache on disk; missing ones are compiled first.

`start()` returns immediately. A complete cache is loaded in about a second. Otherwise two other processes
compile (`python -m engine.kernels.compile_cache FOLDER MODULE...`), so that a server keeps answering, and
each module is used as soon as it is in the cache: training first. Until then, and where Numba is not
installed, the reference implementation is used, with the same results.

Modules that few trainings need (`registry.ON_DEMAND`) are loaded in the same way once `request` asks for
them.

The compiling processes end when the process that started them ends for any reason. Several servers that start
at the same time compile only once.
"""

import gc
import importlib
import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, TypeAlias

from filelock import FileLock

from engine.kernels import cache_integrity, registry
from engine.kernels.cache_folder import cache_folder, mark_used, remove_unused

LOG = logging.getLogger("engine.kernels")

Status: TypeAlias = Literal["idle", "loading", "compiling", "ready", "absent", "failed"]

PROCESSES = (("train", "heatmaps"), ("metrics", "gradient_by_neurons", "heatmaps_double"))
"""The kernel modules of each compiling process, in order; each process takes about the same time.

What every training needs comes first in both.
"""

NONE_ON_DEMAND = "TINKERNET_NO_KERNELS_ON_DEMAND"
"""Environment variable; if it is set, as tests do, trainings want no modules: each takes 15 s to compile."""


class _Loading:
    """The state of loading. After `start`, only the loading thread changes it."""

    def __init__(self) -> None:
        self.status: Status = "idle"
        self.decided = threading.Event()
        self.lock = threading.Lock()
        self.folder: Path | None = None
        self.wanted: dict[str, threading.Event] = {}


_loading = _Loading()


def status() -> Status:
    """Return the state of loading. "absent": no Numba; "failed": the log has the reason."""
    return _loading.status


def start(cache: Path | None = None) -> None:
    """Start loading the kernels, unless it was started before.

    Args:
        cache: folder for compiled code. None: the environment variable `TINKERNET_CACHE`, or else the
            system's folder for the data of applications. If it cannot be written to, what is compiled there
            is used, and what this process compiles is kept only as long as it runs.
    """
    with _loading.lock:
        if _loading.status != "idle":
            return
        _loading.status = "loading"
    threading.Thread(target=_run, args=(cache,), name="kernels", daemon=True).start()


def disable() -> None:
    """Load no kernels in this process, as where Numba is not installed, unless loading was started before."""
    with _loading.lock:
        if _loading.status == "idle":
            _loading.status = "absent"
            _loading.decided.set()


def wait(cache: Path | None = None, timeout: float | None = None) -> bool:
    """Start if necessary, wait until the loading has ended, and return whether all kernels are ready."""
    start(cache)
    _loading.decided.wait(timeout)
    return registry.ready()


def request(names: Iterable[str], *, always: bool = False) -> None:
    """Load modules on demand, in the background, after those of the start; does nothing if none were started.

    What cannot be loaded is logged, and not tried again. `always`: even if `NONE_ON_DEMAND` is set.
    """
    with _loading.lock:
        if _loading.status == "idle" or (NONE_ON_DEMAND in os.environ and not always):
            return
        new = [name for name in names if name in registry.ON_DEMAND and name not in _loading.wanted]
        for name in new:
            _loading.wanted[name] = threading.Event()
    if new:
        threading.Thread(target=_load_requested, args=(new,), name="kernels-wanted", daemon=True).start()


def is_loading(names: Iterable[str]) -> bool:
    """Return whether some of these modules are being loaded or compiled, or wait for it."""
    at_start = _loading.status in ("loading", "compiling")
    wanted = {name for name, ended in _loading.wanted.items() if not ended.is_set()}
    return any(not registry.is_loaded(name) and (at_start or name in wanted) for name in names)


def wait_for(name: str, timeout: float | None = None) -> bool:
    """Want a module, and wait until its loading has ended; return whether it is ready."""
    start()
    request([name], always=True)
    _loading.wanted[name].wait(timeout)
    return registry.is_loaded(name)


def _load_requested(names: list[str]) -> None:
    try:
        _loading.decided.wait()
        folder = _loading.folder
        if folder is None or _loading.status != "ready":
            return
        missing = [name for name in names if not _is_compiled(folder, name)]
        import_kernels(folder, [name for name in names if name not in missing])
        if missing:
            LOG.info("Compiling more kernels, once, for layers that are not dense")
            _use_compiled(folder, [_compile_elsewhere(folder, missing)], missing)
            LOG.info("These kernels are compiled")
    except Exception:
        LOG.exception("Some compiled kernels do not load; what needs them runs in plain NumPy, more slowly")
    finally:
        for name in names:
            _loading.wanted[name].set()


def _run(cache: Path | None) -> None:
    try:
        _loading.status = _load(cache)
    except Exception:
        LOG.exception(
            "The compiled kernels do not load; training goes on in plain NumPy, more slowly. "
            "If this is so at every start, remove the folder `kernels` in the data folder"
        )
        _loading.status = "failed"
    finally:
        _loading.decided.set()


def _load(cache: Path | None) -> Status:
    compilers: list[subprocess.Popen[str]] = []
    try:
        folder = _loading.folder = cache_folder(cache)
        # Start the other processes before importing Numba, because that takes a while in each process.
        missing = [[name for name in names if not _is_compiled(folder, name)] for names in PROCESSES]
        compilers += [_compile_elsewhere(folder, names) for names in missing if names]
        importlib.import_module("numba")
    except ImportError as error:
        for compiler in compilers:
            compiler.kill()
        LOG.warning("Numba does not import (%s): plain NumPy trains, more slowly", error)
        return "absent"
    mark_used(folder)
    waiting = {name for names in missing for name in names}
    import_kernels(folder, [name for name in registry.KERNELS if name not in waiting])
    if compilers:
        _loading.status = "compiling"
        LOG.info("Compiling the kernels, once: until that is done training runs in plain NumPy")
        _use_compiled(folder, compilers, registry.KERNELS)
        LOG.info("The kernels are compiled")
    remove_unused(folder)
    return "ready"


def _compile_elsewhere(folder: Path, names: Iterable[str]) -> subprocess.Popen[str]:
    """Start a process that compiles kernel modules into a folder and prints the name of each when done."""
    # -P: it compiles these very sources, whatever `engine` the current folder has; Numba tells them apart.
    command = [sys.executable, "-P", "-m", "engine.kernels.compile_cache", str(folder), *names]
    root = str(Path(__file__).parents[2])
    paths = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    # Nothing is written to its standard input: the pipe only ends when this process does.
    return subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": paths},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _use_compiled(folder: Path, compilers: list[subprocess.Popen[str]], names: Iterable[str]) -> None:
    """Import each module as soon as it is compiled; compile in this process what the others could not."""
    threads = [
        threading.Thread(
            target=_read_compiled_names, args=(folder, compiler), name="kernels-compiling", daemon=True
        )
        for compiler in compilers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in names:
        if not registry.is_loaded(name):
            _compile(folder, name)
            import_kernels(folder, [name])


def _read_compiled_names(folder: Path, compiler: subprocess.Popen[str]) -> None:
    assert compiler.stdout
    for line in compiler.stdout:
        import_kernels(folder, [line.strip()])
    _, error = compiler.communicate()
    if compiler.returncode:
        LOG.warning("Compiling in another process failed, so this one does it: %s", error.strip())


_importing = threading.Lock()


def import_kernels(folder: Path, names: Iterable[str]) -> None:
    """Import kernel modules and register them. Each has a folder in the cache's folder.

    Numba names files after functions only, so that two modules, compiled at the same time from one function
    for different types, would overwrite each other's code.
    """
    with _importing:
        numba = importlib.import_module("numba")
        for name in names:
            numba.config.CACHE_DIR = str(folder / name)
            try:
                registry.register(name, importlib.import_module(f"engine.kernels.{name}"))
            finally:
                numba.config.CACHE_DIR = ""


def _is_compiled(folder: Path, name: str) -> bool:
    """Return whether the compiled code of a module is in the cache and unchanged."""
    code = folder / name
    if cache_integrity.is_intact(code):
        return True
    if cache_integrity.is_sealed(code):
        LOG.warning("The compiled code of %s is damaged, so it is compiled again: %s", name, code)
    return False


def _compile(folder: Path, name: str) -> None:
    """Compile a module into the cache and import it, unless another process has just compiled it."""
    with FileLock(folder / f"{name}.lock"):
        if not cache_integrity.is_intact(folder / name):
            shutil.rmtree(folder / name, ignore_errors=True)
            import_kernels(folder, [name])
            cache_integrity.seal(folder / name)


def _end_with_parent() -> None:
    """End this process when its standard input ends, which its parent process keeps open."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(1)


def main() -> None:
    """Compile modules into a cache folder; the command line names the folder, then the modules."""
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    folder = Path(sys.argv[1])
    gc.disable()  # saves a seventh of the time; all memory is freed with the process
    for name in sys.argv[2:]:
        _compile(folder, name)
        print(name, flush=True)


if __name__ == "__main__":
    main()
