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
  - of a confusion matrix: the matrix, row by row, then of each wrong image [index, class, predicted class,
    probability, pixels...].
A number that is not finite is null.
`packed` holds consecutive frames as a compressor writes them, each with its uncompressed equivalent.
`client_messages` and `server_messages` hold valid JSON messages.
"""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from engine.config import TrainingConfig
from engine.nn.layers import dense_layers
from engine.nn.network import Network
from engine.training.build import empty_network
from server.protocol import inside, lessons, quality
from server.protocol import messages as wire
from server.protocol.frame_compression import FrameCompressor, difference_bases
from server.protocol.frames import (
    IMAGE_INDEX,
    POINT_COUNTS,
    PROBE_POINT,
    SCALE,
    UNKNOWN_LABEL,
    WHOLE_OUTPUT,
    WRONG_IMAGE,
    Flag,
    Header,
    ImageSource,
    Section,
    Tag,
    encode,
)
from server.sessions.loss_history import POINT
from server.sessions.state_message import image_layout
from tests.server.frame_reader import read_frame

PATH = Path(__file__).parent.parent / "data" / "protocol_vectors.json"

GRID = np.array([[-127, -64, 0], [1, 64, 127], [-1, 100, -100]], np.int8)
HISTORY = np.array([(0, 0.5, 0.75), (1, 0.25, 0.5), (100_000, 0.125, 0.0625)], POINT)


def _example_frames() -> list[bytes]:
    all_sections = [
        Section(Tag.DETAIL, SCALE.pack(0.25) + GRID.tobytes(), a=3, b=0, c=3),
        Section(Tag.LINE, np.array([2, 1, 6], "<u2").tobytes() + bytes([0, 16, 31]), a=3, b=0, c=3),
        Section(Tag.PREVIEW, np.stack([GRID, -GRID]).tobytes(), c=3),
        Section(Tag.PARAMETERS, np.array([0.5, -0.25, 0.125, 1e30, 0.0], "<f4").tobytes()),
        Section(Tag.HISTORY, HISTORY.tobytes(), a=1),
        Section(Tag.POINTS, POINT_COUNTS.pack(2, 1) + np.arange(-4, 5, dtype="<f4").tobytes()),
        Section(Tag.INPUTS, np.arange(-14, 14, dtype=np.int8).tobytes(), c=2),
        Section(Tag.PROBE, _probe(-1.5, 2.25, 0.123456789012345), a=3, b=0),
    ]
    classes = [
        Section(Tag.CLASSES, bytes([0, 31, 32 + 15, 7 * 32 + 31]), c=2),
        Section(Tag.LINE, b"", a=3, b=WHOLE_OUTPUT, c=2),
        Section(Tag.PROBE, _probe(0.5, -6.0, 0.25, 0.0625, 0.6875), a=3, b=WHOLE_OUTPUT),
    ]
    images = [
        Section(Tag.IMAGE, IMAGE_INDEX.pack(70_000) + bytes(range(0, 256, 4)), a=7, b=ImageSource.TRAIN),
        Section(Tag.MAPS, np.array([1, 0.5], "<f4").tobytes() + GRID.tobytes()[:7], a=2),
        Section(Tag.FILTERS, np.array([0.25], "<f4").tobytes() + (-GRID).tobytes(), a=1),
        Section(Tag.CONFUSION, _confusion(), a=3, b=2),
    ]
    unknown = [
        Section(Tag.IMAGE, IMAGE_INDEX.pack(0) + bytes(64), a=UNKNOWN_LABEL, b=ImageSource.DRAWN),
        Section(Tag.FILTERS, b""),
        Section(Tag.CONFUSION, np.array([[300, 0], [0, 60_000]], "<u2").tobytes(), a=2),
    ]
    multiclass = Header(Flag.CLASSIFICATION, 4, 10, 1, 3, 1.0, 1.25, 0.75, 0.5)
    first = Header(Flag.PLAYING | Flag.CLASSIFICATION, 1, 7, 3, 100_000, 0.125, 0.0625, 0.75, 0.5)
    later = Header(Flag.PLAYING, 4_294_967_295, 8, 0, 2**40, 1e300, 0.5, math.nan, math.nan)
    diverged = Header(Flag.DIVERGED, 3, 9, 24, 12, 0.5, 0.25, math.nan, math.nan)
    return [
        encode(first, all_sections),
        encode(later, [Section(Tag.HISTORY, HISTORY[2:].tobytes(), a=0)]),
        encode(diverged, []),
        encode(multiclass, classes),
        encode(multiclass, images),
        encode(multiclass, unknown),
    ]


def _compressed_frames() -> list[dict[str, str]]:
    """Return consecutive frames, compressed and uncompressed, with differences to the frames before."""
    slope = np.add.outer(np.arange(16), np.arange(16)).astype(np.int8)

    def detail(grid: np.ndarray[tuple[int, ...], Any], neuron: int = 0) -> Section:
        return Section(Tag.DETAIL, SCALE.pack(0.5) + grid.astype(np.int8).tobytes(), 3, neuron, 16)

    classes = [Section(Tag.CLASSES, bytes([shade] * 256), c=16) for shade in (31, 255, 3)]
    parameters = [Section(Tag.PARAMETERS, np.array([each, 1], "<f4").tobytes()) for each in (0.5, -0.5)]
    frames = [
        [detail(slope), parameters[0], Section(Tag.PREVIEW, GRID.tobytes(), c=3)],
        [detail(slope + 1), parameters[1], Section(Tag.PREVIEW, (-GRID).tobytes(), c=3)],
        [parameters[0], Section(Tag.HISTORY, HISTORY[:1].tobytes(), a=0)],
        [detail(-slope, 1), Section(Tag.PREVIEW, GRID.tobytes(), c=3)],
        [classes[0], Section(Tag.PREVIEW, bytes(18), c=3)],
        [classes[1], detail(slope, 1)],
        [classes[2], Section(Tag.HISTORY, HISTORY.tobytes(), a=1)],
    ]
    compressor, bases = FrameCompressor(), difference_bases({}, [])
    entries = []
    for number, sections in enumerate(frames, 1):
        header = Header(Flag.PLAYING, number, 7, 0, number, 0.5, 0.25, 1.0, 0.75)
        compressed, plain = compressor.compress(header, sections, bases), encode(header, sections)
        bases = difference_bases(bases, sections)
        entries.append({"hex": compressed.hex(), "plain": plain.hex()})
    return entries


def _frame_with_unknown_section() -> bytes:
    """Return a frame with a section of an unknown kind between two known ones."""
    probe = Section(Tag.PROBE, _probe(0.0, 0.0, -1.0), a=1, b=2)
    header = Header(Flag.CLASSIFICATION, 2, 7, 0, 0, 0.5, 0.5, 1.0, 0.0)
    unknown = bytes([200, 1, 2, 3, 5, 0, 0, 0]) + b"12345" + bytes(3)
    preview = Section(Tag.PREVIEW, bytes([1, 255, 127, 129]), c=2)
    known = encode(header, [preview])
    return known + unknown + encode(header, [probe])[48:]


def _probe(x1: float, x2: float, *values: float) -> bytes:
    return PROBE_POINT.pack(x1, x2) + np.array(values, "<f8").tobytes()


def _confusion() -> bytes:
    """Return the payload of a confusion matrix of three classes with two wrong images."""
    matrix = np.array([[9, 1, 0], [0, 1000, 0], [0, 1, 8]], "<u2").tobytes()
    wrong = [WRONG_IMAGE.pack(3, 0, 1, 200), WRONG_IMAGE.pack(70_000, 2, 1, 255)]
    return matrix + b"".join(each + bytes([shade] * 64) for each, shade in zip(wrong, (17, 255), strict=True))


def _decoded(frame: bytes) -> dict[str, Any]:
    """Return a frame as hexadecimal digits, with its header and sections as JSON values."""
    read = read_frame(frame)
    header = {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in read._asdict().items()
        if name != "sections"
    }
    sections = []
    for section in read.sections.values():
        entry: dict[str, Any] = {"tag": section.tag, "a": section.a, "b": section.b, "c": section.c}
        if section.tag == Tag.POINTS:
            entry["train"] = section.train_points
        if section.tag == Tag.DETAIL:
            entry["scale"] = section.scale
        if section.tag in (Tag.MAPS, Tag.FILTERS):
            entry["scales"] = section.scales
        sections.append({**entry, "values": section.values})
    return {"hex": frame.hex(), "header": header, "sections": sections}


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
        lessons.FollowLesson(lesson=None),
        lessons.CheckLesson(ref=10),
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
    diverged = wire.DivergenceReport(epoch=12, batch=3, cause="parameters")
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
            "layout": tuple(wire.LayerLayout(**slots._asdict()) for slots in network.layout),
            "watch": wire.Node(layer=3, neuron=None),
            "images": image_layout(network),
        }
    )


def _layout(shape: tuple[int, ...]) -> tuple[wire.LayerLayout, ...]:
    inputs, *hidden, outputs = shape
    layers = dense_layers(inputs, hidden, ["tanh"] * len(hidden))
    network = Network(["x1"] * inputs, layers, "tanh", outputs)
    return tuple(wire.LayerLayout(**slots._asdict()) for slots in network.layout)


def vectors_json() -> str:
    """Return the content of the file."""
    vectors = {
        "frames": [_decoded(frame) for frame in [*_example_frames(), _frame_with_unknown_section()]],
        "packed": _compressed_frames(),
        "client_messages": [
            message.model_dump(mode="json", exclude_unset=True) | {"type": message.type}
            for message in client_messages()
        ],
        "server_messages": [message.model_dump(mode="json") for message in server_messages()],
    }
    return json.dumps(vectors, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(vectors_json(), "utf-8")
