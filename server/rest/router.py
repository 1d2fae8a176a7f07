"""All routes of REST. A new resource is a file with a `router`, listed here."""

from functools import cache

from fastapi import FastAPI
from starlette.routing import BaseRoute

from server.jobs.registry import JobRegistry
from server.limits.quotas import Quota
from server.rest import (
    catalogue,
    client_file,
    datasets,
    exports,
    health,
    image_network,
    inspections,
    job_events,
    jobs,
    layer_statistics,
    lessons,
    limits,
    moments,
    network,
    own_data,
    own_data_samples,
    quality,
    rival,
    run_details,
    run_stream,
    runs,
    sessions,
    shared_data,
    surface,
    tables,
    training,
)
from server.rest.openapi import shared_routes
from server.runtime.session_ids import SessionIds
from server.settings import Settings


@cache
def routes() -> list[BaseRoute]:
    """Return the routes, which all applications of this process share."""
    resources = (
        health,
        limits,
        client_file,
        catalogue,
        datasets,
        own_data,
        own_data_samples,
        shared_data,
        sessions,
        training,
        jobs,
        network,
        moments,
        rival,
        inspections,
        layer_statistics,
        image_network,
        quality,
        lessons,
        surface,
        tables,
        exports,
        runs,
        job_events,
        run_details,
        run_stream,
    )
    return shared_routes(*(resource.router for resource in resources))


def install(app: FastAPI, settings: Settings, session_ids: SessionIds | None = None) -> None:
    """Add the routes, and the registry of jobs that they share, to an application."""
    app.state.jobs = JobRegistry(
        max_running=settings.max_jobs,
        max_per_owner=settings.max_jobs_per_address,
        max_seconds=settings.max_job_seconds,
        max_ended=settings.max_jobs_kept,
        max_memory=settings.max_job_memory / 4,
        max_running_memory=settings.max_job_memory,
        max_disk=settings.max_job_disk,
        lifetime=settings.job_lifetime,
        new_id=(session_ids or SessionIds()).new_id,
    )
    app.state.event_streams = Quota(settings.max_jobs, settings.max_jobs_per_address)
    app.state.shared_data_rate = shared_data.rate_limit(settings)
    app.router.routes.extend(routes())
