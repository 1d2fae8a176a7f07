"""REST: what a network for images makes of an image, and which images it takes for others."""

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from server.errors.problems import Problem
from server.protocol.json_numbers import finite_or_none
from server.rest.dependencies import SessionId, json_response, reads_only, run_in_session, session_router
from server.rest.errors import BODY, Responses, errors_as_problems
from server.rest.image_schemas import (
    ConfusionMatrix,
    ImageChoice,
    ImageFeatureMaps,
    LayerMaps,
    WrongPrediction,
)
from server.rest.json_bodies import large_body
from server.sessions.image_snapshot import FeatureMaps, ImageSnapshot

router = session_router("network")

FOR_IMAGES: Responses = {
    409: {"model": Problem, "description": "`other_problem`: the network does not take images."}
}


@router.post(
    "/feature-maps",
    response_model=ImageFeatureMaps,
    summary="Compute feature maps",
    responses={**BODY, **FOR_IMAGES},
)
@reads_only
@large_body
async def feature_maps(request: Request, session: SessionId, wanted: ImageChoice) -> Response:
    """Return the values of all layers for one image: every feature map, and the probability of each digit."""
    shown = wanted.shown
    snapshot = await run_in_session(request, session, ImageSnapshot)
    with errors_as_problems():
        found = await run_in_threadpool(snapshot.feature_maps, shown)
    return await json_response(await run_in_threadpool(_maps, found))


def _maps(found: FeatureMaps) -> ImageFeatureMaps:
    scores = found.layers[-1][1].ravel()
    return ImageFeatureMaps.model_construct(
        label=found.label,
        predicted=int(scores.argmax()),
        scores=finite_or_none(scores),
        layers=[
            LayerMaps.model_construct(
                layer=layer.layer, kind=layer.kind, size=layer.size, values=finite_or_none(values)
            )
            for layer, values in found.layers
        ],
    )


@router.get(
    "/confusion",
    response_model=ConfusionMatrix,
    summary="Read the confusion matrix",
    responses=FOR_IMAGES,
)
async def confusion(request: Request, session: SessionId) -> Response:
    """Return how the network as it is now predicts the test images: counts, and the wrong ones by index."""
    snapshot = await run_in_session(request, session, ImageSnapshot)
    return await json_response(await run_in_threadpool(_confusion, snapshot))


def _confusion(snapshot: ImageSnapshot) -> ConfusionMatrix:
    found, labels = snapshot.confusion()
    wrong = zip(
        found.wrong.tolist(), found.predicted.tolist(), finite_or_none(found.probability), strict=True
    )
    return ConfusionMatrix.model_construct(
        matrix=found.matrix.tolist(),
        wrong=[
            WrongPrediction.model_construct(
                index=index, label=int(labels[index]), predicted=predicted, probability=probability
            )
            for index, predicted, probability in wrong
        ],
    )
