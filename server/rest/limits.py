"""REST: the limits that are in force on this server."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from server.rest.datasets import MAX_COUNT
from server.rest.errors import WITHOUT_BODY
from server.rest.json_bodies import MAX_SMALL_BODY
from server.rest.schemas import MAX_EPOCHS, MAX_PARAMETERS, MAX_POINTS, MAX_WAIT
from server.sessions.network_snapshot import MAX_RESOLUTION
from server.settings import Settings

router = APIRouter(prefix="/api", tags=["server"], responses=WITHOUT_BODY)


class Limits(BaseModel):
    """The limits of this server. What exceeds them is refused; times are in seconds."""

    max_parameters: int = Field(description="Weights and biases of one network.", examples=[100_000])
    max_multiply_adds: int = Field(
        description="Multiply-adds that a network for images may need for one image.", examples=[500_000]
    )
    max_points: int = Field(description="Points of one training.", examples=[10_000])
    max_epochs_per_call: int = Field(
        description="Epochs, or mini-batches, that one call may train.", examples=[100_000]
    )
    max_runs_per_call: int = Field(description="Runs of one call for repeated runs.", examples=[2000])
    max_points_to_predict: int = Field(description="Points of one call for predictions.", examples=[10_000])
    max_dataset_points: int = Field(description="Points of one call for a dataset.", examples=[10_000])
    max_surface_resolution: int = Field(description="Cells on a side of a surface.", examples=[256])
    max_wait: float = Field(description="Seconds that a call may wait for a training.", examples=[30])
    max_body: int = Field(
        description="Bytes of a body with points, parameters or runs.", examples=[4_000_000]
    )
    max_small_body: int = Field(description="Bytes of any other body.", examples=[MAX_SMALL_BODY])
    max_body_memory: int = Field(
        description="Bytes of all bodies received or handled at the same time; half of it for one network "
        "address.",
        examples=[32_000_000],
    )
    max_request_rate: float = Field(
        description="Requests per second from one network address; large ones count as several.",
        examples=[500],
    )
    max_jobs: int = Field(description="Jobs running at the same time, of all clients.", examples=[100])
    max_jobs_per_address: int = Field(description="Those of one network address.", examples=[80])
    max_job_seconds: float = Field(
        description="Processor time of one job, and of all running jobs of one network address.",
        examples=[3600],
    )
    job_lifetime: float = Field(
        description="How long a job that has ended is known at most.", examples=[86_400]
    )
    max_jobs_kept: int = Field(description="Jobs that have ended and are known.", examples=[1000])
    max_sessions: int = Field(description="Sessions in memory, of all clients.", examples=[500])
    max_sessions_per_address: int = Field(description="Those of one network address.", examples=[400])
    max_session_memory_per_address: int = Field(
        description="Bytes of memory that the sessions of one network address may take.",
        examples=[250_000_000],
    )
    max_pages_per_session: int = Field(description="Pages that show one session.", examples=[100])
    pause_after: float = Field(
        description="How long a session trains without open pages and calls.", examples=[10]
    )
    session_lifetime: float = Field(
        description="How long a session is kept without open pages and calls.", examples=[1_209_600]
    )


def limits_of(settings: Settings) -> Limits:
    """Return the limits that are in force with some settings."""
    values = {name: getattr(settings, name) for name in Limits.model_fields if hasattr(settings, name)}
    return Limits.model_validate(
        {
            **values,
            "max_parameters": min(settings.max_parameters, MAX_PARAMETERS),
            "max_points": min(settings.max_points, MAX_POINTS),
            "max_epochs_per_call": min(settings.max_epochs_per_call, MAX_EPOCHS),
            "max_points_to_predict": MAX_POINTS,
            "max_dataset_points": MAX_COUNT,
            "max_surface_resolution": MAX_RESOLUTION,
            "max_wait": MAX_WAIT,
            "max_small_body": min(settings.max_body, MAX_SMALL_BODY),
        }
    )


@router.get("/limits", summary="Read the limits")
async def read_limits(request: Request) -> Limits:
    """Return the limits of this server, which its operator may have changed."""
    return limits_of(request.app.state.settings)
