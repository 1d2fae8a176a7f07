"""Makes `tests/data/protocol_vectors.json`: frames and messages for the tests in Python and JavaScript.

    python -m tests.server.vectors      writes the file again

`frames` holds binary frames, each with its decoded header and sections. The `values` of a section are
  - of a grid or the parameters: the numbers; a large heat map also has `scale`, for which 127 stands,
  - of a history: [epoch, training loss, test loss] for each point,
  - of the data points: [x1, x2, target] for each; the first `train` of them are for training,
  - of a line: the steps of all crossings, then the parts,
  - of a probe: [x1, x2, value], or a value for each class,
  - of an image: its index, then its pixels,
  - of feature maps and filters: the numbers of all layers; `scales` has the scale of each layer,
  - of a rival: its finished epochs and mini-batches, losses and accuracies, then both scores,
  - of a confusion matrix: the matrix, row by row, then of each wrong image [index, class, predicted class,
    probability, pixels...].
A number that is not finite is null.
`packed` holds consecutive frames as a compressor writes them, each with its uncompressed equivalent.
`client_messages` and `server_messages` hold valid JSON messages.
"""

import json
from pathlib import Path

from engine.config import TrainingConfig
from engine.nn.layers import dense_layers
from engine.nn.network import Network
from engine.training.build import empty_network
from server.protocol import inside, lessons, quality, race, timeline
from server.protocol import messages as wire
from server.protocol.divergence import DivergenceReport
from server.protocol.parameter_layout import LayerLayout
from server.protocol.stop_conditions import StopConditions
from server.sessions.state_message import image_layout
from tests.server.frame_vectors import compressed_frames, decoded, example_frames, frame_with_unknown_section

PATH = Path(__file__).parent.parent / "data" / "protocol_vectors.json"


def client_messages() -> list[wire.AnyClientMessage]:
    """Return at least one message of every kind."""
    return [
        wire.Open(version=1),
        wire.Open(version=1, session="4YkYZg0r3xkCq2mZ", config=None, speed=None, ref=1),
        wire.Open(version=1, config={"dataset": "xor", "hidden_layers": [3]}, speed=2.5, playing=True),
        wire.Open(version=1, packing=True),
        wire.Open(version=1, session="4YkYZg0r3xkCq2mZ", resume_only=True),
        wire.Open(version=1, copy_of="v.vHyHHMBJjTGiXh9MQg3tdA"),
        wire.Play(),
        wire.Play(until_epoch=100),
        wire.Play(until=StopConditions(test_loss=0.05, train_accuracy=0.9)),
        wire.Pause(ref=2),
        wire.Reset(),
        wire.NewWeights(),
        wire.NewWeights(seed=4_294_967_295),
        wire.Regenerate(),
        wire.Regenerate(seed=0),
        wire.Step(unit="epoch"),
        wire.Step(unit="batch", count=1000),
        wire.Configure(changes={"learning_rate": 0.1, "regularization": "l2"}, ref=3),
        wire.SetSpeed(epochs_per_second=60.0),
        wire.SetSpeed(epochs_per_second=None),
        wire.Watch(layer=1, neuron=2),
        wire.Watch(layer=None),
        wire.Probe(x1=-6.0, x2=0.5),
        wire.Probe(x1=None, x2=None),
        wire.ShowImage(set="train", index=1436),
        wire.ShowImage(pixels=(0, 16, *[7] * 62), ref=5),
        inside.MeasureLayers(ref=6),
        quality.MeasureQuality(ref=7),
        lessons.FollowLesson(lesson="neuron", step=2, ref=9),
        lessons.FollowLesson(lesson="neuron", step=2, begin=False),
        lessons.FollowLesson(lesson="neuron", step=2, restart=True),
        lessons.FollowLesson(lesson=None),
        lessons.CheckLesson(ref=10),
        timeline.LookBack(epoch=40, ref=11),
        timeline.LookBack(epoch=None),
        race.StartRace(),
        race.StartRace(changes={"activation": "relu"}, ref=12),
        race.SwapRival(),
        race.EndRace(ref=13),
        inside.InspectPoint(point=inside.PointToInspect(index=17)),
        inside.InspectPoint(point=inside.PointToInspect(x1=0.5, x2=-6.0, target=1.0)),
        inside.ApplyPoint(point=inside.PointToInspect(index=3, set="test"), ref=8),
        wire.EditWeight(layer=1, source=0, neuron=3, value=-0.5, ref=4),
        wire.EditBias(layer=3, neuron=0, value=1e6),
        wire.Ack(frame=12),
        wire.Visible(visible=False),
    ]


