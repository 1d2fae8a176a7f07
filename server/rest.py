"""All of REST but the catalogue, the datasets and the server's health: its routes put together."""

import time

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


def install(app: FastAPI) -> None:
    """Add the routes to an application."""
    app.state.jobs = Jobs(time.monotonic)
    for part in (rest_sessions, rest_training, rest_jobs, rest_network, rest_surface, rest_data, rest_runs):
        app.include_router(part.router)
