"""The model of PyTorch programs as text: modules, and their weights as PyTorch has them."""

from engine.arrays import Floats
from engine.exports.activations import EXPORTED_ACTIVATIONS
from engine.exports.chain_shapes import ShapedLayer, shaped_layers
from engine.exports.literals import number
from engine.exports.source import Source

MODULES = {
    "Step": '''
class Step(nn.Module):
    """1 where z > 0, else 0."""

    def forward(self, z):
        return (z > 0).to(z.dtype)
''',
    "Sine": '''
class Sine(nn.Module):
    """sin z."""

    def forward(self, z):
        return torch.sin(z)
''',
    "Residual": '''
class Residual(nn.Module):
    """Adds the values from before a block of layers to what comes out of it."""

    def __init__(self, begins, inputs=0, outputs=0):
        super().__init__()
        self.begins = begins
        self.projection = nn.Linear(inputs, outputs, bias=False) if inputs else nn.Identity()

    def forward(self, x, skipped):
        return x + self.projection(skipped)


class Network(nn.Sequential):
    """Layers one after the other; a residual connection also gets the values from before its block."""

    def forward(self, x):
        values = [x]
        for layer in self:
            skipped = [values[layer.begins]] if isinstance(layer, Residual) else []
            values.append(layer(values[-1], *skipped))
        return values[-1]
''',
}
"""Modules that PyTorch lacks."""


class TorchLayers:
    """The layers of a model.

    Attributes:
        modules: the text of each module, in order.
        weights: for each array its name in the model's state, the name of its constant, and its values.
    """

    def __init__(self, source: Source) -> None:
        self.modules: list[str] = []
        self.weights: list[tuple[str, str, Floats]] = []
        self._values_behind = {-1: 0}
        if source.network.image is not None:
            self._add(f"nn.Unflatten(1, {tuple(source.network.image)})")
        for shaped in shaped_layers(source):
            self._layer(shaped)
            self._values_behind[shaped.step.place] = len(self.modules)

    def classes(self) -> list[str]:
        """Return the classes of `MODULES` that the model uses."""
        text = "\n".join(self.modules)
        return [code.strip("\n") for name, code in MODULES.items() if f"{name}(" in text]

    def _add(self, module: str) -> None:
        self.modules.append(module)

    def _keep(self, shaped: ShapedLayer, names: dict[str, str], **values: Floats) -> None:
        """Record arrays of the last added module; `names` maps them to the names in its state."""
        short = {"weights": "W", "biases": "b", "projection": "P"}
        for own, array in values.items():
            constant = f"{short.get(own, own)}{shaped.step.number}"
            self.weights.append((f"{len(self.modules) - 1}.{names[own]}", constant, array))

    def _layer(self, shaped: ShapedLayer) -> None:
        step, layer = shaped.step, shaped.step.layer
        if step.kind == "dense":
            if shaped.before is not None:
                self._add("nn.Flatten()")
            self._add(f"nn.Linear({layer.inputs}, {layer.neurons})")
            self._affine(shaped, step.arrays["weights"].T)
        elif step.kind == "conv":
            self._convolution(shaped)
        elif step.kind == "activation":
            if layer.name != "linear":
                self._add(EXPORTED_ACTIVATIONS[layer.name].torch)
        elif step.kind in ("batch_norm", "layer_norm"):
            self._norm(shaped)
        elif step.kind == "dropout":
            self._add(f"nn.Dropout({number(layer.rate)})")
        elif step.kind == "residual":
            sizes = f", {layer.skipped}, {layer.neurons}" if step.arrays else ""
            self._add(f"Residual({self._values_behind[layer.skips]}{sizes})")
            if step.arrays:
                names = {"projection": "projection.weight"}
                self._keep(shaped, names, projection=step.arrays["projection"].T)
        elif step.kind == "flatten":
            self._add("nn.Flatten()")
        else:
            name = "MaxPool2d" if step.kind == "max_pool" else "AvgPool2d"
            self._add(f"nn.{name}({layer.size}, stride={layer.stride})")

    def _affine(self, shaped: ShapedLayer, weights: Floats) -> None:
        names = {"weights": "weight", "biases": "bias"}
        self._keep(shaped, names, weights=weights, biases=shaped.step.arrays["biases"])

    def _convolution(self, shaped: ShapedLayer) -> None:
        layer, channels = shaped.step.layer, shaped.step.layer.before.channels
        first, last = layer.margin
        if first != last:  # a window of even size has no middle
            self._add(f"nn.ZeroPad2d(({first}, {last}, {first}, {last}))")
        padding = f", padding={first}" if first == last and first else ""
        stride = f", stride={layer.stride}" if layer.stride > 1 else ""
        self._add(f"nn.Conv2d({channels}, {layer.filters}, {layer.size}{stride}{padding})")
        kernel = shaped.step.arrays["weights"].T.reshape(layer.filters, channels, layer.size, layer.size)
        self._affine(shaped, kernel)

    def _norm(self, shaped: ShapedLayer) -> None:
        step, shape = shaped.step, shaped.before
        names = {"scale": "weight", "shift": "bias", "mean": "running_mean", "variance": "running_var"}
        arrays = {name: step.arrays[name] for name in names if name in step.arrays}
        if step.kind == "batch_norm":
            dimensions = "1d" if shape is None else "2d"
            self._add(f"nn.BatchNorm{dimensions}({step.layer.channels})")
        else:
            size = str(step.layer.neurons) if shape is None else str(tuple(shape))
            self._add(f"nn.LayerNorm({size})")
            if shape is not None:
                arrays = {name: values.reshape(shape) for name, values in arrays.items()}
        self._keep(shaped, names, **arrays)
