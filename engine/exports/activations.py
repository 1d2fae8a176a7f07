"""The activations in each format of export: in NumPy, Keras and PyTorch as text, in ONNX as operations."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

_GELU_FACTOR, _GELU_CUBE = 0.7978845608028654, 0.044715


class OnnxGraph(Protocol):
    """An ONNX graph that is being built; values are referred to by their names."""

    @property
    def float_type(self) -> Any:
        """ONNX's type of the graph's numbers."""

    def add(self, operation: str, *inputs: str, **attributes: Any) -> str:
        """Add an operation, and return the name of its output."""

    def constant(self, values: Any) -> str:
        """Add a constant, and return its name."""


@dataclass(frozen=True)
class ExportedActivation:
    """An activation a of z.

    Attributes:
        numpy: the expression of a by z.
        numpy_derivative: the expression of the derivative by z and a; or a whole function of both,
            which is called like the activation with `_derivative` behind it.
        onnx: adds the operations to a graph, for the value named z; returns the name of a.
        keras: what Keras calls it; a name without quotes is that of a function. Empty: Keras needs none.
        torch: PyTorch's module. Empty: PyTorch needs none.
        keras_function: the body of that function, if Keras lacks it or has other constants.
    """

    numpy: str
    numpy_derivative: str
    onnx: Callable[[OnnxGraph, str], str]
    keras: str = ""
    torch: str = ""
    keras_function: str = ""


def _operation(name: str) -> Callable[[OnnxGraph, str], str]:
    return lambda graph, z: graph.add(name, z)


def _leaky_relu(graph: OnnxGraph, z: str) -> str:
    return graph.add("Max", z, graph.add("Mul", z, graph.constant(0.01)))


def _elu(graph: OnnxGraph, z: str) -> str:
    zero = graph.constant(0.0)
    negative = graph.add("Sub", graph.add("Exp", graph.add("Min", z, zero)), graph.constant(1.0))
    return graph.add("Where", graph.add("Greater", z, zero), z, negative)


def _step(graph: OnnxGraph, z: str) -> str:
    return graph.add("Cast", graph.add("Greater", z, graph.constant(0.0)), to=graph.float_type)


def _softplus(graph: OnnxGraph, z: str) -> str:
    power = graph.add("Exp", graph.add("Neg", graph.add("Abs", z)))
    logarithm = graph.add("Log", graph.add("Add", power, graph.constant(1.0)))
    return graph.add("Add", graph.add("Max", z, graph.constant(0.0)), logarithm)


def _swish(graph: OnnxGraph, z: str) -> str:
    return graph.add("Mul", z, graph.add("Sigmoid", z))


def _gelu(graph: OnnxGraph, z: str) -> str:
    cube = graph.add("Mul", graph.add("Mul", z, z), graph.add("Mul", z, graph.constant(_GELU_CUBE)))
    inner = graph.add("Mul", graph.add("Add", z, cube), graph.constant(_GELU_FACTOR))
    half = graph.add("Mul", z, graph.constant(0.5))
    return graph.add("Mul", half, graph.add("Add", graph.add("Tanh", inner), graph.constant(1.0)))


EXPORTED_ACTIVATIONS = {
    "relu": ExportedActivation(
        numpy="np.maximum(z, 0)",
        numpy_derivative="(z > 0) * 1.0",
        keras='"relu"',
        torch="nn.ReLU()",
        onnx=_operation("Relu"),
    ),
    "tanh": ExportedActivation(
        numpy="np.tanh(z)",
        numpy_derivative="1 - a * a",
        keras='"tanh"',
        torch="nn.Tanh()",
        onnx=_operation("Tanh"),
    ),
    "sigmoid": ExportedActivation(
        numpy="1 / (1 + np.exp(np.minimum(-z, 709)))",
        numpy_derivative="a * (1 - a)",
        keras='"sigmoid"',
        torch="nn.Sigmoid()",
        onnx=_operation("Sigmoid"),
    ),
    "linear": ExportedActivation(
        numpy="z",
        numpy_derivative="np.ones_like(z)",
        onnx=lambda _, z: z,
    ),
    "leaky_relu": ExportedActivation(
        numpy="np.where(z > 0, z, 0.01 * z)",
        numpy_derivative="np.where(z > 0, 1.0, 0.01)",
        keras="leaky_relu",
        keras_function="return keras.activations.leaky_relu(z, negative_slope=0.01)",
        torch="nn.LeakyReLU(0.01)",
        onnx=_leaky_relu,
    ),
    "elu": ExportedActivation(
        numpy="np.where(z > 0, z, np.expm1(np.minimum(z, 0)))",
        numpy_derivative="np.where(z > 0, 1.0, a + 1)",
        keras='"elu"',
        torch="nn.ELU()",
        onnx=_elu,
    ),
    "step": ExportedActivation(
        numpy="(z > 0) * 1.0",
        numpy_derivative="np.zeros_like(z)",
        keras="step",
        keras_function="return keras.ops.where(z > 0, keras.ops.ones_like(z), keras.ops.zeros_like(z))",
        torch="Step()",
        onnx=_step,
    ),
    "softplus": ExportedActivation(
        numpy="np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))",
        numpy_derivative="1 / (1 + np.exp(np.minimum(-z, 709)))",
        keras='"softplus"',
        torch="nn.Softplus()",
        onnx=_softplus,
    ),
    "swish": ExportedActivation(
        numpy="z / (1 + np.exp(np.minimum(-z, 709)))",
        numpy_derivative="""
def swish_derivative(z, a):
    s = 1 / (1 + np.exp(np.minimum(-z, 709)))
    return s * (1 + z * (1 - s))
""",
        keras='"silu"',
        torch="nn.SiLU()",
        onnx=_swish,
    ),
    "gelu": ExportedActivation(
        numpy="0.5 * z * (1 + np.tanh(0.7978845608028654 * (z + 0.044715 * z**3)))",
        numpy_derivative="""
def gelu_derivative(z, a):
    z = np.clip(z, -30, 30)  # further out the tanh is constant
    t = np.tanh(0.7978845608028654 * (z + 0.044715 * z**3))
    slope = 0.7978845608028654 * (1 + 3 * 0.044715 * z**2)
    return 0.5 * (1 + t + z * (1 - t * t) * slope)
""",
        keras="gelu",
        keras_function="return keras.activations.gelu(z, approximate=True)",
        torch='nn.GELU(approximate="tanh")',
        onnx=_gelu,
    ),
    "sine": ExportedActivation(
        numpy="np.sin(z)",
        numpy_derivative="np.cos(z)",
        keras="keras.ops.sin",
        torch="Sine()",
        onnx=_operation("Sin"),
    ),
}
"""Each activation of `engine.nn.activations.ACTIVATIONS`."""
