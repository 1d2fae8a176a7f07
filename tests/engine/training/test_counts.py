import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config import TrainingConfig
from engine.training.trainer import Trainer

ACTIONS = st.one_of(
    st.tuples(st.just("step"), st.integers(1, 40)),
    st.tuples(st.just("epochs"), st.integers(1, 3)),
    st.tuples(st.just("data_seed"), st.integers(0, 9)),
    st.tuples(st.just("batch_size"), st.sampled_from([1, 7, 10, 30])),
)


@pytest.mark.medium
@given(st.lists(ACTIONS, max_size=8))
def test_what_was_trained_stays_counted_whatever_changes_of_points_and_batch_size(
    actions: list[tuple[str, int]],
) -> None:
    trainer = Trainer(TrainingConfig(train_percent=10))
    for name, value in actions:
        before, batches = trainer.counts, trainer.epoch
        if name == "step":
            for _ in range(value):
                trainer.step()
            assert trainer.counts.steps == before.steps + value
            assert trainer.counts.epochs_seen > before.epochs_seen
        elif name == "epochs":
            trainer.run_epochs(value)
            assert trainer.epoch == batches + value
        else:
            trainer.change(trainer.config.changed({name: value}))
            assert trainer.counts == pytest.approx(before)
        assert trainer.counts.epochs_seen == pytest.approx(trainer.counts.points_seen / trainer.arrays.split)
        assert trainer.counts.epochs_seen >= trainer.epoch


@pytest.mark.medium
def test_training_is_counted_though_the_points_are_exchanged_before_each_epoch_ends() -> None:
    trainer = Trainer(TrainingConfig(batch_size=1))
    for seed in range(30):
        for _ in range(200):
            trainer.step()
        trainer.change(trainer.config.changed({"data_seed": seed + 1}))
    assert (trainer.epoch, trainer.batch) == (0, 0)
    assert trainer.counts == pytest.approx((6000, 6000, 24))


@pytest.mark.parametrize("stride", [1, 3])
def test_evaluations_do_not_change_the_counts(stride: int) -> None:
    trainer = Trainer(TrainingConfig(batch_size=7))
    trainer.step()
    trainer.train_and_evaluate(4, stride)
    assert trainer.counts == pytest.approx((4 * 36, 1000, 4))


def test_a_reset_begins_the_counts_anew() -> None:
    trainer = Trainer(TrainingConfig())
    trainer.run_epochs(2)
    trainer.reset()
    assert trainer.counts == (0, 0, 0)
