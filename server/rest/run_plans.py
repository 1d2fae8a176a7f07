"""The plans of repeated runs that REST asks for, and why one is refused."""

from engine.config import TrainingConfig
from engine.data.datasets import CUSTOM, Dataset
from server.errors.wire_errors import too_large
from server.jobs.kept_runs import KeptParts
from server.jobs.sweep_plan import ConsecutiveSeeds, SweepPlan, grid_points
from server.jobs.sweeps import disk_needed
from server.limits.training_size import SizeLimits, check_epochs, memory_of
from server.rest.custom_data import validate_dataset
from server.rest.errors import errors_as_problems, invalid_value
from server.rest.run_schemas import NewRuns
from server.sessions.training_run import StopCriterion
from server.settings import Settings

DRAWN_ONLY = ("dataset", "points", "noise", "points_noise", "train_percent")
"""Settings without effect on points that are given already split."""

_VALUE_BYTES = 64
"""About how many bytes a value of a grid takes, lists included."""

MAX_COMBINATIONS = 100_000
"""Maximum number of combinations of settings: each is checked before the runs start."""


def plan_of(new: NewRuns, settings: Settings, owner: str = "") -> SweepPlan:
    """Return the plan of the requested runs; raise `ProblemError` if it is not valid."""
    combinations = max(1, len(new.configs))
    for values in new.grid.values():
        combinations *= len(values)
    if combinations * new.seeds > settings.max_runs_per_call:
        with errors_as_problems():
            runs = f"at most {settings.max_runs_per_call} runs in all"
            raise too_large("seeds", combinations * new.seeds, runs)
    if combinations > MAX_COMBINATIONS:
        with errors_as_problems():
            raise too_large("grid", combinations, f"at most {MAX_COMBINATIONS} combinations of settings")
    _check_disk(combinations * new.seeds, settings.max_job_disk // 2)
    _check_names(new)
    combined = [{**changes, **point} for changes in new.configs or [{}] for point in grid_points(new.grid)]
    with errors_as_problems():
        check_epochs(new.epochs, settings.max_epochs_per_call)
    data: dict[tuple[str, int], Dataset | None] = {}
    limits = SizeLimits.of(settings)
    kept_parts = KeptParts(losses="losses" in new.keep, weights="weights" in new.keep)
    memory, kept, points = 0, 0, 0 if new.data is None else len(new.data.train) + len(new.data.test)
    points_of_grid = len(combined) // max(1, len(new.configs))
    for number, each in enumerate(combined):  # no config is kept: there may be thousands
        with errors_as_problems(within=f"configs.{number // points_of_grid}" if new.configs else "grid"):
            config = new.config.changed(each)
        _check_effect(new, config)
        with errors_as_problems():
            limits.check_network(config)
            valid_targets = config.problem, config.classes
            if valid_targets not in data:
                data[valid_targets] = validate_dataset(config, new.data, max_points=settings.max_points)
        memory = max(memory, memory_of(config, points))
        kept += new.seeds * kept_parts.memory(config, new.epochs)
    _check_kept(kept, settings.max_job_memory // 8)
    return SweepPlan(
        new.config,
        combined,
        ConsecutiveSeeds(new.first_seed, new.seeds),
        new.vary,
        new.epochs,
        StopCriterion.of(new.until),
        next(iter(data.values())),
        memory,
        kept_memory=kept
        + _VALUE_BYTES
        * (_numbers_in([*new.grid.values(), *(list(each.values()) for each in new.configs)]) + 3 * points),
        owner=owner,
        kept_parts=kept_parts,
    )


def _check_kept(needed: int, limit: int) -> None:
    """Raise `ProblemError` if the losses and weights of all runs need more bytes than `limit`."""
    if needed > limit:
        with errors_as_problems():
            raise too_large("keep", needed, f"at most {limit} bytes in all: fewer runs, epochs or weights")


def _check_disk(runs: int, limit: int) -> None:
    """Raise `ProblemError` if the results of so many runs need more than `limit` bytes of the disk."""
    if (needed := disk_needed(runs)) > limit:
        with errors_as_problems():
            expected = f"at most {limit} bytes of results in a file: {limit // (needed // runs)} runs"
            raise too_large("seeds", runs, expected)


def _numbers_in(value: object) -> int:
    """Return how many values nested lists hold."""
    return 1 + sum(map(_numbers_in, value)) if isinstance(value, list) else 1


def _check_names(new: NewRuns) -> None:
    """Raise `ProblemError` if runs are to vary settings that they cannot, or one setting in two ways."""
    varied = [(f"grid.{name}", name) for name in new.grid]
    for number, changes in enumerate(new.configs):
        varied += [(f"configs.{number}.{name}", name) for name in changes]
        for name in changes:
            if name in new.grid:
                raise invalid_value(f"configs.{number}.{name}", changes[name], "no setting of `grid`")
    for field, name in varied:
        if name in {"weights_seed", "data_seed"}:
            raise invalid_value(field, "a seed", "seeds by `seeds` and `first_seed`")
        if new.data is not None and name in DRAWN_ONLY:
            raise invalid_value(field, "a setting of drawn points", "no `data` beside it")
    if new.data is not None and new.vary != "weights":
        raise invalid_value("vary", new.vary, "`weights`, as all runs train on the points of `data`")


def _check_effect(new: NewRuns, config: TrainingConfig) -> None:
    """Raise `ProblemError` if the grid varies a setting that has no effect with a config of it.

    Its runs would be the same, under different labels.
    """
    own = config.dataset == CUSTOM
    needed = {"noise": "`points_noise`, which custom points have"}
    if not own:
        needed = dict.fromkeys(("points", "points_noise"), f"the dataset `{CUSTOM}`")
    needed["data_columns"] = "no grid, as names change nothing"
    if config.image:
        needed["features"] = "a problem other than `images`"
    else:
        needed["drawings"] = "the problem `images`"
    if config.problem != "multiclass":
        needed["classes"] = "the problem `multiclass`"
    for name, expected in needed.items():
        if len(new.grid.get(name, ())) > 1:
            raise invalid_value(f"grid.{name}", "a setting without effect here", expected)
