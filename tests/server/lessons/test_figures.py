"""What the lessons say in figures is true of this engine, from ten starts, in every language alike."""

import pytest

from engine.config import TrainingConfig
from server.lessons.folder import LANGUAGES, SHIPPED
from server.lessons.library import Library
from tests.server.lessons.figures import first_half, second_half
from tests.server.lessons.figures.measures import Figure

LESSONS = Library().content().lessons
FIGURES = [*first_half.FIGURES, *second_half.FIGURES]


def _name(figure: Figure) -> str:
    return f"{figure.lesson}-{figure.step}: {figure.says[0]}"


def _starts(figure: Figure) -> list[TrainingConfig]:
    config = next(iter(LESSONS[figure.lesson].texts.values())).steps[figure.step - 1].config
    return [
        config.changed({**figure.change, "data_seed": seed, "weights_seed": seed}) for seed in range(1, 11)
    ]


@pytest.mark.parametrize("figure", FIGURES, ids=_name)
def test_every_language_tells_it(figure: Figure) -> None:
    for language, piece in zip(LANGUAGES, figure.says, strict=True):
        text = (SHIPPED / figure.lesson / f"{language}.md").read_text("utf-8")
        assert piece in text, language


@pytest.mark.slow
@pytest.mark.usefixtures("compiled")  # as learners train; NumPy rounds a little otherwise
@pytest.mark.parametrize("figure", FIGURES, ids=_name)
def test_it_is_what_this_engine_gives(figure: Figure) -> None:
    values = [figure.measure(config) for config in _starts(figure)]
    within = sum(figure.low <= value <= figure.high for value in values)
    assert figure.times <= within <= figure.at_most, values
