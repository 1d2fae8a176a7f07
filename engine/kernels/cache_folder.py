"""The folders on disk for compiled code: one for each version of the sources; unused ones are removed."""

import atexit
import hashlib
import importlib
import logging
import os
import shutil
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_data_path

from engine.kernels import cache_integrity, registry

LOG = logging.getLogger("engine.kernels")

UNUSED_DAYS = 7
"""Days after which an unused cache is removed; each version of the sources has its own cache folder."""

USED = "used"
"""Empty file in a cache folder; its modification time is that of the last use."""


def cache_folder(cache: Path | None = None) -> Path:
    """Return the folder for the compiled code of these source files on this machine.

    Numba notices changes of the compiled file only. Therefore each version and location of all the files has
    its own folder.
    """
    versions = [version(name) for name in ("numba", "llvmlite", "numpy")]
    sources = sorted(Path(__file__).parent.glob("*.py"))
    layers = Path(__file__).parents[1] / "nn"
    sources += [layers / "activations.py", layers / "layer_kinds" / "normalization.py"]
    llvm = importlib.import_module("llvmlite.binding")
    machine = [llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()]
    digest = hashlib.sha256(repr([*versions, *machine, sys.version]).encode())
    for source in sources:
        digest.update(repr((str(source.resolve()), source.stat().st_mtime)).encode())
        digest.update(source.read_bytes())
    name = f"kernels-{digest.hexdigest()[:16]}"
    chosen = cache or os.environ.get("TINKERNET_CACHE")
    base = Path(chosen) if chosen else user_data_path("tinkernet", appauthor=False) / "kernels"
    if _writable(base / name):
        return base / name
    temporary = tempfile.TemporaryDirectory(prefix="tinkernet-")
    atexit.register(temporary.cleanup)
    for module in (*registry.KERNELS, *registry.ON_DEMAND):
        # Numba reads compiled code only from a folder that it can write to.
        if cache_integrity.is_intact(base / name / module):
            shutil.copytree(base / name / module, Path(temporary.name) / module)
    return Path(temporary.name)


def _writable(folder: Path) -> bool:
    """Return whether files can be written to a folder, which is created if necessary."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def mark_used(folder: Path) -> None:
    """Record that a cache folder is used now; log a warning if it cannot be written."""
    try:
        (folder / USED).touch()
    except OSError as error:
        LOG.warning("The cache of compiled code cannot be written to: %s", error)


def remove_unused(folder: Path) -> None:
    """Remove the other cache folders beside a folder that were not used for `UNUSED_DAYS`."""
    for other in folder.parent.glob("kernels-*"):
        used = other / USED
        try:
            last = (used if used.exists() else other).stat().st_mtime
        except OSError:
            continue  # another process has just removed it
        if other != folder and last < time.time() - UNUSED_DAYS * 86400:
            LOG.info("Removing compiled code of another version, unused for %s days: %s", UNUSED_DAYS, other)
            shutil.rmtree(other, ignore_errors=True)
