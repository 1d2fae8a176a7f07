"""`TrainingConfig`: every setting of a training, and the rules between them.

REST, the websocket, the page and the tests take their limits from here. Choices are the names of the engine's
tables, so that a new entry of a table is a valid choice everywhere.
"""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError, PydanticKnownError

from engine.config_fields import Row, Settings
from engine.data import images
from engine.data.columns import MAX_CLASSES, DataColumns
from engine.data.datasets import CUSTOM, DATASETS
from engine.data.image_shape import ImageShape
from engine.dependent_settings import (
    DEPENDENTS,
    IMAGES,
    POINTS_DEPEND_ON,
    dependent_defaults,
    fitting,
    targets_for,
)
from engine.errors import quoted
from engine.layer_columns import chain, columns
from engine.layer_settings import LayerSetting
from engine.nn.layer_kinds.kind import LayerKind
from engine.optim.optimizers import Hyperparameters
from engine.optim.regularizers import Strengths, strengths
from engine.short_form import ShortForm, long_form, short_form


class TrainingConfig(Settings):
    """Every setting of a training. Settings left out take their defaults."""

    @model_validator(mode="before")
    @classmethod
    def _add_dependent_defaults(cls, settings: Any) -> Any:
        return {**dependent_defaults(settings), **settings} if isinstance(settings, Mapping) else settings

    @field_validator("dataset", "output_activation", "loss")
    @classmethod
    def _fits(cls, value: str, info: ValidationInfo) -> str:
        name = info.field_name or ""
        other = info.data.get("output_activation" if name == "loss" else "problem")
        if other is not None and value not in fitting(name, other):
            raise PydanticKnownError("literal_error", {"expected": quoted(fitting(name, other))})
        return value

    @field_validator("points")
    @classmethod
    def _targets_fit_the_problem(cls, rows: tuple[Row, ...], info: ValidationInfo) -> tuple[Row, ...]:
        if info.data.get("dataset") != CUSTOM:
            return rows
        if len(rows) < 2:
            raise PydanticKnownError(
                "too_short", {"field_type": "Tuple", "min_length": 2, "actual_length": len(rows)}
            )
        allowed = targets_for(info.data.get("problem", ""), info.data.get("classes", 0))
        wrong = next((number for number, row in enumerate(rows) if allowed and row[2] not in allowed), None)
        if wrong is not None:
            expected = f"targets {allowed[0]} {'to' if len(allowed) > 2 else 'or'} {allowed[-1]}"
            raise PydanticCustomError("targets", "{expected}", {"expected": expected, "index": wrong})
        return rows

    @field_validator("data_columns")
    @classmethod
    def _columns_fit_the_problem(cls, value: DataColumns | None, info: ValidationInfo) -> DataColumns | None:
        settings = info.data
        if value is None or not settings.keys() >= {"problem", "dataset", "classes"}:
            return value
        targets = targets_for(settings["problem"], settings["classes"])
        expected = ""
        if settings["dataset"] != CUSTOM:
            expected = f"null, as only the points of the dataset {CUSTOM} come from columns"
        elif targets and value.target is not None:
            expected = "target to be null, as the targets are classes"
        elif len(value.classes) != len(targets):
            expected = f"names of {len(targets)} classes" if targets else "no names of classes in regression"
        if expected:
            raise PydanticCustomError("columns", "{expected}", {"expected": expected})
        return value

    @field_validator("layer_activations", "normalization", "residual", "dropout")
    @classmethod
    def _one_for_each_layer(cls, value: tuple[Any, ...], info: ValidationInfo) -> tuple[Any, ...]:
        layers = info.data.get("hidden_layers")
        if value and layers is not None and len(value) != len(layers):
            raise PydanticCustomError(
                "one_a_layer", "one for each of the {layers} hidden layers, or none", {"layers": len(layers)}
            )
        if info.field_name == "residual":
            wrong = next((number for number, block in enumerate(value) if block > number + 1), None)
            if wrong is not None:
                limit = "1 layer" if wrong == 0 else f"{wrong + 1} layers"
                expected = f"a block of at most {limit} for hidden layer {wrong + 1}"
                raise PydanticCustomError("block", "{expected}", {"expected": expected, "index": wrong})
        return value

    @field_validator("layers")
    @classmethod
    def _fit_each_other(cls, value: tuple[Any, ...], info: ValidationInfo) -> tuple[Any, ...]:
        settings = info.data
        if not settings.keys() >= {*ShortForm._fields, "features", "activation"}:
            return value  # one of them is refused already
        short = ShortForm(*(settings[name] for name in ShortForm._fields))
        both = next((name for name, given in short._asdict().items() if value and given), None)
        if both:
            raise PydanticCustomError("layers", "{expected}", {"expected": f"`layers` or `{both}`, not both"})
        if not (value or short.normalization or short.residual):
            return value
        inputs = images.SHAPE if settings.get("problem") == IMAGES else len(settings["features"])
        chain(inputs, value or long_form(short), settings["activation"])
        return value

    @field_validator("batch_size")
    @classmethod
    def _has_a_variance(cls, value: int, info: ValidationInfo) -> int:
        layers, norms = info.data.get("layers", ()), info.data.get("normalization", ())
        kinds = {layer.kind for layer in layers} | {norm.removesuffix("_before") for norm in norms}
        if value == 1 and "batch_norm" in kinds:
            expected = "at least 2 with batch normalization, which needs a variance"
            raise PydanticCustomError("variance", "{expected}", {"expected": expected})
        return value

    @property
    def stack(self) -> tuple[LayerSetting, ...]:
        """The hidden layers as `layers` has them, also if they are given in the short form."""
        return self.layers or long_form(ShortForm(*(getattr(self, name) for name in ShortForm._fields)))

    @property
    def short(self) -> Self:
        """The same settings with the short form of `layers`, if they have one."""
        short = short_form(self.layers, self.activation) if self.layers else None
        return self if short is None else self.model_copy(update={**short._asdict(), "layers": ()})

    @property
    def chain(self) -> list[LayerKind]:
        """The hidden layers as `engine.nn.network.Network` takes them."""
        return chain(self.image or self.inputs, self.stack, self.activation)

    @property
    def columns(self) -> DataColumns | None:
        """The columns that the points come from: those of custom points, or of a dataset of real data."""
        columns = self.data_columns or DATASETS[self.dataset].columns
        return columns.with_classes(self.classes) if columns and self.problem == "multiclass" else columns

    @property
    def inputs(self) -> int:
        """Number of inputs of the network: features of a point, or pixels of an image."""
        return self.image.values if self.image else len(self.features)

    @property
    def image(self) -> ImageShape | None:
        """The shape of the images that the network takes; None if it takes features of points."""
        return images.SHAPE if self.problem == IMAGES else None

    @property
    def hidden_sizes(self) -> tuple[int, ...]:
        """The number of neurons, or filters, of each hidden layer."""
        if not self.layers:
            return self.hidden_layers
        return tuple(column.neurons for column in columns(self.layers))

    @property
    def dropout_rates(self) -> tuple[float, ...]:
        """The dropout rate of each hidden layer."""
        if not self.layers:
            return self.dropout or (0.0,) * len(self.hidden_layers)
        return tuple(column.dropout for column in columns(self.layers))

    @property
    def outputs(self) -> int:
        """Number of outputs of the network: one for each of several classes, otherwise 1."""
        return {"multiclass": self.classes, IMAGES: images.CLASSES}.get(self.problem, 1)

    @property
    def activations(self) -> tuple[str, ...]:
        """The name of the activation of each hidden layer."""
        if self.layers:
            return tuple(column.first.activation or self.activation for column in columns(self.layers))
        return self.layer_activations or (self.activation,) * len(self.hidden_layers)

    @property
    def hyperparameters(self) -> Hyperparameters:
        """The hyperparameters of the optimizers."""
        return Hyperparameters(self.momentum, self.rho, self.beta1, self.beta2, self.epsilon)

    @property
    def penalty(self) -> Strengths:
        """The factors on the L1 and L2 penalties."""
        return strengths(self.regularization, self.regularization_rate, self.l1_ratio)

    def changed(self, changes: Mapping[str, object]) -> Self:
        """Return a validated copy with some settings changed; raise pydantic's `ValidationError` if invalid.

        A setting whose default depends on a changed one is set to the new default, unless `changes` contains
        it: the dataset and output of a new problem, the loss of a new output, the bias of a new initializer.
        Lists with a value for each hidden layer are cut to the number of layers, or extended by the last
        activation and normalization, no residual connection and no dropout; a new `activation` applies to all
        layers. `layers` replaces `hidden_layers` with these lists, and the other way round. From points to
        images, or back, all layers take their defaults. Custom points of classes that no longer exist are
        removed. Another dataset or problem removes `data_columns`; for more classes its names are extended.
        """
        known = self.short if changes.keys() & {*ShortForm._fields} else self
        settings: dict[str, Any] = known.model_dump(exclude={"points"})
        for name in self._outdated(changes):
            settings.pop(name, None)
        if "activation" in changes:
            settings["layer_activations"] = ()
            if "layers" in settings:
                settings["layers"] = [{**layer, **_own_activation(layer)} for layer in settings["layers"]]
        if changes.get("layers"):
            settings |= dict.fromkeys(ShortForm._fields, ())
        elif "hidden_layers" in changes:
            settings["layers"] = ()
        elif "layers" in changes:
            settings["hidden_layers"] = self.hidden_layers
        sizes = changes.get("hidden_layers")
        if isinstance(sizes, list | tuple):
            settings |= _fitted(settings, len(sizes))
        settings["data_columns"] = self._columns_after(changes)
        classes = changes.get("classes")
        keeps_points = not POINTS_DEPEND_ON & changes.keys()
        settings["points"] = self.points[:2] if keeps_points else self.points  # all were validated before
        if isinstance(classes, int) and self.problem == "multiclass":
            settings["points"] = tuple(row for row in self.points if row[2] < classes)
        changed = type(self).model_validate({**settings, **changes})
        return changed.model_copy(update={"points": self.points}) if keeps_points else changed

    def _columns_after(self, changes: Mapping[str, object]) -> DataColumns | None:
        """Return the columns of the points after changes that do not contain others."""
        columns, classes = self.data_columns, changes.get("classes", self.classes)
        if columns is None or any(
            changes.get(name, getattr(self, name)) != getattr(self, name) for name in ("dataset", "problem")
        ):
            return None
        if self.problem == "multiclass" and isinstance(classes, int) and 2 <= classes <= MAX_CLASSES:
            return columns.with_classes(classes)
        return columns

    def _outdated(self, changes: Mapping[str, object]) -> set[str]:
        """Return the names of the settings whose default depends on one that changes."""
        outdated = {
            name
            for cause, names in DEPENDENTS.items()
            if changes.get(cause, getattr(self, cause)) != getattr(self, cause)
            for name in names
        }
        if (changes.get("problem", self.problem) == IMAGES) == (self.problem == IMAGES):
            return outdated - {"layers"}
        return outdated | set(ShortForm._fields)


def _fitted(settings: Mapping[str, Any], count: int) -> dict[str, Any]:
    """Return the lists with an entry for each hidden layer, cut or extended to so many layers."""
    names, norms, blocks, rates = (settings.get(name, ()) for name in ShortForm._fields[1:])
    return {
        "layer_activations": (*names, *names[-1:] * count)[:count],
        "normalization": (*norms, *norms[-1:] * count)[:count],
        "residual": (*blocks, *(0,) * count)[:count] if any(blocks[:count]) else (),
        "dropout": (*rates, *(0.0,) * count)[:count] if any(rates[:count]) else (),
    }


def _own_activation(layer: Mapping[str, object]) -> dict[str, object]:
    """Return what a layer needs in order to have the activation of all layers."""
    return {"activation": None} if "activation" in layer else {}
