"""The settings of a training: each with its default, bounds and description.

REST, the websocket, the page and the tests take their limits from here. Choices are the names of the engine's
tables, so that a new entry of a table is a valid choice everywhere.
"""

from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    FailFast,
    Field,
    Strict,
    WithJsonSchema,
)

from engine.data.columns import DataColumns
from engine.data.datasets import DATASETS
from engine.data.drawings import MAX_DRAWINGS, Drawing
from engine.data.features import FEATURES
from engine.data.scaling import SCALINGS
from engine.layer_settings import MAX_ENTRIES, MAX_LAYERS, LayerSetting
from engine.nn.activations import ACTIVATIONS
from engine.nn.heads import OUTPUTS, PROBLEMS
from engine.nn.initializers import INITIALIZERS
from engine.nn.losses import LOSSES
from engine.optim.optimizers import OPTIMIZERS
from engine.optim.regularizers import REGULARIZERS
from engine.optim.schedules import SCHEDULES
from engine.setting_types import (
    WHOLE_NUMBER,
    Integer,
    Offered,
    OneOf,
    is_unique,
    listed,
    without_default,
)
from engine.short_form import NORMALIZATIONS

LEARNING_RATES = (0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
PENALTY_RATES = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
MOMENTA = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99)
MAX_SEED = 2**32 - 1
MAX_POINTS = 1000
"""Maximum number of points that a config may contain."""

Features = tuple[Annotated[str, OneOf(FEATURES)], ...]
DropoutRates = tuple[Annotated[float, Field(ge=0, le=0.9)], ...]
MAX_COORDINATE = 1000
Coordinate = Annotated[float, Field(ge=-MAX_COORDINATE, le=MAX_COORDINATE)]
Row = Annotated[
    tuple[Coordinate, Coordinate, Coordinate],
    Strict(strict=False),
    WithJsonSchema(
        {
            "type": "array",
            "items": {"type": "number", "minimum": -MAX_COORDINATE, "maximum": MAX_COORDINATE},
            "minItems": 3,
            "maxItems": 3,
        }
    ),
]
"""x1, x2 and target; a list, too. It has no validator in Python, as there may be ten thousand of them."""


