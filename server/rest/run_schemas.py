"""The schemas of requests and responses about repeated runs."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, JsonValue

from engine.config import TrainingConfig
from engine.config_fields import MAX_SEED
from engine.setting_types import WHOLE_NUMBER, Integer
from server.jobs.sweep_plan import Seeds
from server.protocol.stop_conditions import StopConditions
from server.protocol.strict_model import ConfigChanges, StrictModel, with_example
from server.rest.jobs import JobStatus, KeptUntil
from server.rest.schema_limits import LimitedBy
from server.rest.schemas import (
    WAIT_DESCRIPTION,
    Count,
    CustomData,
    LossSeries,
    NetworkParameters,
    Wait,
)

MAX_SEEDS = 2_000_000
MAX_CONFIGS = 300

Values = Annotated[list[JsonValue], Field(min_length=1, max_length=100)]
_NAMES: list[JsonValue] = list(TrainingConfig.model_fields)


class NewRuns(StrictModel):
    """Runs to start."""

    config: TrainingConfig = Field(
        default_factory=TrainingConfig,
        description="Settings of all runs; those left out take their defaults.",
        examples=[{"dataset": "xor"}],
    )
    grid: dict[str, Values] = Field(
        {},
        max_length=6,
        description="Lists of values by setting; every combination is trained. Empty: only `config`.",
        examples=[{"learning_rate": [0.03, 0.3]}],
        json_schema_extra={"propertyNames": {"enum": _NAMES}},
    )
    configs: Annotated[list[ConfigChanges], Field(max_length=MAX_CONFIGS)] = Field(
        [],
        description="Sets of settings that change `config`; each is trained, with every combination of "
        "`grid`. Empty: only `config`.",
        examples=[[{"hidden_layers": [8]}, {"hidden_layers": [4, 4], "activation": "relu"}]],
    )
    seeds: Annotated[int, Field(ge=1, le=MAX_SEEDS), WHOLE_NUMBER, LimitedBy("max_runs_per_call")] = Field(
        10, description="Number of runs of each combination.", examples=[10]
    )
    first_seed: Integer = Field(
        0, ge=0, le=MAX_SEED, description="The seed of the first run; the others are consecutive."
    )
    vary: Seeds = Field(
        "weights",
        description="What the seeds vary: the initial weights, the points, or both.",
    )
    epochs: Count = Field(description="Maximum number of epochs of each run.", examples=[100])
    until: StopConditions | None = Field(
        None,
        description="The goal: a run that reaches it, after one epoch or more, stops and counts as "
        "successful.",
    )
    data: CustomData | None = Field(
        None,
        description="Your own points, already split. They exclude `vary` of data, and a "
        "`grid` or `configs` with settings of drawn points: dataset, points, their noise and train_percent.",
    )
    keep: Annotated[list[Literal["losses", "weights"]], Field(max_length=2)] = Field(
        [],
        description="What to keep of each run besides its result: the losses after each epoch (beyond 500, "
        "neighbours are averaged), the network's weights. `GET /api/runs/{runs}/each` has them.",
        examples=[["losses"]],
    )
    wait: Wait = Field(0.0, description=WAIT_DESCRIPTION, examples=[5])

    model_config = with_example(
        {
            "config": {"dataset": "xor"},
            "grid": {"learning_rate": [0.03, 0.3]},
            "seeds": 3,
            "epochs": 50,
            "until": {"test_loss": 0.1},
            "keep": ["losses"],
            "wait": 10,
        }
    )


class RunQuartiles(BaseModel):
    """The distribution of a value over several runs."""

    least: float = Field(description="The smallest value.", examples=[0.01])
    lower: float = Field(description="The lower quartile.", examples=[0.02])
    median: float = Field(description="The median.", examples=[0.03])
    upper: float = Field(description="The upper quartile.", examples=[0.05])
    most: float = Field(description="The largest value.", examples=[0.2])
    runs: int = Field(
        description="Number of runs that have the value: diverged runs have no loss.", examples=[10]
    )


class GridPointResult(BaseModel):
    """The results of one combination of settings: of one of `configs` with one of the grid."""

    settings: dict[str, JsonValue] = Field(
        description="The settings in which it differs from `config`.", examples=[{"learning_rate": 0.03}]
    )
    runs: int = Field(description="Number of finished runs.", examples=[10])
    diverged: int = Field(description="Number of runs whose numbers were no longer finite.", examples=[0])
    success_rate: float | None = Field(
        description="Fraction of the runs that reached the goal by training; null without a goal.",
        examples=[0.8],
    )
    train_loss: RunQuartiles | None = Field(
        description="The final training losses of the runs that did not diverge; null if there are none."
    )
    test_loss: RunQuartiles | None = Field(description="The final test losses of the same runs.")
    epochs_to_goal: RunQuartiles | None = Field(description="Epochs of the runs that reached the goal.")
    train_accuracy: RunQuartiles | None = Field(
        description="The final training accuracies of the runs that did not diverge; null in regression."
    )
    test_accuracy: RunQuartiles | None = Field(description="The final test accuracies of the same runs.")


class RunResult(BaseModel):
    """The result of one run."""

    setting: int = Field(description="Index of its combination in `results`.", examples=[0])
    seed: int = Field(description="The seed of the run.", examples=[3])
    ending: Literal["done", "reached", "diverged", "interrupted"] = Field(
        description="Why the run ended.", examples=["reached"]
    )
    epochs: int = Field(description="Number of epochs.", examples=[42])
    train_loss: float | None = Field(
        description="The final training loss; null for this and the other metrics if the run diverged.",
        examples=[0.03],
    )
    test_loss: float | None = Field(description="The final test loss.", examples=[0.04])
    train_accuracy: float | None = Field(
        description="The final training accuracy; null in regression.", examples=[1.0]
    )
    test_accuracy: float | None = Field(
        description="The final test accuracy; null in regression.", examples=[0.98]
    )


class RunsState(BaseModel):
    """Repeated runs and their results so far."""

    id: str = Field(description="The id of the runs.", examples=["kP0yWq8hT1uX7dKc2vBnmA"])
    state: JobStatus = Field(
        description="Whether the runs are running, or how they ended.", examples=["ended"]
    )
    done: int = Field(description="Number of finished runs.", examples=[6])
    total: int = Field(description="Number of all runs.", examples=[6])
    results: list[GridPointResult] = Field(
        description="One entry for each combination: for each of `configs`, those of the grid, the last "
        "setting varying fastest."
    )
    each: list[RunResult] | None = Field(description="Every single run, if requested; else null.")
    failure: str | None = Field(None, description="Why they failed; null: they did not.", examples=[None])
    kept_until: KeptUntil = None


class RunDetails(RunResult):
    """One run with what was kept of it."""

    number: int = Field(
        description="How many runs finished before it: `first` with one more asks for those after it.",
        examples=[0],
    )
    settings: dict[str, JsonValue] = Field(
        description="The settings in which it differs from `config`.", examples=[{"learning_rate": 0.03}]
    )
    losses: LossSeries | None = Field(description="Its losses; null: `keep` did not ask for them.")
    parameters: NetworkParameters | None = Field(
        description="The weights and biases at its end, as `POST /api/sessions` takes them; null: `keep` did "
        "not ask for them, or the run diverged."
    )


class RunDetailsPage(BaseModel):
    """Some of the runs that are finished, in the order in which they finished."""

    runs: list[RunDetails] = Field(description="The runs.")
    next: int | None = Field(
        description="The `first` with which to ask for those after them; null: there are none yet.",
        examples=[None],
    )
