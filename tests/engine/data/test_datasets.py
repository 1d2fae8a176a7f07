from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config import TrainingConfig
from engine.data.datasets import CUSTOM, DATASETS, Dataset, Points, draw, split, split_custom
from engine.nn.heads import PROBLEMS
from tests.engine.factories import random_points, rows_of

DRAWN = [name for name in DATASETS if name != CUSTOM]
POINTS = {"classification": 500, "multiclass": 800, "regression": 1200, "images": 1797}
REAL = {name for name in DRAWN if DATASETS[name].columns is not None}
WIDTHS = {name: 64 if name == "digits" else 2 for name in DRAWN}


def drawn(name: str, noise: float = 0, seed: int = 0, count: int | None = None, classes: int = 3) -> Points:
    return draw(name, rng=np.random.default_rng(seed), noise=noise, count=count, classes=classes)


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("noise", [0, 25, 50, 80])
def test_drawn_points_have_their_size_and_dtype_and_depend_only_on_the_seed(name: str, noise: float) -> None:
    points, again, other = drawn(name, noise), drawn(name, noise), drawn(name, noise, seed=1)
    assert points.inputs.shape == (DATASETS[name].points, WIDTHS[name])
    assert points.targets.shape == (DATASETS[name].points,)
    assert points.inputs.dtype == points.targets.dtype == np.float64
    np.testing.assert_array_equal(points.inputs, again.inputs)
    np.testing.assert_array_equal(points.targets, again.targets)
    assert not np.array_equal(points.inputs, other.inputs)


def test_every_dataset_has_a_problem_and_a_number_of_points() -> None:
    for name in DRAWN:
        (problem,) = DATASETS[name].problems
        assert DATASETS[name].points == POINTS[problem] or name in REAL
    assert {*DATASETS[CUSTOM].problems, "images"} == set(PROBLEMS) == set(POINTS)


@pytest.mark.parametrize("classes", range(2, 9))
@pytest.mark.parametrize(
    "name", [name for name in DRAWN if "multiclass" in DATASETS[name].problems and name not in REAL]
)
def test_the_configured_number_of_classes_is_drawn(name: str, classes: int) -> None:
    labels, sizes = np.unique(drawn(name, 30, classes=classes).targets, return_counts=True)
    assert labels.tolist() == list(range(classes))
    assert sizes.max() - sizes.min() <= 1


@pytest.mark.parametrize("name", DRAWN)
def test_the_number_of_classes_affects_only_datasets_of_several_classes(name: str) -> None:
    same = np.array_equal(drawn(name, classes=2).inputs, drawn(name, classes=7).inputs)
    assert same != ("multiclass" in DATASETS[name].problems)


@pytest.mark.parametrize("name", DRAWN)
def test_points_are_shuffled(name: str) -> None:
    targets = drawn(name, count=400).targets
    half = len(targets) // 2
    spread = targets.std()
    assert abs(targets[:half].mean() - targets[half:].mean()) < 5 * spread * np.sqrt(2 / half)
    # Neighbours in the order have nothing in common.
    lag = np.asarray(np.corrcoef(targets[:-1], targets[1:]))[0, 1]
    assert abs(lag) < 5 / np.sqrt(len(targets))


@given(name=st.sampled_from(DRAWN), count=st.integers(0, 40), noise=st.floats(0, 80))
def test_any_number_of_finite_points_can_be_drawn(name: str, count: int, noise: float) -> None:
    points = drawn(name, noise, count=count)
    assert points.inputs.shape == (count, WIDTHS[name])
    assert np.isfinite(points.inputs).all()
    assert np.isfinite(points.targets).all()


@pytest.mark.parametrize("name", sorted(REAL))
def test_real_data_are_all_rows_of_their_table_once_and_in_its_units(name: str) -> None:
    columns, points = DATASETS[name].columns, drawn(name)
    assert columns is not None
    text = (files("engine.data.tables") / f"{name.partition('-')[0]}.csv").read_text("utf-8").splitlines()
    rows = [line.split(",") for line in text[1:]]
    table = [row[:2] for row in rows if not columns.classes or row[2] in columns.classes]
    assert len(table) == DATASETS[name].points
    back = [[columns.x1.original(x1), columns.x2.original(x2)] for x1, x2 in points.inputs.tolist()]
    np.testing.assert_allclose(sorted(back), sorted([[float(a), float(b)] for a, b in table]), atol=1e-9)
    assert np.abs(points.inputs).max() < 5.01
    assert np.abs(points.targets).max() < 1.01 or name == "iris-3"
    assert np.abs(drawn(name, 30).inputs - points.inputs).max() > 1


