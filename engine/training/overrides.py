"""Data and initial parameters that were passed in, not drawn: what a change of the settings makes of them."""

from collections.abc import Set

import numpy as np

from engine.config import TrainingConfig
from engine.data.datasets import CUSTOM, Dataset, split_custom
from engine.errors import InvalidValue
from engine.seeding import Purpose, stream
from engine.state import Overrides
from engine.training.build import PENALTY_SETTINGS, WEIGHTS_SETTINGS, check_fits


def overrides_after(overrides: Overrides, config: TrainingConfig, changed: Set[str]) -> Overrides:
    """Return what is still used of data and initial parameters once settings have changed.

    Parameters are used until a setting changes that draws others, and pruned ones also until a penalty
    changes. Data is used until another problem or dataset, or other custom points of the dataset `own`,
    replace it; another share of training points splits it anew.

    Args:
        overrides: what was passed in.
        config: the settings after the change.
        changed: the names of the changed settings.

    Raises:
        engine.errors.InvalidValue: a setting changed that only drawn points have, or the number of classes no
            longer fits the data.
    """
    data, parameters, pruned, buffers = overrides
    if data is not None:
        data = _data_after(data, config, changed)
    if changed & WEIGHTS_SETTINGS:
        parameters = pruned = buffers = None
    if changed & PENALTY_SETTINGS:
        pruned = None
    after = Overrides(data, parameters, pruned, buffers)
    unchanged = all(new is old for new, old in zip(after, overrides, strict=True))
    return overrides if unchanged else after


def _data_after(data: Dataset, config: TrainingConfig, changed: Set[str]) -> Dataset | None:
    if changed & {"problem", "dataset"} or ("points" in changed and config.dataset == CUSTOM):
        return None
    for name in ("noise", "points_noise", "data_seed"):
        if name in changed:
            expected = "no change, as the points were not drawn; another dataset draws some"
            raise InvalidValue(name, getattr(config, name), expected)
    if "classes" in changed:
        try:
            check_fits(config, data)
        except InvalidValue:
            raise InvalidValue("classes", config.classes, "as many as the given points have") from None
    if "train_percent" not in changed:
        return data
    tables = [np.column_stack(points) for points in (data.train, data.test)]
    rows = [tuple(row) for row in np.concatenate(tables).tolist()]
    rng, by_class = stream(config.data_seed, Purpose.DATA), config.problem != "regression"
    return split_custom(rows, config.train_percent, rng, by_class=by_class)
