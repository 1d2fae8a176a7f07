"""Which kernels are loaded, and which configs they support.

Importing this module does not import Numba. `compile_cache` loads the kernels in the background, one module
after the other, and registers each here; until a module is registered, the reference implementation is used.
"""

from types import ModuleType

from engine.config import TrainingConfig
from engine.kernels import codes

KERNELS = ("train", "metrics", "gradient_by_neurons", "heatmaps", "heatmaps_double")
"""Modules whose import compiles their entries, or loads them from the cache."""

_NEEDS = {"train": ("train", "metrics")}
"""Which modules have to be loaded before one is of use, if there are others: `train` evaluates losses."""

_loaded: dict[str, ModuleType] = {}


def register(name: str, module: ModuleType) -> None:
    """Use a kernel module from now on."""
    _loaded[name] = module


def kernel(name: str) -> ModuleType:
    """Return a kernel module. Raises `KeyError` if it is not loaded."""
    return _loaded[name]


def is_loaded(name: str) -> bool:
    """Return whether a kernel module is loaded."""
    return name in _loaded


def loaded() -> int:
    """Return the number of kernel modules that are loaded."""
    return len(_loaded)


def ready() -> bool:
    """Return whether all kernel modules are loaded."""
    return loaded() == len(KERNELS)


def supports(name: str, config: TrainingConfig) -> bool:
    """Return whether a kernel module is ready for use and has kernels for everything that a config names."""
    return all(map(is_loaded, _NEEDS.get(name, (name,)))) and codes.supports(config)