def server_messages() -> list[wire.ServerMessage]:
    """Return at least one message of every kind."""
    state = wire.State(
        revision=1,
        config=TrainingConfig(),
        playing=True,
        speed=60.0,
        shape=(2, 4, 2, 1),
        parameters=25,
        layout=_layout((2, 4, 2, 1)),
        watch=wire.Node(layer=3, neuron=0),
        divergence=None,
    )
    diverged = DivergenceReport(epoch=12, batch=3, cause="parameters")
    return [
        wire.Welcome(
            session="4YkYZg0r3xkCq2mZ", resumed=False, version="0.1.0", view="v.vHyHHMBJjTGiXh9MQg3tdA"
        ),
        state,
        state.model_copy(
            update={
                "config": TrainingConfig(problem="multiclass", classes=8, layer_activations=("relu", "sine")),
                "shape": (2, 4, 2, 8),
                "parameters": 46,
                "layout": _layout((2, 4, 2, 8)),
                "watch": wire.Node(layer=3, neuron=None),
            }
        ),
        state.model_copy(update={"revision": 2, "playing": False, "speed": None, "divergence": diverged}),
        state.model_copy(update={"revision": 3, "custom_data": True}),
        state.model_copy(update={"revision": 4, "until_epoch": 100}),
        state.model_copy(update={"revision": 5, "until": StopConditions(test_loss=0.05)}),
        state.model_copy(update={"revision": 6, "playing": False, "shown_epoch": 40}),
        state.model_copy(update={"revision": 7, "rival": _rival(None)}),
        state.model_copy(update={"revision": 8, "rival": _rival(diverged)}),
        _image_state(state),
        wire.Error(
            code="invalid_value",
            message="noise: expected at most 80, got 99.",
            field="noise",
            value=99,
            expected="at most 80",
            ref=3,
        ),
        wire.Error(code="malformed_json", message="The message is not JSON.", expected="a JSON object"),
        wire.Closing(reason="shutdown"),
        *_inside(),
        wire.Welcome(
            session="v.vHyHHMBJjTGiXh9MQg3tdA",
            resumed=True,
            version="0.1.0",
            view="v.vHyHHMBJjTGiXh9MQg3tdA",
            may_change=False,
        ),
    ]


def _rival(divergence: DivergenceReport | None) -> race.RivalState:
    return race.RivalState(
        config=TrainingConfig(activation="relu"),
        differs=("activation",),
        shape=(2, 4, 2, 1),
        parameters=25,
        divergence=divergence,
    )


def _inside() -> list[wire.ServerMessage]:
    """Return what is inside of a network with one neuron."""
    histogram = inside.HistogramOfValues(low=-1.0, high=1.5, counts=[3, 0, 247])
    layer = inside.StatisticsOfLayer(
        layer=1, activation=None, gradient=1e-5, delta=0.25, update=3e-7, weight=0.5, saturated=0.0,
        saturation=[0.0], dead=[False], sums=histogram, values=histogram, weights=histogram,
    )  # fmt: skip
    explanation = inside.Explanation(
        name="bouncing", layer=None, measured={"upwards": 0.5, "swing": 0.25}, remedy={"learning_rate": 0.01}
    )
    array = inside.InspectedArray(
        name="weights", values=[[0.5], [-1.0]], gradient=[[2.0], [None]], change=[[-0.06], [0.0]], memory=[],
        memory_after=[], penalised=True,
    )  # fmt: skip
    inspected = inside.InspectedLayer(
        layer=1, kind="dense", activation=None, values=[2.5], derivatives=[0.125], parameters=[array]
    )
    step = inside.InspectedStep(
        epoch=3, batch=24, is_next=True, points=[240, 241], share=0.5, inputs=[1.0, -2.0], targets=[-1.0],
        outputs=[0.75], loss=1.53125, outputs_after=[0.5], loss_after=1.125, rate=0.03, steps=99, clipped=1.0,
        layers=[inspected],
    )  # fmt: skip
    statistics = inside.NetworkStatistics(epoch=3, layers=[layer])
    wrong = quality.PointPrediction(index=5, target=-1.0, predicted=1.0, output=0.25, loss=0.78125)
    on_train = quality.QualityOnSet(
        points=4, accuracy=0.75, matrix=[[1, 1], [0, 2]], r_squared=None, rmse=None, wrong=1, worst=[wrong]
    )
    measured = quality.NetworkQuality(epoch=3, train=on_train, test=on_train)
    return [
        inside.LayerReport(statistics=statistics, explanations=[explanation], ref=6),
        quality.QualityReport(quality=measured, ref=7),
        lessons.LessonReport(progress=None, ref=9),
        timeline.KeptMoments(epochs=(0, 1, 2, 4, 8, 40), shown=40, ref=11),
        lessons.LessonReport(
            progress=lessons.StepProgress(
                lesson="neuron",
                step=1,
                reached=False,
                checks=[
                    lessons.CheckProgress(
                        reached=False,
                        parts=[
                            lessons.CheckPart(kind="accuracy_at_least", wanted=0.99, value=None, met=False)
                        ],
                    )
                ],
                measured={"epochs": 0, "test_accuracy": None},
            ),
        ),
        inside.StepReport(step=step, point=inside.PointToInspect(index=241), applied=True, ref=8),
    ]


def _image_state(state: wire.State) -> wire.State:
    """Return the state of a training of images."""
    layers = ({"kind": "conv", "filters": 2}, {"kind": "max_pool"}, {"kind": "dense", "neurons": 3})
    config = TrainingConfig.model_validate({"problem": "images", "layers": layers})
    network = empty_network(config)
    return state.model_copy(
        update={
            "config": config,
            "shape": network.shape,
            "parameters": network.parameters.size,
            "layout": tuple(LayerLayout(**slots._asdict()) for slots in network.layout),
            "watch": wire.Node(layer=3, neuron=None),
            "images": image_layout(network),
        }
    )


def _layout(shape: tuple[int, ...]) -> tuple[LayerLayout, ...]:
    inputs, *hidden, outputs = shape
    layers = dense_layers(inputs, hidden, ["tanh"] * len(hidden))
    network = Network(["x1"] * inputs, layers, "tanh", outputs)
    return tuple(LayerLayout(**slots._asdict()) for slots in network.layout)


def vectors_json() -> str:
    """Return the content of the file."""
    vectors = {
        "frames": [decoded(frame) for frame in [*example_frames(), frame_with_unknown_section()]],
        "packed": compressed_frames(),
        "client_messages": [
            message.model_dump(mode="json", exclude_unset=True) | {"type": message.type}
            for message in client_messages()
        ],
        "server_messages": [message.model_dump(mode="json") for message in server_messages()],
    }
    return json.dumps(vectors, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(vectors_json(), "utf-8")
