"""All routes of REST. A new resource is a file with a `router`, listed here."""

from fastapi import FastAPI

from server.jobs.registry import JobRegistry
from server.rest import (
    catalogue,
    datasets,
    health,
    jobs,
    network,
    runs,
    sessions,
    surface,
    tables,
    training,
)
from server.settings import Settings


def install(app: FastAPI, settings: Settings) -> None:
    """Add the routes, and the registry of jobs that they share, to an application."""
    app.state.jobs = JobRegistry(
        max_running=settings.max_jobs, max_ended=settings.max_jobs_kept, lifetime=settings.job_lifetime
    )
    for resource in (
        health,
        catalogue,
        datasets,
        sessions,
        training,
        jobs,
        network,
        surface,
        tables,
        runs,
    ):
        app.include_router(resource.router)
