"""All of REST but the catalogue, the datasets and the server's health: its routes put together."""

from fastapi import FastAPI

from server import rest_data, rest_network, rest_sessions, rest_surface


def install(app: FastAPI) -> None:
    """Add the routes to an application."""
    for part in (rest_sessions, rest_network, rest_surface, rest_data):
        app.include_router(part.router)
