"""Figures of the lessons from momentum to the way to code."""

from tests.server.lessons.figures.measures import Figure

FIGURES: list[Figure] = []
