"""REST: the output of a neuron over a part of the plane, as JSON, as a NumPy file, or as a PNG."""

import io
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from fastapi import Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from numpy.typing import NDArray
from pydantic import BaseModel, BeforeValidator, Field
from pydantic_core import to_json

from engine.config_fields import MAX_COORDINATE
from engine.data.datasets import PLANE
from server.protocol.json_numbers import finite_or_none
from server.rest import surface_png
from server.rest.dependencies import SessionId, run_in_session, session_router
from server.rest.errors import OTHER_PROBLEM, errors_as_problems, invalid_value
from server.rest.media_types import NPY_RESPONSE, PNG_RESPONSE, NpyResponse, PngResponse
from server.sessions.network_snapshot import MAX_RESOLUTION, Bounds, NetworkSnapshot

SurfaceFormat = Literal["json", "npy", "png"]
Floats = NDArray[np.float64]

router = session_router("network")


class Surface(BaseModel):
    """The output of a neuron over a part of the plane."""

    resolution: int = Field(description="Number of cells in each direction.", examples=[2])
    plane: list[float] = Field(
        [-PLANE, PLANE], description="The range of x1 and x2 in which datasets are drawn."
    )
    bounds: list[float] = Field(
        description="The part of the plane: minimum and maximum of x1, then of x2. Values are those "
        "at the centres of the cells.",
        examples=[[-6, 6, -6, 6]],
    )
    values: list[list[float | None]] | list[list[list[float | None]]] = Field(
        description="The values row by row, the largest x2 first; for the whole output of several classes, "
        "one such grid for each class. Null: not finite.",
        examples=[[[0.1, 0.2], [0.3, 0.4]]],
    )


def _split(value: Any) -> Any:
    """Accept "0,1,2,3" beside repeated parameters."""
    one = value[0] if isinstance(value, list) and len(value) == 1 else value
    return one.split(",") if isinstance(one, str) else value


_Coordinate = Annotated[float, Field(ge=-MAX_COORDINATE, le=MAX_COORDINATE, allow_inf_nan=False)]


class SurfaceRequest(NamedTuple):
    """Which surface is requested."""

    layer: int | None
    neuron: int | None
    resolution: int
    bounds: Bounds


def requested_surface(
    layer: Annotated[
        int | None,
        Query(
            ge=0,
            le=100,
            description="The layer: 0 for the features in the catalogue's order, 1 for the first hidden "
            "layer. By default the output.",
        ),
    ] = None,
    neuron: Annotated[
        int | None,
        Query(
            ge=0,
            le=1000,
            description="The neuron of the layer, from 0. By default the whole output.",
        ),
    ] = None,
    resolution: Annotated[
        int,
        Query(ge=1, le=MAX_RESOLUTION, description="Number of cells in each direction.", examples=[20]),
    ] = 50,
    bounds: Annotated[
        list[_Coordinate],
        BeforeValidator(_split),
        Query(
            min_length=4,
            max_length=4,
            description="The part of the plane: minimum and maximum of x1, then of x2, as four "
            "parameters or separated by commas.",
            examples=[[-6, 6, -6, 6]],
        ),
    ] = [-PLANE, PLANE, -PLANE, PLANE],  # noqa: B006 - FastAPI copies it
) -> SurfaceRequest:
    """Return the parameters of a surface; raise `ProblemError` if the bounds are not in order."""
    if not (bounds[0] < bounds[1] and bounds[2] < bounds[3]):
        raise invalid_value("bounds", bounds, "the minimum of x1 and x2 before the maximum")
    return SurfaceRequest(layer, neuron, resolution, Bounds(*bounds))


Requested = Annotated[SurfaceRequest, Depends(requested_surface)]
Theme = Annotated[surface_png.Theme, Query(description="The colours.")]
Discretize = Annotated[bool, Query(description="Whether only the sign or the class is shown.")]


@router.get(
    "/surface",
    summary="Read a neuron's output over the plane",
    response_model=Surface,
    responses=OTHER_PROBLEM,
)
async def surface(
    request: Request,
    session: SessionId,
    wanted: Requested,
    format: Annotated[SurfaceFormat, Query(include_in_schema=False)] = "json",  # noqa: A002
    theme: Annotated[surface_png.Theme, Query(include_in_schema=False)] = "light",
    discretize: Annotated[bool, Query(include_in_schema=False)] = False,
) -> Response:
    """Return the output of a neuron at the centres of a grid of cells, in full precision.

    The output layer of a network with several classes has one grid for each class. `surface.npy` is the same
    as a NumPy file, `surface.encode_png` as an image. A network for images has none: see its `feature-maps`.
    """
    return await _surface(request, session, wanted, format, theme, discretize=discretize)


@router.get(
    "/surface.npy",
    summary="Read a neuron's output over the plane as a NumPy file",
    response_class=NpyResponse,
    responses={**NPY_RESPONSE, **OTHER_PROBLEM},
)
async def surface_npy(request: Request, session: SessionId, wanted: Requested) -> Response:
    """Return the same as `surface`, as an array of 64-bit floats in a file that `numpy.load` reads."""
    return await _surface(request, session, wanted, "npy", "light", discretize=False)


@router.get(
    "/surface.png",
    summary="Read a neuron's output over the plane as an image",
    response_class=PngResponse,
    responses={**PNG_RESPONSE, **OTHER_PROBLEM},
)
async def surface_image(
    request: Request,
    session: SessionId,
    wanted: Requested,
    theme: Theme = "light",
    discretize: Discretize = False,
) -> Response:
    """Return a neuron's output as a PNG in the page's colours, one pixel for each cell.

    The whole output of a network with several classes shows the most probable class of each cell.
    """
    return await _surface(request, session, wanted, "png", theme, discretize=discretize)


async def _surface(
    request: Request,
    session: str,
    wanted: SurfaceRequest,
    format: SurfaceFormat,  # noqa: A002
    theme: surface_png.Theme,
    *,
    discretize: bool,
) -> Response:
    snapshot = await run_in_session(request, session, NetworkSnapshot)
    with errors_as_problems():
        values = await run_in_threadpool(
            snapshot.surface, wanted.layer, wanted.neuron, wanted.resolution, wanted.bounds
        )
    return await run_in_threadpool(_response, snapshot, values, wanted, format, theme, discretize)


def _response(
    snapshot: NetworkSnapshot,
    values: Floats,
    wanted: SurfaceRequest,
    format: SurfaceFormat,  # noqa: A002
    theme: surface_png.Theme,
    discretize: bool,
) -> Response:
    """Return a surface in a format. This may take long: call it on a worker thread."""
    if format == "json":
        body = {
            "resolution": values.shape[-1],
            "plane": [-PLANE, PLANE],
            "bounds": wanted.bounds,
            "values": finite_or_none(values),
        }
        return Response(to_json(body), media_type="application/json")
    if format == "npy":
        file = io.BytesIO()
        np.save(file, values)
        return NpyResponse(file.getvalue())
    is_output = wanted.layer is None or wanted.layer == snapshot.layers
    if values.ndim == 3:
        pixels = surface_png.class_map_pixels(values, theme, discretize=discretize)
    elif is_output and snapshot.outputs > 1:
        pixels = surface_png.class_pixels(values, wanted.neuron or 0, theme, discretize=discretize)
    else:
        drawn = 2 * values - 1 if is_output and snapshot.probability else values
        pixels = surface_png.value_pixels(drawn, theme, discretize=discretize)
    return PngResponse(surface_png.encode_png(pixels))