def test_of_three_irises_as_many_kinds_are_drawn_as_there_are_classes() -> None:
    for classes, rows in ((2, 100), (3, 150), (5, 150)):
        targets = drawn("iris-3", classes=classes).targets
        assert np.unique(targets, return_counts=True)[1].tolist() == [50] * (rows // 50)


def test_noise_is_in_percent() -> None:
    moved = np.abs(drawn("spiral", 30).inputs - drawn("spiral", 0).inputs)
    assert 0.29 < moved.max() <= 0.3


def test_custom_points_are_not_drawn() -> None:
    with pytest.raises(LookupError, match="'own' are not drawn"):
        drawn(CUSTOM)


@given(percent=st.integers(10, 90), count=st.integers(10, 200))
def test_the_first_points_train_and_the_rest_test(percent: int, count: int) -> None:
    points = drawn("xor", count=count)
    dataset = split(points, percent)
    assert len(dataset.train.targets) == count * percent // 100
    np.testing.assert_array_equal(np.concatenate([dataset.train.inputs, dataset.test.inputs]), points.inputs)
    np.testing.assert_array_equal(
        np.concatenate([dataset.train.targets, dataset.test.targets]), points.targets
    )


def given_split(count: int, percent: int, seed: int = 0) -> Dataset:
    return split_custom(rows_of(random_points(count)), percent, np.random.default_rng(seed))


@given(count=st.integers(2, 120), percent=st.integers(10, 90), seed=st.integers(0, 50))
def test_custom_points_are_split_completely(count: int, percent: int, seed: int) -> None:
    dataset, rows = given_split(count, percent, seed), rows_of(random_points(count))
    assert sorted(rows_of(dataset.train) + rows_of(dataset.test)) == sorted(rows)
    train = len(dataset.train.targets)
    assert 1 <= train <= count - 1
    assert abs(train - count * percent / 100) <= 1


@given(count=st.integers(3, 120), percent=st.integers(10, 90), seed=st.integers(0, 50))
def test_adding_a_custom_point_keeps_the_split_of_the_others(count: int, percent: int, seed: int) -> None:
    rows = rows_of(random_points(count + 1))
    before, after = (split_custom(some, percent, np.random.default_rng(seed)) for some in (rows[:-1], rows))
    moved = set(rows_of(before.train)) ^ (set(rows_of(after.train)) - {rows[-1]})
    # Only where all would be in one set, the first row is put in the other.
    assert moved <= {rows[0]}
    assert not moved or count < 10


def test_training_rows_are_spread_evenly_over_the_custom_points() -> None:
    rows = rows_of(random_points(100))
    train = set(rows_of(split_custom(rows, 30, np.random.default_rng(0)).train))
    places = [place for place, row in enumerate(rows) if row in train]
    assert len(places) == 30
    assert set(np.diff(places)) == {3, 4}


@pytest.mark.parametrize("targets", [[-1, 1], [0, 1, 2, 3], [1, 1, -1]])
@given(count=st.integers(12, 120), percent=st.integers(20, 80), seed=st.integers(0, 50))
def test_each_class_has_its_share_whatever_the_order_of_rows(
    targets: list[int], count: int, percent: int, seed: int
) -> None:
    points = random_points(count)
    rows = [(x1, x2, float(targets[i % len(targets)])) for i, (x1, x2, _) in enumerate(rows_of(points))]
    dataset = split_custom(rows, percent, np.random.default_rng(seed), by_class=True)
    assert sorted(rows_of(dataset.train) + rows_of(dataset.test)) == sorted(rows)
    for target in set(targets):
        train, both = (sum(row[-1] == target for row in some) for some in (rows_of(dataset.train), rows))
        assert abs(train - both * percent / 100) <= max(1.5, both / 4)


def test_rows_of_classes_in_a_usual_order_are_split_as_if_they_had_none() -> None:
    rows = [(x1, x2, float(i >= 30)) for i, (x1, x2, _) in enumerate(rows_of(random_points(60)))]
    splits = [split_custom(rows, 50, np.random.default_rng(1), by_class=each) for each in (False, True)]
    assert rows_of(splits[0].train) == rows_of(splits[1].train)


def test_custom_points_are_shuffled_by_the_generator() -> None:
    one, again, other = given_split(60, 50), given_split(60, 50), given_split(60, 50, seed=1)
    np.testing.assert_array_equal(one.train.inputs, again.train.inputs)
    assert rows_of(one.train) != rows_of(other.train)
    order = [rows_of(random_points(60)).index(row) for row in rows_of(one.train)]
    assert order != sorted(order)


def test_the_split_of_custom_points_is_random() -> None:
    first = [rows_of(random_points(60))[0] in rows_of(given_split(60, 30, seed).train) for seed in range(200)]
    assert np.mean(first) == pytest.approx(0.3, abs=5 * np.sqrt(0.21 / 200))


@pytest.mark.parametrize("percent", [10, 50, 90])
def test_of_two_points_one_trains_and_one_tests(percent: int) -> None:
    for seed in range(20):
        dataset = given_split(2, percent, seed)
        assert len(dataset.train.targets) == len(dataset.test.targets) == 1


def test_drawing_has_the_defaults_of_the_config() -> None:
    assert TrainingConfig(problem="multiclass").classes == 3
    three = draw("blobs", rng=np.random.default_rng(0))
    assert set(three.targets) == {0, 1, 2}
