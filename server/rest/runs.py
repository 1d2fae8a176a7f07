"""REST: repeated runs of a config from many seeds, optionally over a grid of settings."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from server.errors.problems import Problem
from server.errors.wire_errors import too_large
from server.jobs.summaries import GridPointSummary
from server.jobs.sweeps import Sweep
from server.jobs.work_state import SweepFailed
from server.rest.caller_watch import answer_or_cancel
from server.rest.dependencies import (
    Format,
    csv_response,
    get_sweep_pool,
    json_response,
    reject_unknown_parameters,
    wait_for_future,
)
from server.rest.errors import BODY, COMMON, FULL, Responses, errors_as_problems, not_found
from server.rest.jobs import ClientKey, WaitQuery, get_jobs, kept_until, owner_of, register_job, status_of
from server.rest.json_bodies import JsonRoute, large_body
from server.rest.media_types import CSV_RESPONSE, CsvResponse
from server.rest.run_plans import plan_of
from server.rest.run_schemas import GridPointResult, NewRuns, RunQuartiles, RunResult, RunsState
from server.settings import Settings

router = APIRouter(
    route_class=JsonRoute,
    prefix="/api/runs",
    tags=["runs"],
    dependencies=[Depends(reject_unknown_parameters)],
    responses=COMMON,
)

MAX_LISTED_RUNS = 100_000
"""Maximum number of single runs of one answer that has them all."""

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


def runs_state(job_id: str, runs: Sweep, *, each: bool = False) -> RunsState:
    """Return the current state of runs; with `each`, including every single run.

    Raises `ProblemError` if those are too many for one answer.
    """
    state, done = status_of(runs), runs.number_finished  # in this order: a run may end in between
    if each and done > MAX_LISTED_RUNS:
        with errors_as_problems():
            raise too_large("each", done, f"at most {MAX_LISTED_RUNS} runs; `results.ndjson` streams them")
    singles = [run._asdict() for run in runs.results] if each else None
    return RunsState.model_validate(
        {
            "id": job_id,
            "state": state,
            "done": done if singles is None else len(singles),
            "total": runs.plan.runs,
            "results": [_result(summary) for summary in runs.summaries()],
            "each": singles,
            "failure": _failure_of(runs) if state == "failed" else None,
        }
    )


def _failure_of(runs: Sweep) -> str:
    """Return why runs have failed, for who asked for them."""
    error = runs.ended.exception(0)
    if isinstance(error, SweepFailed):
        return str(error)
    if isinstance(error, OSError):
        return (
            f"The results cannot be written to the server's disk: {error.strerror or type(error).__name__}."
        )
    return "An error inside the server, of which its log tells."


def _result(summary: GridPointSummary) -> dict[str, Any]:
    values = summary._asdict()
    for name in _QUARTILES:
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


_QUARTILES = ("train_loss", "test_loss", "epochs_to_goal", "train_accuracy", "test_accuracy")
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
    settings: Settings = request.app.state.settings
    plan = await run_in_threadpool(plan_of, new, settings, owner_of(request))
    runs = Sweep(plan, settings.data_dir if settings.data_dir.is_dir() else None)
    job_id = register_job(request, runs, client_key)
    get_sweep_pool(request).submit_sweep(runs)

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