class Settings(BaseModel):
    """The settings of a training, each with its own bounds. `TrainingConfig` adds the rules between them."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    problem: Annotated[str, OneOf(PROBLEMS)] = Field(
        "classification",
        description="Classification into two classes or several (multiclass), regression of a number, or "
        "classification of images of handwritten digits (images). The page begins those with other settings "
        "than the defaults: activation relu, optimizer adam, learning_rate 0.003, batch_size 32, "
        "train_percent 80, initializer he_uniform.",
    )
    dataset: Annotated[str, OneOf(DATASETS)] = Field(
        "circle",
        description="The dataset. It must suit the problem; by default it is the problem's first: "
        "circle, blobs, plane or digits. `own` stands for the custom points in `points`.",
        json_schema_extra=without_default,
    )
    classes: Annotated[Integer, Offered({"minimum": 2, "maximum": 8, "step": 1})] = Field(
        3, ge=2, le=8, description="Number of classes, for the problem `multiclass`."
    )
    points: Annotated[tuple[Row, ...], FailFast(), listed(MAX_POINTS)] = Field(
        (),
        max_length=MAX_POINTS,
        validate_default=True,
        description="For the dataset `own`, at least two points, each as x1, x2 and target. The target is "
        "-1 or 1 for two classes, 0 to classes - 1 for several, any number for regression.",
    )
    data_columns: DataColumns | None = Field(
        None,
        description="For the dataset `own`: the columns of a table that the points come from, how their "
        "values were scaled to the plane (value here = (value there - offset) * factor), and the names of "
        "the classes. It does not change the training. Another dataset or problem removes it.",
    )
    drawings: Annotated[tuple[Drawing, ...], FailFast(), listed(MAX_DRAWINGS)] = Field(
        (),
        max_length=MAX_DRAWINGS,
        description="For the problem `images`: digits drawn by hand, in addition to those of the dataset.",
    )
    noise: Annotated[float, Offered({"minimum": 0, "maximum": 50, "step": 5})] = Field(
        0.0,
        ge=0,
        le=80,
        description="Noise of the data, in percent; of images, that of each pixel. It does not move custom "
        "points, which have `points_noise`.",
    )
    points_noise: Annotated[float, Offered({"minimum": 0, "maximum": 50, "step": 5})] = Field(
        0.0,
        ge=0,
        le=80,
        description="For the dataset `own`: noise of the custom points, in percent. 5 times this share of a "
        "standard normal number is added to each coordinate of a point, or in regression 0.5 times it to "
        "the target. `data_seed` draws the numbers; `points` themselves stay as they are.",
    )
    train_percent: Annotated[Integer, Offered({"minimum": 10, "maximum": 90, "step": 10})] = Field(
        50,
        ge=10,
        le=90,
        description="Percentage of the points used for training; the others are used for testing.",
    )
    features: Annotated[Features, listed(100), AfterValidator(is_unique)] = Field(
        ("x1", "x2"),
        min_length=1,
        description="The network's inputs: features of a point, in this order, each at most once. For "
        "images they are not used: the inputs are the pixels.",
        json_schema_extra={"uniqueItems": True},
    )
    input_scaling: Annotated[str, OneOf(SCALINGS)] = Field(
        "none",
        description="Inputs unscaled, or with mean 0 and standard deviation 1 over the training points.",
    )
    hidden_layers: Annotated[
        tuple[Annotated[int, Field(ge=1, le=64), WHOLE_NUMBER], ...],
        listed(MAX_LAYERS),
        Offered({"minimum_layers": 0, "maximum_layers": 12, "minimum_neurons": 1, "maximum_neurons": 8}),
    ] = Field(
        (4, 2),
        max_length=MAX_LAYERS,
        description="Number of neurons of each hidden layer, from the inputs to the output; by default "
        "4 and 2, or none if there are `layers`.",
        json_schema_extra=without_default,
    )
    activation: Annotated[str, OneOf(ACTIVATIONS)] = Field(
        "tanh", description="Activation function of the hidden neurons."
    )
    layer_activations: Annotated[tuple[Annotated[str, OneOf(ACTIVATIONS)], ...], listed(MAX_LAYERS)] = Field(
        (),
        max_length=MAX_LAYERS,
        description="One activation function for each hidden layer; empty: `activation` for all.",
    )
    dropout: Annotated[DropoutRates, listed(MAX_LAYERS), Offered({"values": (0.0, 0.1, 0.2, 0.3, 0.5)})] = (
        Field(
            (),
            max_length=MAX_LAYERS,
            description="For each hidden layer the probability that a neuron is dropped in a training step; "
            "empty: no dropout.",
        )
    )
    normalization: Annotated[tuple[Annotated[str, OneOf(NORMALIZATIONS)], ...], listed(MAX_LAYERS)] = Field(
        (),
        max_length=MAX_LAYERS,
        description="The normalization of each hidden layer: none, or batch or layer normalization after or "
        "before its activation; empty: none anywhere.",
    )
    residual: Annotated[
        tuple[Annotated[int, Field(ge=0, le=MAX_LAYERS), WHOLE_NUMBER], ...],
        listed(MAX_LAYERS),
    ] = Field(
        (),
        max_length=MAX_LAYERS,
        description="Residual connections: for each hidden layer the number of layers in the block that ends "
        "with it, or 0 for none. The inputs of a block are added to its outputs, through learned weights "
        "where their numbers differ. Empty: none.",
    )
    layers: Annotated[tuple[LayerSetting, ...], FailFast(), listed(MAX_ENTRIES)] = Field(
        (),
        max_length=MAX_ENTRIES,
        description="Layers of all kinds, in order, instead of `hidden_layers` and the lists that belong to "
        "it, which are then empty. Empty: there are only the layers of `hidden_layers`. By default a small "
        "convolutional network for images, and empty for other problems.",
        validate_default=True,
        json_schema_extra=without_default,
    )
    output_activation: Annotated[str, OneOf(OUTPUTS)] = Field(
        "tanh",
        description="Activation function of the output. It must suit the problem; by default it is tanh "
        "for two classes, softmax for several and linear for regression.",
        json_schema_extra=without_default,
    )
    loss: Annotated[str, OneOf(LOSSES)] = Field(
        "squared_error",
        description="Loss, averaged over the points: half the squared error, cross-entropy, or the Huber "
        "loss. It must suit the output activation, whose first loss is the default.",
        json_schema_extra=without_default,
    )
    huber_delta: Annotated[float, Offered({"values": (0.03, 0.1, 0.3, 1.0)})] = Field(
        0.3, ge=0.001, le=10, description="Error beyond which the Huber loss is linear."
    )
    optimizer: Annotated[str, OneOf(OPTIMIZERS)] = Field(
        "sgd", description="How the gradient of the loss updates the weights and biases."
    )
    momentum: Annotated[float, Offered({"values": MOMENTA})] = Field(
        0.9, ge=0, le=0.999, description="Fraction of the velocity kept in each step (momentum, Nesterov)."
    )
    rho: Annotated[float, Offered({"values": MOMENTA})] = Field(
        0.9, ge=0, le=0.9999, description="Decay rate of the average of squared gradients (RMSProp)."
    )
    beta1: Annotated[float, Offered({"values": MOMENTA})] = Field(
        0.9, ge=0, le=0.9999, description="Decay rate of the average of gradients (Adam, AdamW)."
    )
    beta2: Annotated[float, Offered({"values": (0.9, 0.99, 0.999, 0.9999)})] = Field(
        0.999, ge=0, le=0.99999, description="Decay rate of the average of squared gradients (Adam, AdamW)."
    )
    epsilon: Annotated[float, Offered({"values": (1e-8, 1e-6, 1e-4, 1e-2)})] = Field(
        1e-8,
        ge=1e-12,
        le=1,
        description="Added to the divisor for numerical stability (RMSProp, Adam, AdamW).",
    )
    weight_decay: Annotated[float, Offered({"values": (0.0, 0.001, 0.01, 0.1, 1.0)})] = Field(
        0.01,
        ge=0,
        le=10,
        description="Decoupled weight decay (AdamW): in each step a weight is reduced by this fraction of "
        "itself times the learning rate. Biases do not decay.",
    )
    schedule: Annotated[str, OneOf(SCHEDULES)] = Field(
        "constant", description="How the learning rate changes over the epochs."
    )
    schedule_epochs: Annotated[Integer, Offered({"values": (10, 30, 100, 300, 1000)})] = Field(
        100,
        ge=1,
        le=1_000_000,
        description="Epochs after which the schedule reaches its factor (in a warm-up: 1).",
    )
    schedule_factor: Annotated[float, Offered({"values": (0.01, 0.03, 0.1, 0.3, 0.5, 0.9)})] = Field(
        0.1,
        ge=1e-6,
        le=1,
        description="Factor of the learning rate after `schedule_epochs` (in a warm-up: at the start).",
    )
    learning_rate: Annotated[float, Offered({"values": LEARNING_RATES})] = Field(
        0.03, gt=0, le=100, description="Learning rate: the factor on the gradient in each update."
    )
    batch_size: Annotated[Integer, Offered({"minimum": 1, "maximum": 30, "step": 1})] = Field(
        10, ge=1, le=10_000, description="Number of points in a mini-batch."
    )
    regularization: Annotated[str, OneOf(REGULARIZERS)] = Field(
        "none",
        description="Penalty on the weights: l1 sets weights to exactly 0, l2 keeps them small, elastic_net "
        "is a mixture of both.",
    )
    regularization_rate: Annotated[float, Offered({"values": PENALTY_RATES})] = Field(
        0.0, ge=0, le=100, description="Factor by which the penalty is multiplied."
    )
    l1_ratio: Annotated[float, Offered({"values": (0.1, 0.3, 0.5, 0.7, 0.9)})] = Field(
        0.5, ge=0, le=1, description="Fraction of L1 in the elastic-net penalty; the rest is L2."
    )
    gradient_clip: Annotated[float, Offered({"values": (0.0, 0.1, 0.3, 1.0, 3.0)})] = Field(
        0.0,
        ge=0,
        le=1000,
        description="Largest norm of a gradient; larger gradients are scaled down to it. 0: no clipping.",
    )
    initializer: Annotated[str, OneOf(INITIALIZERS)] = Field(
        "uniform",
        description="Distribution of the initial weights: uniform in [-0.5, 0.5], zeros, normal with "
        "standard deviation 0.01, Xavier for tanh, or He for ReLU.",
    )
    initial_bias: Annotated[float, Offered({"values": (0.0, 0.01, 0.1, 1.0)})] = Field(
        0.1,
        ge=-10,
        le=10,
        description="Initial biases; by default 0.1 with `uniform` and 0 with other initializers.",
        json_schema_extra=without_default,
    )
    data_seed: Integer = Field(0, ge=0, le=MAX_SEED, description="Seed of the random points.")
    weights_seed: Integer = Field(
        0, ge=0, le=MAX_SEED, description="Seed of the random initial weights and of dropout."
    )
