"""How kernels are compiled, cached and loaded, each in a process of its own."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from engine.kernels import cache_folder, cache_integrity, compile_cache, registry
from tests.engine.loop_pair import kernels_loaded  # noqa: F401 - a fixture


def run(code: str, folder: Path | None = None, **environment: str) -> str:
    """Run a script in a fresh process, perhaps in a folder; return what it prints and logs."""
    begin = "import logging, sys; logging.basicConfig(level=logging.INFO, stream=sys.stdout); "
    done = subprocess.run(
        [sys.executable, "-P", "-W", "error", "-c", begin + code],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


WAIT = (
    "from engine.kernels import compile_cache as k, registry; k.wait(); print(k.status(), registry.ready())"
)


@pytest.mark.slow
def test_a_second_process_loads_all_kernels_from_the_cache() -> None:
    assert compile_cache.status() == "ready"
    assert run(WAIT) == "ready True\n"


@pytest.mark.medium
@pytest.mark.usefixtures("compiled")
def test_kernels_come_from_the_cache_also_where_a_helper_was_imported_before() -> None:
    hits = (
        "; from numba.core.dispatcher import Dispatcher"
        "; all_values = vars(registry.kernel('train')).values()"
        "; functions = [each for each in all_values if isinstance(each, Dispatcher)]"
        "; kept = [each.stats for each in functions if each.stats.cache_path]"
        "; print(len(kept) > 0, all(each.cache_hits and not each.cache_misses for each in kept))"
    )
    assert run("from engine.kernels import simd; " + WAIT + hits) == "ready True\nTrue True\n"


def test_without_numba_one_line_is_logged_and_the_reference_trains() -> None:
    printed = run("sys.modules['numba'] = None; " + WAIT).splitlines()
    assert printed[-1] == "absent False"
    assert len(printed) == 2
    assert "NumPy" in printed[0]


def test_a_kernel_that_does_not_load_is_logged_and_the_reference_stays() -> None:
    printed = run("sys.modules['engine.kernels.metrics'] = None; " + WAIT)
    assert printed.endswith("failed False\n")
    assert "Traceback" in printed


def test_a_process_can_do_without_kernels() -> None:
    assert run("import engine.kernels.compile_cache as k; k.disable(); print(k.wait(), k.status())") == (
        "False absent\n"
    )


def test_trainings_want_no_modules_where_the_environment_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(compile_cache.NONE_ON_DEMAND, "1")
    compile_cache.request(registry.ON_DEMAND)
    assert not compile_cache.is_loading(registry.ON_DEMAND)


def test_every_kernel_is_compiled_by_one_of_the_processes() -> None:
    assert sorted(name for names in compile_cache.PROCESSES for name in names) == sorted(registry.KERNELS)


@pytest.mark.medium
@pytest.mark.slow
def test_modules_on_demand_are_loaded_when_they_are_wanted_and_not_before() -> None:
    assert compile_cache.wait_for("chains")
    printed = run(
        "from engine.kernels import compile_cache as k, registry; k.request(['chains']); k.wait(); "
        "print(registry.loaded() == len(registry.KERNELS)); "
        "print(k.wait_for('chains'), registry.is_loaded('chains'), registry.is_loaded('chain_heatmaps'))"
    )
    assert printed == "True\nTrue True False\n"


@pytest.mark.medium
@pytest.mark.slow
def test_a_module_on_demand_that_does_not_load_is_logged_and_the_others_stay() -> None:
    printed = run(
        "sys.modules['engine.kernels.chains'] = None; "
        "from engine.kernels import compile_cache as k, registry; "
        "print(k.wait_for('chains'), k.status(), registry.ready())"
    )
    assert printed.endswith("False ready True\n")
    assert "Traceback" in printed


def test_starting_the_compiler_does_not_block() -> None:
    printed = run(
        "from engine.kernels import compile_cache as k; print(k.status()); k.start(); print(k.status()); "
        "k.start(); "
        "print(k.wait())"
    )
    assert printed == "idle\nloading\nTrue\n"


def test_each_version_of_the_sources_has_its_own_cache_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = cache_folder.cache_folder(tmp_path)
    assert folder.parent == tmp_path
    assert cache_folder.cache_folder(tmp_path) == folder
    monkeypatch.setattr(sys, "version", "another")
    assert cache_folder.cache_folder(tmp_path) != folder
    monkeypatch.setenv("TINKERNET_CACHE", str(tmp_path / "named"))
    assert cache_folder.cache_folder().parent == tmp_path / "named"


def test_caches_of_other_versions_are_removed_after_some_time_without_use(tmp_path: Path) -> None:
    days = cache_folder.UNUSED_DAYS
    own, recent, old, unmarked = (
        tmp_path / f"kernels-{name}" for name in ("own", "recent", "old", "unmarked")
    )
    for folder, age in ((own, 2 * days), (recent, days - 1), (old, days + 1), (unmarked, days + 1)):
        folder.mkdir()
        used = folder / cache_folder.USED
        if folder != unmarked:
            used.touch()
        past = time.time() - age * 86400
        os.utime(used if used.exists() else folder, (past, past))
    cache_folder.remove_unused(own)
    assert {folder.name for folder in tmp_path.iterdir()} == {"kernels-own", "kernels-recent"}


def test_a_compiling_process_ends_when_its_parent_does(tmp_path: Path) -> None:
    # The lock is held here, so that the process waits and compiles nothing.
    with FileLock(tmp_path / "train.lock"):
        command = [sys.executable, "-m", "engine.kernels.compile_cache", str(tmp_path), "train"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        assert process.poll() is None
        assert process.stdin
        process.stdin.close()
        assert process.wait(60) == 1


def test_where_nothing_can_be_written_compiled_code_is_kept_with_the_process(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = cache_folder.cache_folder(tmp_path / "file")
    assert folder.is_dir()
    assert tmp_path not in folder.parents


@pytest.fixture
def complete(tmp_path: Path) -> Path:
    """Return a folder with a copy of the complete cache, for the tests to damage."""
    assert compile_cache.wait()
    own = cache_folder.cache_folder()
    shutil.copytree(own, tmp_path / own.name)
    return tmp_path


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    os.truncate(path, 0)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [cut, empty, flip, Path.unlink])
@pytest.mark.parametrize("pattern", ["*.nbc", "*.nbi", cache_integrity.CHECKSUMS])
def test_damaged_files_are_noticed(complete: Path, pattern: str, damage: Callable[[Path], None]) -> None:
    (module,) = complete.glob("kernels-*/gradient_by_neurons")
    assert cache_integrity.is_intact(module)
    for path in module.rglob(pattern):
        damage(path)
    assert not cache_integrity.is_intact(module)


@pytest.mark.slow  # compiles
def test_damaged_code_is_compiled_again_and_then_loaded(complete: Path) -> None:
    """Two modules stand for all; the others are loaded meanwhile."""
    for damage, name in ((flip, "gradient_by_neurons"), (empty, "heatmaps_double")):
        (module,) = complete.glob(f"kernels-*/{name}")
        for path in module.rglob("*.nbc"):
            damage(path)
    printed = run(WAIT, TINKERNET_CACHE=str(complete))
    assert printed.endswith("ready True\n")
    assert printed.count("is damaged, so it is compiled again") == 2
    assert run(WAIT, TINKERNET_CACHE=str(complete)) == "ready True\n"


@pytest.mark.slow  # compiles
def test_what_is_compiled_is_found_again_whatever_the_current_folder_has(complete: Path) -> None:
    """As where the program is installed, and started in a copy of the repository."""
    (module,) = complete.glob("kernels-*/gradient_by_neurons")
    shutil.rmtree(module)
    other = complete / "copy" / "engine"
    other.mkdir(parents=True)
    (other / "__init__.py").write_text("raise ImportError('another engine')\n")
    printed = run(WAIT, other.parent, TINKERNET_CACHE=str(complete))
    assert printed.endswith("ready True\n")
    assert "failed" not in printed
    assert run(WAIT, other.parent, TINKERNET_CACHE=str(complete)) == "ready True\n"


def test_a_complete_cache_that_cannot_be_written_to_is_used(
    complete: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_folder, "_writable", lambda _: False)
    folder = cache_folder.cache_folder(complete)
    assert complete not in folder.parents
    assert all(cache_integrity.is_intact(folder / name) for name in registry.KERNELS)


def test_each_module_has_its_own_folder_of_compiled_code() -> None:
    """Numba names files after functions: two modules that compile one function at once need two folders."""
    assert compile_cache.wait()
    folder = cache_folder.cache_folder()
    for name in registry.KERNELS:
        assert any((folder / name).rglob("*.nbc")), name
