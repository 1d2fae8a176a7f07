"""REST: what was kept of each of repeated runs, its losses and its network's weights."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from server.errors.codes import ErrorCode
from server.errors.problems import ProblemError, problem
from server.jobs.finished_runs import FinishedRun
from server.jobs.kept_runs import KeptRun
from server.jobs.sweep_plan import SweepPlan
from server.jobs.sweeps import Sweep
from server.rest import serializers
from server.rest.dependencies import csv_response, json_response, reject_unknown_parameters
from server.rest.errors import COMMON
from server.rest.media_types import CSV_RESPONSE, CsvResponse
from server.rest.run_schemas import RunDetails, RunDetailsPage
from server.rest.runs import NO_RUNS, RunsId, get_runs, setting_cells

router = APIRouter(
    prefix="/api/runs", tags=["runs"], dependencies=[Depends(reject_unknown_parameters)], responses=COMMON
)

MAX_RUNS = 10_000
"""Maximum number of runs of one answer."""

MAX_OFFSET = 10_000_000

MAX_NUMBERS = 200_000
"""About how many numbers an answer has at most, unless its first run alone has more."""


First = Annotated[
    int, Query(ge=0, le=MAX_OFFSET, description="How many of the finished runs to leave out.", examples=[0])
]


@router.get(
    "/{runs}/each",
    summary="Read single runs with their losses and weights",
    response_model=RunDetailsPage,
    responses=NO_RUNS,
)
async def read_run_details(
    request: Request,
    runs: RunsId,
    first: First = 0,
    limit: Annotated[
        int, Query(ge=1, le=MAX_RUNS, description="The most runs of the answer.", examples=[200])
    ] = 200,
) -> Response:
    """Return the runs that are finished, with the losses and weights that `keep` asked for.

    A long list comes in several answers: ask again with `first` as `next` says. `results.ndjson` is the same
    as a stream, which goes on while the runs do.
    """
    known = get_runs(request, runs)
    return await json_response(await run_in_threadpool(details_page, known, first, limit))


def details_page(runs: Sweep, first: int, limit: int) -> RunDetailsPage:
    """Return up to `limit` finished runs from number `first` on, fewer if they have very many numbers."""
    page: list[RunDetails] = []
    numbers = 0
    for run, kept in runs.results_in_order(first, limit):
        numbers += _numbers_in(kept)
        if page and numbers > MAX_NUMBERS:
            break
        page.append(_details(runs.plan, first + len(page), run, kept))
    following = first + len(page)
    more = following < runs.number_finished
    return RunDetailsPage.model_construct(runs=page, next=following if more else None)


def _numbers_in(kept: KeptRun) -> int:
    losses = 0 if kept.losses is None else 3 * len(kept.losses.points)
    return losses + (0 if kept.network is None else 2 * kept.network.parameters.size)  # in two forms


def _details(plan: SweepPlan, number: int, run: FinishedRun, kept: KeptRun) -> RunDetails:
    settings = plan.settings[run.setting]
    values: dict[str, Any] = {**run._asdict(), "number": number, "settings": dict(settings)}
    values |= {"losses": None, "parameters": None}
    if kept.losses is not None:
        values["losses"] = serializers.kept_losses(kept.losses)
    if kept.network is not None:
        values["parameters"] = serializers.kept_parameters(kept.network, plan.config.changed(settings))
    return RunDetails.model_construct(**values)


@router.get(
    "/{runs}/losses.csv",
    summary="Read the losses of all runs as CSV",
    response_class=CsvResponse,
    responses={**CSV_RESPONSE, **NO_RUNS},
)
async def read_run_losses_csv(request: Request, runs: RunsId) -> Response:
    """Return the losses of each finished run as a table, if `keep` asked for them.

    Its columns are the settings of the grid, then seed, epoch, train_loss and test_loss.
    """
    known = get_runs(request, runs)
    if not known.plan.kept_parts.losses:
        detail = "The losses of these runs were not kept."
        expected = 'runs started with `keep`: ["losses"]'
        raise ProblemError(problem(ErrorCode.NOT_FOUND, detail, field="keep", expected=expected))
    names, cells = setting_cells(known.plan.settings)
    columns = (*names, "seed", "epoch", "train_loss", "test_loss")
    return await run_in_threadpool(csv_response, columns, _loss_rows(known, cells))


def _loss_rows(runs: Sweep, cells: list[list[Any]]) -> Iterator[list[Any]]:
    for run, kept in runs.results_in_order(0, runs.plan.runs):
        assert kept.losses is not None
        for epoch, train_loss, test_loss in kept.losses.points.tolist():
            yield [*cells[run.setting], run.seed, int(epoch), train_loss, test_loss]
