"""The losses and accuracies at which a training stops; websocket and REST take the same."""

from typing import Any

from pydantic import Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from server.protocol.strict_model import StrictModel


class StopConditions(StrictModel):
    """Conditions for stopping early: training stops as soon as all that are not null hold."""

    train_loss: float | None = Field(None, ge=0, description="Training loss at most this.", examples=[0.05])
    test_loss: float | None = Field(None, ge=0, description="Test loss at most this.", examples=[0.05])
    train_accuracy: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Accuracy on the training points at least this, from 0 to 1.",
        examples=[0.95],
    )
    test_accuracy: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Accuracy on the test points at least this, from 0 to 1.",
        examples=[0.95],
    )

    @model_validator(mode="before")
    @classmethod
    def _name_the_measures(cls, value: Any) -> Any:
        unknown = [name for name in value if name not in cls.model_fields] if isinstance(value, dict) else []
        if unknown:
            *first, last = cls.model_fields
            text = f"one of the measures {', '.join(first)} and {last} in its place"
            error = PydanticCustomError("unknown_measure", "{text}", {"text": text})
            details = [InitErrorDetails(type=error, loc=(name,), input=value[name]) for name in unknown]
            raise ValidationError.from_exception_data(cls.__name__, details)
        return value
