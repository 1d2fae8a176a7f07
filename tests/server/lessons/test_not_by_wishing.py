"""Whatever a client sends, locks of a step hold, and its check is reached by training alone."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.config import TrainingConfig
from server.lessons.folder import read_lesson
from server.lessons.following import go_to_step, step_progress
from server.lessons.fresh_results import FreshResults
from server.lessons.lesson import Lesson, LessonStep
from server.lessons.library import Library
from server.protocol import messages as wire
from server.protocol.inside import ApplyPoint, InspectPoint, PointToInspect
from server.protocol.lessons import CheckLesson, FollowLesson, StepProgress
from server.protocol.race import EndRace, StartRace, SwapRival
from server.protocol.timeline import LookBack
from server.sessions.commands import handle
from server.sessions.rules import LAYERS, SEEDS
from server.sessions.session import Session

TEXT = """+++
title = "T"
summary = "S"
+++

## One

Text.

```step
setup = { dataset = "xor", hidden_layers = [3], activation = "relu", batch_size = 50 }
lock = ["dataset", "hidden_layers", "features", "noise", "weights", "activation"]
```

```check
text = "Train."
epochs_at_least = 3
```

## Two

Text.

```step
change = { learning_rate = 0.1 }
lock = ["dataset", "learning_rate", "activation"]
```

```check
text = "Train on."
epochs_at_least = 6
```

## Three

Text.

```step
lock = ["dataset", "hidden_layers"]
```

```check
text = "Train on."
epochs_at_least = 9
```
"""

HELD = {"dataset", "hidden_layers", "features", "noise", "activation", *LAYERS, *SEEDS}


def lesson() -> Lesson:
    made, _, _ = read_lesson("x", {"en": ("x/en.md", TEXT.encode())})
    assert made is not None
    return made


STEPS = list(next(iter(lesson().texts.values())).steps)


def progress(session: Session, step: LessonStep, number: int = 1) -> StepProgress:
    return step_progress(session, "x", number, step, FreshResults())


def begun(step: LessonStep, number: int = 1) -> Session:
    session = Session(TrainingConfig(dataset="spiral"))
    go_to_step(session, "x", number, step, begin=True)
    return session


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "dataset": st.sampled_from(["circle", "xor", "gaussian"]),
        "hidden_layers": st.lists(st.integers(1, 4), max_size=3),
        "layer_activations": st.sampled_from([[], ["tanh"], ["relu", "tanh"]]),
        "normalization": st.sampled_from([[], ["batch_norm"]]),
        "residual": st.sampled_from([[], [1]]),
        "features": st.sampled_from([["x1", "x2"], ["x1", "x1_x2"]]),
        "noise": st.sampled_from([0, 20]),
        "problem": st.sampled_from(["classification", "regression", "multiclass", "images"]),
        "activation": st.sampled_from(["relu", "tanh"]),
        "learning_rate": st.sampled_from([0.03, 0.3]),
        "data_seed": st.integers(0, 9),
        "weights_seed": st.integers(0, 9),
        "optimizer": st.sampled_from(["sgd", "adam"]),
    },
)
NODE = {"layer": st.integers(0, 3), "neuron": st.integers(0, 4)}
POINT = st.builds(PointToInspect, set=st.just("train"), index=st.integers(0, 9)) | st.builds(
    PointToInspect, x1=st.floats(-6, 6), x2=st.floats(-6, 6), target=st.sampled_from([-1.0, 1.0])
)
MESSAGES = st.one_of(
    st.builds(wire.Configure, changes=CHANGES),
    st.builds(StartRace, changes=CHANGES),
    st.builds(wire.NewWeights, seed=st.none() | st.integers(0, 9)),
    st.builds(wire.Regenerate, seed=st.none() | st.integers(0, 9)),
    st.builds(wire.EditBias, value=st.floats(-5, 5), **NODE),
    st.builds(wire.EditWeight, value=st.floats(-5, 5), source=st.integers(0, 4), **NODE),
    st.builds(wire.Play, until_epoch=st.none() | st.integers(1, 99)),
    st.builds(wire.Step, unit=st.sampled_from(["epoch", "batch"]), count=st.integers(1, 99)),
    st.builds(wire.SetSpeed, epochs_per_second=st.none() | st.integers(1, 99)),
    st.builds(LookBack, epoch=st.none() | st.integers(0, 99)),
    st.builds(ApplyPoint, point=POINT),
    st.builds(InspectPoint, point=POINT),
    st.builds(FollowLesson, lesson=st.just("x"), step=st.integers(1, 3), begin=st.booleans()),
    st.just(SwapRival()),
    st.sampled_from([wire.Pause(), wire.Reset(), EndRace(), CheckLesson()]),
)


@given(st.lists(MESSAGES | st.integers(1, 2), max_size=30))
@settings(deadline=None)
def test_no_messages_change_what_is_locked_or_reach_a_check_without_its_epochs(
    asked: list[wire.AnyClientMessage | int],
) -> None:
    session, trained = begun(STEPS[0]), 0
    view, _ = session.attach()
    before = session.config.model_dump(include=HELD)
    for each in asked:
        if isinstance(each, int):
            trained += each
            session.loop.train(each, lambda: False)
        else:
            handle(session, view, each)
        assert session.config.model_dump(include=HELD) == before
        assert not session.edited
        for number, step in enumerate(STEPS, 1):
            assert not progress(session, step, number).reached or trained >= 3 * number


def test_a_step_is_not_reached_by_going_to_it() -> None:
    session = begun(STEPS[0])
    for number, step in enumerate(STEPS, 1):
        go_to_step(session, "x", number, step, begin=False)
        assert not progress(session, step, number).reached
    session.loop.train(9, lambda: False)
    assert progress(session, STEPS[2], 3).reached


def test_a_check_counts_only_with_the_settings_that_its_step_holds() -> None:
    session = Session(TrainingConfig(dataset="gaussian", hidden_layers=(3,), activation="relu"))
    session.loop.train(9, lambda: False)
    go_to_step(session, "x", 1, STEPS[0], begin=False)
    told = progress(session, STEPS[0])
    assert not told.reached
    (other,) = [part for part in told.checks[0].parts if not part.met]
    assert (other.kind, other.setting, other.wanted, other.value) == (
        "settings",
        "dataset",
        {"equals": "xor"},
        "gaussian",
    )


def test_a_setting_that_a_step_before_left_to_the_learner_is_not_held() -> None:
    assert STEPS[0].fixed_settings == {
        "dataset",
        "hidden_layers",
        "features",
        "noise",
        "weights",
        "activation",
    }
    assert STEPS[1].fixed_settings == {"dataset", "learning_rate", "activation"}
    assert STEPS[2].fixed_settings == {"dataset"}, "the layers were free in the step before"


def _shipped() -> list[Any]:
    return [
        pytest.param(step, id=f"{each.name}-{number}")
        for each in Library().content().lessons.values()
        if each.is_available
        for number, step in enumerate(next(iter(each.texts.values())).steps, 1)
    ]


@pytest.mark.parametrize("step", _shipped())
def test_who_begins_a_shipped_step_has_what_it_holds(step: LessonStep) -> None:
    parts = [part for check in progress(begun(step), step).checks for part in check.parts]
    assert [part for part in parts if part.setting in step.fixed_settings and not part.met] == []
