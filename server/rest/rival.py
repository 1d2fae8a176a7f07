"""REST: the rival of a session in a race, which is trained in step with it on the same points."""

from typing import Annotated, Any, Literal

from fastapi import Query, Request, Response
from pydantic import BaseModel, Field

from engine.config import TrainingConfig
from server.errors.problems import Problem
from server.errors.wire_errors import no_race
from server.protocol.race import EndRace, StartRace, SwapRival
from server.protocol.strict_model import ConfigChanges, StrictModel, with_example
from server.rest import serializers
from server.rest.call_charges import charge_changes
from server.rest.dependencies import IF_MATCH, SessionId, json_response, run_in_session, session_router
from server.rest.errors import BODY, CHANGES, NOT_FOUND, UNAVAILABLE, Responses
from server.rest.schemas import LossSeries, SessionDivergence, SessionMetrics
from server.sessions.commands import execute
from server.sessions.rival import Rival, score_of
from server.sessions.rules import changed_settings
from server.sessions.session import Session

router = session_router("race")

RACE_REFUSED: Responses = {
    409: {
        "model": Problem,
        "description": "`locked`: a classroom or a lesson locks a setting in which the two differ. "
        "`other_problem`: the network takes images.",
    }
}
WITHOUT_RACE: Responses = {
    404: {"model": Problem, "description": "There is no such session, or no race (`no_race`)."},
    **UNAVAILABLE,
}

Keep = Annotated[
    Literal["training", "rival"],
    Query(description="Which of the two the session keeps.", examples=["training"]),
]


class NewRival(StrictModel):
    """A rival, by what differs from the session's settings."""

    changes: ConfigChanges = Field(
        default_factory=dict,
        description="The rival's own settings, by their names; none that changes the points.",
        examples=[{"activation": "relu"}],
    )

    model_config = with_example({"changes": {"activation": "relu"}})


class RivalReport(BaseModel):
    """The rival of a session, and who is ahead."""

    config: TrainingConfig = Field(description="Every setting of the rival.")
    differs: list[str] = Field(
        description="The settings in which it differs from the session's.", examples=[["activation"]]
    )
    shape: list[int] = Field(
        description="Neurons of each layer, from the inputs to the output.", examples=[[2, 4, 2, 1]]
    )
    parameters: int = Field(description="Number of weights and biases.", examples=[25])
    metrics: SessionMetrics = Field(description="Its losses and accuracies.")
    divergence: SessionDivergence | None = Field(description="Where it diverged; null: it did not.")
    score: float = Field(
        description="The session's score: its test loss on a scale that no setting changes.", examples=[0.031]
    )
    rival_score: float = Field(description="The rival's score.", examples=[0.012])
    ahead: Literal["training", "rival"] | None = Field(
        description="Who has the lower score; null: they are equal.", examples=["rival"]
    )


def _report(session: Session) -> RivalReport:
    rival = _rival_of(session)
    session.metrics()
    metrics = rival.loop.metrics()  # first, as measuring may find a divergence
    trainer, score, rival_score = rival.trainer, session.score(), score_of(rival.trainer, metrics)
    found = trainer.divergence
    return RivalReport(
        config=trainer.config,
        differs=list(changed_settings(session.config, trainer.config)),
        shape=list(trainer.network.shape),
        parameters=int(trainer.network.parameters.size),
        metrics=SessionMetrics(epoch=trainer.epoch, batch=trainer.batch, **metrics._asdict()),
        divergence=None if found is None else SessionDivergence(**found._asdict()),
        score=score,
        rival_score=rival_score,
        ahead=None if score == rival_score else "training" if score < rival_score else "rival",
    )


def _rival_of(session: Session) -> Rival:
    if session.race.rival is None:
        raise no_race()
    return session.race.rival


@router.put(
    "/rival",
    summary="Start a race",
    dependencies=IF_MATCH,
    responses={**BODY, **NOT_FOUND, **RACE_REFUSED, **CHANGES},
)
async def put_rival(request: Request, session: SessionId, new: NewRival) -> RivalReport:
    """Put a rival beside the session, or another one: its set-up with some changes; both begin at epoch 0.

    From then on the two train in step, as many epochs, on the same points: `train`, `play`, `reset` and
    changes of the points are for both, other changes of settings for the session alone.
    """
    changes: dict[str, Any] = new.changes
    message = StartRace(changes=changes)
    await charge_changes(request, session, message)

    def start(target: Session) -> RivalReport:
        execute(target, message)
        return _report(target)

    return await run_in_session(request, session, start, within="changes")


@router.get("/rival", summary="Read the rival", responses=WITHOUT_RACE)
async def read_rival(request: Request, session: SessionId) -> RivalReport:
    """Return the rival's settings and metrics, and who is ahead."""
    return await run_in_session(request, session, _report)


@router.get(
    "/rival/losses",
    summary="Read the rival's losses so far",
    response_model=LossSeries,
    responses=WITHOUT_RACE,
)
async def read_rival_losses(request: Request, session: SessionId) -> Response:
    """Return the rival's losses after each epoch, as `losses` does of the session."""

    def read(target: Session) -> LossSeries:
        rival = _rival_of(target)
        rival.loop.metrics()
        return serializers.losses_of(rival.history)

    return await json_response(await run_in_session(request, session, read))


@router.post(
    "/rival/swap",
    summary="Exchange a session and its rival",
    dependencies=IF_MATCH,
    responses={**WITHOUT_RACE, **RACE_REFUSED, **CHANGES},
)
async def swap_with_rival(request: Request, session: SessionId) -> RivalReport:
    """Make the rival the session's training, and the other way round; both stay at their epoch, paused.

    All calls about the session are then about what was the rival.
    """
    await charge_changes(request, session, SwapRival())

    def swap(target: Session) -> RivalReport:
        execute(target, SwapRival())
        return _report(target)

    return await run_in_session(request, session, swap)


@router.delete(
    "/rival",
    status_code=204,
    response_class=Response,
    summary="End a race",
    dependencies=IF_MATCH,
    responses={**WITHOUT_RACE, **RACE_REFUSED, **CHANGES},
)
async def delete_rival(request: Request, session: SessionId, keep: Keep = "training") -> None:
    """End the race: the session keeps its training, or with `keep=rival` goes on as its rival."""
    await charge_changes(request, session, SwapRival())

    def end(target: Session) -> None:
        _rival_of(target)
        if keep == "rival":
            execute(target, SwapRival())
        execute(target, EndRace())

    await run_in_session(request, session, end)
