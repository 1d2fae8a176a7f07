"""An example of each control message, for its documentation."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from engine.config import TrainingConfig
from server.protocol import inside, lessons, quality, race, timeline
from server.protocol import messages as wire
from server.protocol.parameter_layout import LayerLayout

_SESSION = "4YkYZg0r3xkCq2mZ"
_VIEW = "v.vHyHHMBJjTGiXh9MQg3tdA"
_POINT = inside.PointToInspect(index=17)


def client_examples() -> Sequence[wire.AnyClientMessage]:
    """Return one message of each type that clients send."""
    return [
        wire.Open(version=1, config={"dataset": "xor", "hidden_layers": [3]}, speed=None, playing=True),
        wire.Play(until_epoch=100),
        wire.Pause(),
        wire.Reset(),
        wire.NewWeights(seed=7),
        wire.Regenerate(seed=7),
        wire.Step(unit="epoch", count=1),
        wire.Configure(changes={"learning_rate": 0.1}, ref=3),
        wire.SetSpeed(epochs_per_second=60.0),
        wire.Watch(layer=1, neuron=2),
        wire.Probe(x1=-6.0, x2=0.5),
        wire.ShowImage(set="test", index=17),
        inside.MeasureLayers(ref=6),
        quality.MeasureQuality(ref=7),
        lessons.FollowLesson(lesson="neuron", step=2, ref=10),
        lessons.CheckLesson(ref=11),
        timeline.LookBack(epoch=40, ref=12),
        race.StartRace(changes={"activation": "relu"}, ref=13),
        race.SwapRival(),
        race.EndRace(),
        inside.InspectPoint(point=_POINT, ref=8),
        inside.ApplyPoint(point=_POINT, ref=9),
        wire.EditWeight(layer=1, source=0, neuron=3, value=-0.5),
        wire.EditBias(layer=3, neuron=0, value=0.25),
        wire.Ack(frame=12),
        wire.Visible(visible=False),
    ]


def server_examples() -> Sequence[wire.ServerMessage]:
    """Return one message of each type that the server sends."""
    return [
        wire.Welcome(session=_SESSION, resumed=False, version="0.1.0", view=_VIEW),
        wire.State(
            revision=1,
            config=TrainingConfig(),
            playing=True,
            speed=60.0,
            shape=(2, 1),
            parameters=3,
            layout=(LayerLayout(weights=0, biases=2, inputs=2, neurons=1),),
            watch=wire.Node(layer=1, neuron=0),
            divergence=None,
        ),
        wire.Error(
            code="invalid_value",
            message="noise: expected at most 80, got 99.",
            field="noise",
            value=99,
            expected="at most 80",
            ref=3,
        ),
        wire.Closing(reason="shutdown"),
        inside.LayerReport.model_validate(
            {
                "statistics": example_of(inside.NetworkStatistics),
                "explanations": [example_of(inside.Explanation)],
                "ref": 6,
            }
        ),
        quality.QualityReport.model_validate({"quality": example_of(quality.NetworkQuality), "ref": 7}),
        lessons.LessonReport.model_validate({"progress": example_of(lessons.StepProgress), "ref": 10}),
        timeline.KeptMoments(epochs=(0, 1, 2, 4, 8, 40), shown=40, ref=12),
        inside.StepReport.model_validate(
            {"step": example_of(inside.InspectedStep), "point": _POINT, "ref": 8}
        ),
    ]


def example_of(model: type[BaseModel]) -> Any:
    """Return an example of a model from those of its fields."""
    schema = model.model_json_schema()
    return _example(schema, schema.get("$defs", {}))


def _example(schema: dict[str, Any], definitions: dict[str, Any]) -> Any:
    """Return an example of a JSON schema: its first, or one made from those of its parts."""
    if "$ref" in schema:
        return _example(definitions[schema["$ref"].rsplit("/", 1)[-1]], definitions)
    if schema.get("examples"):
        return schema["examples"][0]
    if schema.get("type") == "object":
        needed = schema.get("required", [])
        return {name: _example(schema["properties"][name], definitions) for name in needed}
    if schema.get("type") == "array":
        return [_example(schema["items"], definitions)]
    return schema.get("default")
