"""All routes of REST. A new resource is a file with a `router`, listed here."""

from functools import cache

from fastapi import FastAPI
from starlette.routing import BaseRoute

from server.jobs.registry import JobRegistry
from server.rest import (
    catalogue,
    datasets,
    health,
    jobs,
    limits,
    network,
    runs,
    sessions,
    surface,
    tables,
    training,
)
from server.rest.openapi import shared_routes
from server.settings import Settings


@cache
def routes() -> list[BaseRoute]:
    """Return the routes, which all applications of this process share."""
    resources = (
        health,
        limits,
        catalogue,
        datasets,
        sessions,
        training,
        jobs,
        network,
        surface,
        tables,
        runs,
    )
    return shared_routes(*(resource.router for resource in resources))


def install(app: FastAPI, settings: Settings) -> None:
    """Add the routes, and the registry of jobs that they share, to an application."""
    app.state.jobs = JobRegistry(
        max_running=settings.max_jobs,
        max_per_owner=settings.max_jobs_per_address,
        max_seconds=settings.max_job_seconds,
        max_ended=settings.max_jobs_kept,
        max_memory=settings.max_job_memory / 4,
        lifetime=settings.job_lifetime,
    )
    app.router.routes.extend(routes())
