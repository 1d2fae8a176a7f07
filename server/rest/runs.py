"""REST: repeated runs of a config from many seeds, optionally over a grid of settings."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from engine.config import TrainingConfig
from engine.data.datasets import CUSTOM, Dataset
from server.errors.problems import Problem
from server.errors.wire_errors import too_large
from server.jobs.kept_runs import KeptParts
from server.jobs.sweeps import GridPointSummary, Sweep, SweepPlan, consecutive_seeds, grid_points
from server.limits.training_size import SizeLimits, check_epochs, memory_of
from server.rest.caller_watch import answer_or_cancel
from server.rest.custom_data import checked_dataset
from server.rest.dependencies import (
    Format,
    csv_response,
    get_worker_pool,
    json_response,
    reject_unknown_parameters,
    wait_for_future,
)
from server.rest.errors import BODY, COMMON, FULL, Responses, errors_as_problems, invalid_value, not_found
from server.rest.jobs import ClientKey, WaitQuery, get_jobs, kept_until, owner_of, register_job, status_of
from server.rest.json_bodies import JsonRoute, large_body
from server.rest.media_types import CSV_RESPONSE, CsvResponse
from server.rest.run_schemas import GridPointResult, NewRuns, RunQuartiles, RunResult, RunsState
from server.rest.schemas import StopConditions
from server.settings import Settings

router = APIRouter(
    route_class=JsonRoute,
    prefix="/api/runs",
    tags=["runs"],
    dependencies=[Depends(reject_unknown_parameters)],
    responses=COMMON,
)

DRAWN_ONLY = ("dataset", "points", "noise", "points_noise", "train_percent")
"""Settings without effect on points that are given already split."""

_VALUE_BYTES = 64
"""About how many bytes a value of a grid takes, lists included."""

NO_RUNS: Responses = {
    404: {"model": Problem, "description": "There are no such runs, or they are no longer known."}
}
RunsId = Annotated[
    str,
    Path(
        description="The id of the runs, from the response that started them.",
        examples=["kP0yWq8hT1uX7dKc2vBnmA"],
        max_length=128,
    ),
]


def plan_of(new: NewRuns, settings: Settings, owner: str = "") -> SweepPlan:
    """Return the plan of the requested runs; raise `ProblemError` if it is not valid."""
    combinations = max(1, len(new.configs))
    for values in new.grid.values():
        combinations *= len(values)
    if combinations * new.seeds > settings.max_runs_per_call:
        with errors_as_problems():
            runs = f"at most {settings.max_runs_per_call} runs in all"
            raise too_large("seeds", combinations * new.seeds, runs)
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
                data[valid_targets] = checked_dataset(config, new.data, max_points=settings.max_points)
        memory = max(memory, memory_of(config, points))
        kept += new.seeds * kept_parts.memory(config, new.epochs)
    _check_kept(kept, settings.max_job_memory // 8)
    return SweepPlan(
        new.config,
        combined,
        consecutive_seeds(new.first_seed, new.seeds),
        new.vary,
        new.epochs,
        (new.until or StopConditions()).stop_criterion,
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


def runs_state(job_id: str, runs: Sweep, *, each: bool = False) -> RunsState:
    """Return the current state of runs; with `each`, including every single run."""
    state, done = status_of(runs), runs.done  # in this order: a run may end in between
    return RunsState.model_validate(
        {
            "id": job_id,
            "state": state,
            "done": len(done),
            "total": runs.plan.runs,
            "results": [_result(summary) for summary in runs.summaries()],
            "each": [run._asdict() for run in done] if each else None,
        }
    )


def _result(summary: GridPointSummary) -> dict[str, Any]:
    values = summary._asdict()
    for name in ("train_loss", "test_loss", "epochs_to_goal"):
        values[name] = values[name] and values[name]._asdict()
    return values


def setting_cells(combinations: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[list[Any]]]:
    """Return the names of all settings that combinations have, and the cells of each combination."""
    names = list(dict.fromkeys(name for settings in combinations for name in settings))
    return names, [[_cell(settings.get(name)) for name in names] for settings in combinations]


def runs_csv(state: RunsState) -> Response:
    """Return runs as CSV: a line for each run if the state has them, else a line for each combination."""
    names, settings = setting_cells([result.settings for result in state.results])
    if state.each is not None:
        columns = list(RunResult.model_fields)
        rows = ([*settings[run.setting], *run.model_dump().values()] for run in state.each)
        return csv_response([*names, *columns], rows)
    spreads = [f"{what}_{part}" for what in _QUARTILES for part in _PARTS]
    counts = [f"{what}_runs" for what in _QUARTILES]
    return csv_response(
        [*names, "runs", "diverged", "success_rate", *spreads, *counts],
        (
            [*cells, result.runs, result.diverged, result.success_rate, *_cells(result)]
            for cells, result in zip(settings, state.results, strict=True)
        ),
    )


_QUARTILES = ("train_loss", "test_loss", "epochs_to_goal")
_PARTS = tuple(name for name in RunQuartiles.model_fields if name != "runs")


def _cells(result: GridPointResult) -> list[float | None]:
    spreads: list[RunQuartiles | None] = [getattr(result, name) for name in _QUARTILES]
    cells = [None if spread is None else getattr(spread, part) for spread in spreads for part in _PARTS]
    return cells + [0 if spread is None else spread.runs for spread in spreads]


def _cell(value: Any) -> Any:
    """Return a setting as one cell; the items of a list are joined by spaces."""
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else value


@router.post(
    "",
    response_model=RunsState,
    summary="Start repeated runs",
    responses={
        **BODY,
        **FULL,
        202: {"model": RunsState, "description": "The runs continue as a job; `Location` is its address."},
    },
)
@large_body
async def create_runs(
    request: Request, response: Response, new: NewRuns, client_key: ClientKey = None
) -> Response:
    """Train a config from many seeds, optionally over a list of configs and a grid of settings.

    The response says how often the goal was reached, how the losses are distributed, and how many epochs the
    runs took. The runs share the processor fairly with all sessions. If the caller disconnects before the
    response, they are cancelled.
    """
    runs = Sweep(await run_in_threadpool(plan_of, new, request.app.state.settings, owner_of(request)))
    job_id = register_job(request, runs, client_key)
    get_worker_pool(request).submit(runs.task_group)

    async def answer() -> Response:
        state = await run_in_threadpool(runs_state, job_id, runs)
        state.kept_until = kept_until(request, job_id)
        if state.state == "running":  # not `runs.ended`, which may have ended since
            response.status_code = 202
            response.headers["Location"] = str(request.url_for("read_runs", runs=job_id))
        return await json_response(state, response)

    return await answer_or_cancel(request, runs, new.wait, answer)


def get_runs(request: Request, job_id: str) -> Sweep:
    """Return runs; raise `ProblemError` if there are none with that id."""
    runs = get_jobs(request).get(job_id, Sweep)
    if runs is None:
        raise not_found("runs", job_id, "the id of runs that are under way or ended lately")
    return runs


Each = Annotated[bool, Query(description="Whether to include every single run.")]


@router.get("/{runs}", summary="Read repeated runs", response_model=RunsState, responses=NO_RUNS)
async def read_runs(
    request: Request,
    runs: RunsId,
    wait: WaitQuery = 0.0,
    format: Format = "json",  # noqa: A002 - the parameter's name
    each: Each = False,
) -> Response:
    """Return the results of the runs so far. After their end, they are known until `kept_until`.

    `results.csv` is the same as a table.
    """
    if format == "csv":
        return await read_runs_csv(request, runs, wait, each)
    return await json_response(await _state_after(request, runs, wait, each=each))


@router.get(
    "/{runs}/results.csv",
    summary="Read repeated runs as CSV",
    response_class=CsvResponse,
    responses={**CSV_RESPONSE, **NO_RUNS},
)
async def read_runs_csv(
    request: Request,
    runs: RunsId,
    wait: WaitQuery = 0.0,
    each: Annotated[
        bool,
        Query(description="Whether the table has a row for every single run, not for each combination."),
    ] = False,
) -> Response:
    """Return the results of the runs so far as a table.

    Its first columns are the settings of the grid, the others those of `results`, or of `each`.
    """
    return await run_in_threadpool(runs_csv, await _state_after(request, runs, wait, each=each))


async def _state_after(request: Request, runs: str, wait: float, *, each: bool) -> RunsState:
    """Wait for the end of runs, some seconds at most, and return their state."""
    known = get_runs(request, runs)
    await wait_for_future(known.ended, wait)
    state = await run_in_threadpool(runs_state, runs, known, each=each)
    state.kept_until = kept_until(request, runs)
    return state


@router.delete(
    "/{runs}", status_code=204, response_class=Response, summary="Cancel repeated runs", responses=NO_RUNS
)
async def cancel_runs(request: Request, runs: RunsId) -> None:
    """Cancel the runs that are not finished. The results of the finished ones can still be read."""
    get_runs(request, runs).cancel()
