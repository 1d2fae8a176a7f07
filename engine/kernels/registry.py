"""Which kernels are loaded, and which configs they support.

Importing this module does not import Numba. `compile_cache` loads the kernels in the background, one module
after the other, and registers each here; until a module is registered, the reference implementation is used.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Literal, TypeAlias

from engine.config import TrainingConfig
from engine.kernels import codes
from engine.nn.layers import kinds_of

KERNELS = ("train", "metrics", "gradient_by_neurons", "heatmaps", "heatmaps_double")
"""Modules whose import compiles their entries, or loads them from the cache."""

ON_DEMAND = ("chains", "chain_heatmaps", "chain_heatmaps_double", "image_chains")
"""Modules that are loaded when a training first needs them: it has layers that are not dense, or images."""

Use: TypeAlias = Literal["train", "metrics", "heatmaps", "outputs"]

_NEEDED: dict[codes.Family, dict[Use, tuple[str, ...]]] = {
    "dense": {
        "train": ("train", "metrics"),  # it evaluates losses
        "metrics": ("metrics",),
        "heatmaps": ("heatmaps",),
    },
    "chain": {
        "train": ("train", "chains"),
        "metrics": ("metrics", "chains"),
        "heatmaps": ("chain_heatmaps", "chain_heatmaps_double"),
    },
    "images": {
        "train": ("train", "image_chains"),
        "metrics": ("metrics", "image_chains"),
        "outputs": ("image_chains",),
    },
}
"""The modules that each use needs, by family of networks. What is missing has no kernels."""

_loaded: dict[str, ModuleType] = {}
_hidden: set[str] = set()


def register(name: str, module: ModuleType) -> None:
    """Use a kernel module from now on."""
    _loaded[name] = module


def kernel(name: str) -> ModuleType:
    """Return a kernel module. Raises `KeyError` if it is not loaded."""
    return _loaded[name]


def is_loaded(name: str) -> bool:
    """Return whether a kernel module is loaded."""
    return name in _loaded and name not in _hidden


def loaded() -> int:
    """Return the number of kernel modules that are loaded."""
    return len(_loaded.keys() - _hidden) if _hidden else len(_loaded)


@contextmanager
def without(names: Iterable[str] = (*KERNELS, *ON_DEMAND)) -> Iterator[None]:
    """Until the `with` block ends, act as if modules were not loaded: to compare with plain NumPy.

    What is loaded meanwhile can be used afterwards.
    """
    hidden = set(names) - _hidden
    _hidden.update(hidden)
    try:
        yield
    finally:
        _hidden.difference_update(hidden)


def ready() -> bool:
    """Return whether all kernel modules are loaded, apart from those that are loaded on demand."""
    return all(map(is_loaded, KERNELS))


def missing(use: Use, config: TrainingConfig) -> tuple[str, ...] | None:
    """Return the modules that have to be loaded before kernels can be used for a config.

    None: there are no kernels for it.
    """
    if not codes.supports(config):
        return None
    needed = _NEEDED[codes.family_of(kinds_of(config.chain), images=config.image is not None)].get(use)
    return needed and tuple(name for name in needed if not is_loaded(name))


def supports(use: Use, config: TrainingConfig) -> bool:
    """Return whether kernels are ready for a use, and have everything that a config names."""
    return missing(use, config) == ()
