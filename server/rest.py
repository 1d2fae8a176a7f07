"""All of REST but the catalogue, the datasets and the server's health: its routes put together."""

from fastapi import FastAPI

from server import (
    rest_data,
    rest_jobs,
    rest_network,
    rest_runs,
    rest_sessions,
    rest_surface,
    rest_training,
)
from server.jobs import Jobs
from server.settings import Settings


def install(app: FastAPI, settings: Settings) -> None:
    """Add the routes to an application."""
    app.state.jobs = Jobs(
        most=settings.max_jobs, most_kept=settings.max_jobs_kept, lifetime=settings.job_lifetime
    )
    for part in (rest_sessions, rest_training, rest_jobs, rest_network, rest_surface, rest_data, rest_runs):
        app.include_router(part.router)
