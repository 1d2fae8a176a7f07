"""Where points of the plane come from: the columns of a table, and how their values were scaled."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from engine.setting_types import listed

MAX_NAME_LENGTH = 100
"""Maximum characters of the name of a column or a class."""

MAX_CLASSES = 8
"""Maximum number of classes that have names."""

MAX_MAGNITUDE, MIN_FACTOR = 1e100, 1e-100
"""The largest offset and factor, and the smallest factor."""


def is_one_line(text: str) -> bool:
    """Return whether a text has no control characters and no ends of lines."""
    return not any(each < " " or "\x7f" <= each <= "\x9f" or each in "\u2028\u2029" for each in text)


def _one_line(text: str) -> str:
    if not is_one_line(text):
        raise PydanticCustomError("one_line", "text of one line, without control characters")
    return text


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NAME_LENGTH),
    AfterValidator(_one_line),
]
"""A name from a table: text of one line, without control characters."""


class DataColumn(BaseModel):
    """A column of a table: value on the plane = (value in the column - offset) * factor."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    name: Name = Field(description="Its name.", examples=["petal length"])
    offset: float = Field(
        0.0,
        ge=-MAX_MAGNITUDE,
        le=MAX_MAGNITUDE,
        description="The value of the column that is 0 here.",
        examples=[3.8],
    )
    factor: float = Field(
        1.0,
        ge=MIN_FACTOR,
        le=MAX_MAGNITUDE,
        description="By how much a value grows here when the column's value grows by 1.",
        examples=[1.7],
    )

    def scaled(self, value: float) -> float:
        """Return a value of the column as it is on the plane, or as a target."""
        return (value - self.offset) * self.factor

    def original(self, value: float) -> float:
        """Return a value of the plane, or a target, as it is in the column."""
        return value / self.factor + self.offset


class DataColumns(BaseModel):
    """The columns that custom points come from, and the names of their classes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    x1: DataColumn = Field(description="The column of x1.")
    x2: DataColumn = Field(description="The column of x2.")
    target: DataColumn | None = Field(
        None, description="For regression the column of the targets; null for classes, or if it is unknown."
    )
    classes: Annotated[tuple[Name, ...], listed(MAX_CLASSES)] = Field(
        (),
        max_length=MAX_CLASSES,
        description="The name of each class, in the order of the targets; empty for regression.",
        examples=[["setosa", "virginica"]],
    )

    def with_classes(self, count: int) -> "DataColumns":
        """Return the same columns with names for so many classes: of new ones their numbers."""
        names = self.classes[:count]
        return self.model_copy(update={"classes": (*names, *map(str, range(len(names), count)))})
