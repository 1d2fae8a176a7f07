"""The types of settings: numbers with a unit, and sites."""

from typing import Annotated, NamedTuple

from pydantic import StringConstraints


class Unit(NamedTuple):
    """The unit of a setting's number, shown in the help as the placeholder for its value."""

    name: str


Seconds = Annotated[float, Unit("SECONDS")]
Bytes = Annotated[int, Unit("BYTES")]


Site = Annotated[str, StringConstraints(pattern=r"^https?://(\*\.)?[A-Za-z0-9._-]+(:(\d+|\*))?$")]
"""A site as a content security policy names it; *.example.org stands for all hosts of a domain."""
