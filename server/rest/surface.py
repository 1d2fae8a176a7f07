"""REST: the output of a neuron over the plane, as JSON, as a NumPy file, or as a PNG."""

import io
from typing import Annotated, Literal

import numpy as np
from fastapi import Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from numpy.typing import NDArray
from pydantic import BaseModel, Field
from pydantic_core import to_json

from server.rest import serializers, surface_png
from server.rest.dependencies import SessionId, run_in_session, session_router
from server.rest.errors import errors_as_problems
from server.sessions.network_snapshot import MAX_RESOLUTION, NetworkSnapshot

SurfaceFormat = Literal["json", "npy", "png"]
Floats = NDArray[np.float64]
PLANE = 6.0

router = session_router("network")


class Surface(BaseModel):
    """The output of a neuron over the plane."""

    resolution: int = Field(description="Cells on a side.", examples=[2])
    plane: list[float] = Field(
        [-6.0, 6.0], description="The bounds of x1 and x2; the values are taken at the centres of the cells."
    )
    values: list[list[float | None]] | list[list[list[float | None]]] = Field(
        description="The values row by row, x2 = 6 at the top; for the whole output of several classes, one "
        "such grid for each class. Null: not finite.",
        examples=[[[0.1, 0.2], [0.3, 0.4]]],
    )


@router.get(
    "/surface",
    summary="A neuron's output over the plane",
    response_model=Surface,
    responses={
        200: {
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
                "image/png": {"schema": {"type": "string", "format": "binary"}},
            },
            "description": "The surface in the requested format.",
        }
    },
)
async def surface(
    request: Request,
    session: SessionId,
    layer: Annotated[
        int | None,
        Query(
            ge=0,
            le=100,
            description="The layer; 0: the inputs in the catalogue's order. Default: the output.",
        ),
    ] = None,
    neuron: Annotated[
        int | None,
        Query(ge=0, le=1000, description="The neuron of the layer. By default the output as a whole."),
    ] = None,
    resolution: Annotated[
        int, Query(ge=1, le=MAX_RESOLUTION, description="Cells on a side.", examples=[20])
    ] = 50,
    format: Annotated[  # noqa: A002 - the parameter's name
        SurfaceFormat,
        Query(description="json; npy: a file that numpy.load reads; png: as the page draws it."),
    ] = "json",
    theme: Annotated[surface_png.Theme, Query(description="The colours of the PNG.")] = "light",
    discretize: Annotated[
        bool, Query(description="Whether the PNG shows only the sign or the class.")
    ] = False,
) -> Response:
    """Return the output of a neuron over the plane, from -6 to 6 in x1 and x2, in full precision.

    The output layer of a network with several classes has one grid for each class; its PNG shows the most
    likely class of each cell.
    """
    snapshot = await run_in_session(request, session, NetworkSnapshot)
    with errors_as_problems():
        values = await run_in_threadpool(snapshot.surface, layer, neuron, resolution)
    return await run_in_threadpool(_response, snapshot, values, layer, neuron, format, theme, discretize)


def _response(
    snapshot: NetworkSnapshot,
    values: Floats,
    layer: int | None,
    neuron: int | None,
    format: SurfaceFormat,  # noqa: A002
    theme: surface_png.Theme,
    discretize: bool,
) -> Response:
    """Return a surface in a format. This may take long: call it on a worker thread."""
    if format == "json":
        body = {
            "resolution": values.shape[-1],
            "plane": [-PLANE, PLANE],
            "values": serializers.finite_or_none(values),
        }
        return Response(to_json(body), media_type="application/json")
    if format == "npy":
        file = io.BytesIO()
        np.save(file, values)
        return Response(file.getvalue(), media_type="application/octet-stream")
    is_output = layer is None or layer == snapshot.layers
    if values.ndim == 3:
        pixels = surface_png.of_classes(values, theme, discretize=discretize)
    elif is_output and snapshot.outputs > 1:
        pixels = surface_png.of_class(values, neuron or 0, theme, discretize=discretize)
    else:
        drawn = 2 * values - 1 if is_output and snapshot.probability else values
        pixels = surface_png.of_numbers(drawn, theme, discretize=discretize)
    return Response(surface_png.png(pixels), media_type="image/png")
