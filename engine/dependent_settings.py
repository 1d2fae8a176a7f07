"""Rules between settings: the values that are valid with another setting, and the resulting defaults."""

from collections.abc import Mapping

from engine.data.datasets import DATASETS
from engine.nn.heads import OUTPUTS, PROBLEMS
from engine.nn.initializers import INITIALIZERS

IMAGES = "images"
"""The problem whose networks take images."""

IMAGE_LAYERS = (
    {"kind": "conv", "filters": 8, "activation": "relu"},
    {"kind": "max_pool"},
    {"kind": "conv", "filters": 16, "activation": "relu"},
    {"kind": "max_pool"},
    {"kind": "dense", "neurons": 32, "activation": "relu"},
)
"""The default of `layers` for images."""

POINTS_DEPEND_ON = frozenset({"points", "dataset", "problem", "classes"})
"""Settings that decide which custom points are valid."""

DEPENDENTS = {
    "problem": ("dataset", "output_activation", "loss", "layers"),
    "output_activation": ("loss",),
    "initializer": ("initial_bias",),
    "layers": ("hidden_layers",),
}
"""For each setting the settings whose default depends on it."""


def datasets_for(problem: str) -> tuple[str, ...]:
    """Return the names of the datasets of a problem; the first is the default."""
    return tuple(name for name, dataset in DATASETS.items() if problem in dataset.problems)


def targets_for(problem: str, classes: int) -> tuple[int, ...]:
    """Return the valid targets of points of a problem; empty if every number is valid."""
    return {"classification": (-1, 1), "multiclass": tuple(range(classes))}.get(problem, ())


def fitting(name: str, other: str) -> tuple[str, ...]:
    """Return the valid values of setting `name`, given the value `other` of the setting it depends on."""
    if name == "dataset":
        return datasets_for(other)
    return PROBLEMS[other] if name == "output_activation" else OUTPUTS[other].losses


def dependent_defaults(settings: Mapping[str, object]) -> dict[str, object]:
    """Return the defaults that depend on the given settings. Settings with unknown values are ignored."""
    defaults: dict[str, object] = {}
    problem = settings.get("problem", "classification")
    if isinstance(problem, str) and problem in PROBLEMS:
        defaults |= {"dataset": datasets_for(problem)[0], "output_activation": PROBLEMS[problem][0]}
    output = settings.get("output_activation", defaults.get("output_activation"))
    if isinstance(output, str) and output in OUTPUTS:
        defaults["loss"] = OUTPUTS[output].losses[0]
    initializer = settings.get("initializer", "uniform")
    if isinstance(initializer, str) and initializer in INITIALIZERS:
        defaults["initial_bias"] = INITIALIZERS[initializer].bias
    if problem == IMAGES and not {"layers", "hidden_layers"} & settings.keys():
        defaults["layers"] = IMAGE_LAYERS
    if settings.get("layers", defaults.get("layers")):
        defaults["hidden_layers"] = ()
    return defaults
