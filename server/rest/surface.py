"""REST: what a neuron says all over the plane, as JSON, as NumPy's file, or as the page draws it."""

import io
import json
from typing import Annotated, Literal

import numpy as np
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from server.rest import serializers, surface_png
from server.rest.dependencies import COMMON, NOT_FOUND, SessionId, obeyed, only_known, refusals
from server.sessions.network_snapshot import MAX_RESOLUTION, NetworkSnapshot

Form = Literal["json", "npy", "png"]
Floats = NDArray[np.float64]
PLANE = 6.0

router = APIRouter(
    prefix="/api/sessions/{session}",
    tags=["network"],
    dependencies=[Depends(only_known)],
    responses=COMMON | NOT_FOUND,
)


class Surface(BaseModel):
    """What a neuron says all over the plane."""

    resolution: int = Field(description="Cells on a side.", examples=[2])
    plane: list[float] = Field(
        [-6.0, 6.0], description="The bounds of x1 and x2; values are those at the centres of cells."
    )
    values: list[list[float | None]] | list[list[list[float | None]]] = Field(
        description="Row by row, x2 = 6 at the top; of all of several classes such a grid for each. Null "
        "is not finite.",
        examples=[[[0.1, 0.2], [0.3, 0.4]]],
    )


@router.get(
    "/surface",
    summary="A neuron all over the plane",
    response_model=Surface,
    responses={
        200: {
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
                "image/png": {"schema": {"type": "string", "format": "binary"}},
            },
            "description": "The surface in the format that was asked for.",
        }
    },
)
async def surface(
    request: Request,
    session: SessionId,
    layer: Annotated[
        int | None,
        Query(
            ge=0, le=100, description="0 are the inputs, as the catalogue lists them; by default the output."
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
        Form,
        Query(description="json; npy: a file that numpy.load reads; png: as the page draws it."),
    ] = "json",
    theme: Annotated[surface_png.Theme, Query(description="The colours of the PNG.")] = "light",
    discretize: Annotated[
        bool, Query(description="Whether the PNG shows only which side, or class.")
    ] = False,
) -> Response:
    """Return what a neuron says over the plane, from -6 to 6 in x1 and x2, in full precision.

    A network of several classes has as a whole a grid for each class; its PNG shows the likeliest.
    """
    still = await obeyed(request, session, NetworkSnapshot)
    with refusals():
        values = await run_in_threadpool(still.surface, layer, neuron, resolution)
    return await run_in_threadpool(_written, still, values, layer, neuron, format, theme, discretize)


def _written(
    still: NetworkSnapshot,
    values: Floats,
    layer: int | None,
    neuron: int | None,
    format: Form,  # noqa: A002
    theme: surface_png.Theme,
    discretize: bool,
) -> Response:
    """Return a surface in a format. A large one takes a while: not on the event loop."""
    if format == "json":
        body = {
            "resolution": values.shape[-1],
            "plane": [-PLANE, PLANE],
            "values": serializers.finite(values),
        }
        return Response(json.dumps(body), media_type="application/json")
    if format == "npy":
        file = io.BytesIO()
        np.save(file, values)
        return Response(file.getvalue(), media_type="application/octet-stream")
    is_output = layer is None or layer == still.layers
    if values.ndim == 3:
        pixels = surface_png.of_classes(values, theme, discretize=discretize)
    elif is_output and still.outputs > 1:
        pixels = surface_png.of_class(values, neuron or 0, theme, discretize=discretize)
    else:
        drawn = 2 * values - 1 if is_output and still.probability else values
        pixels = surface_png.of_numbers(drawn, theme, discretize=discretize)
    return Response(surface_png.png(pixels), media_type="image/png")
