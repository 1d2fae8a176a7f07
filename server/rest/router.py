"""All of REST but the catalogue, the datasets and the server's health: its routes put together."""

from fastapi import FastAPI

from server.jobs.registry import Jobs
from server.rest import jobs, network, runs, sessions, surface, tables, training
from server.settings import Settings


def install(app: FastAPI, settings: Settings) -> None:
    """Add the routes to an application."""
    app.state.jobs = Jobs(
        most=settings.max_jobs, most_kept=settings.max_jobs_kept, lifetime=settings.job_lifetime
    )
    for part in (sessions, training, jobs, network, surface, tables, runs):
        app.include_router(part.router)
