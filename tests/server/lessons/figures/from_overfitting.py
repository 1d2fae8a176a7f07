"""Figures of the lessons from overfitting to the way to code."""

from importlib.util import find_spec

from engine.state import Metrics
from tests.server.lessons.figures.measures import Figure, after, epochs_until, of_trainer
from tests.server.lessons.figures.second_measures import (
    compared,
    from_few,
    from_seeds,
    gain,
    history,
    mean,
    printed_by,
    remembered,
    tens_until,
    test_accuracy,
    test_loss,
    train_loss,
    zero_weights,
)

AFTER_500 = remembered(after(500, test_loss))
SIX_REACHED = remembered(epochs_until(test_accuracy=0.95, most=400))
TENS = remembered(tens_until(0.97, most=1500))
SIX_NORMALIZED = {"normalization": ["batch_norm_before"] * 6}
SIX_RESIDUAL = {"residual": [1] * 6}
L2 = {"regularization": "l2", "regularization_rate": 0.03}


def _difference(one: float, other: float) -> float:
    return one - other


def _rise(one: float, other: float) -> float:
    return other - one


def _best_epoch(metrics: list[Metrics]) -> float:
    return min(range(len(metrics)), key=lambda epoch: metrics[epoch].test_loss)


def _best_loss(metrics: list[Metrics]) -> float:
    return min(each.test_loss for each in metrics)


OVERFITTING = [
    Figure(
        "overfitting", 1, ("falls to about 0.01", "训练损失降到 0.01 左右", "訓練損失降到 0.01 左右"),
        from_seeds(1, 1, after(300, train_loss)), 0.009, 0.011,
    ),
    Figure(
        "overfitting", 1, ("all 50 points are right", "50 个点全部答对", "50 個點全部答對"),
        from_seeds(1, 1, after(300, lambda metrics: metrics.train_accuracy)), 1, 1,
    ),
    Figure(
        "overfitting", 1, ("lowest after about five epochs", "在第五轮左右最低", "在第五個週期左右最低"),
        from_seeds(1, 1, history(0, 300, _best_epoch)), 3, 7,
    ),
    Figure(
        "overfitting", 1, ("five epochs, 0.13", "最低，为 0.13", "最低，是 0.13"),
        from_seeds(1, 1, history(0, 300, _best_loss)), 0.125, 0.135,
    ),
    Figure(
        "overfitting", 1, ("more than 0.23 by epoch 300", "已经升到 0.23 以上", "已經升到 0.23 以上"),
        from_seeds(1, 1, after(300, test_loss)), 0.228, 0.25,
    ),
    Figure(
        "overfitting", 2,
        ("the training loss is higher than before", "训练损失反而比刚才高", "訓練損失反而比剛才高"),
        from_seeds(1, 1, compared(after(300, train_loss), {"train_percent": 50}, _rise)), 0.01, 1,
    ),
    Figure(
        "overfitting", 3,
        (
            "With 0.3 both losses are higher", "0.3 时两种损失都比 0.03 时高",
            "0.3 的時候兩種損失都比 0.03 時高",
        ),
        from_seeds(1, 1, compared(after(300, test_loss), {"regularization_rate": 0.3}, _rise)), 0.001, 1, L2,
    ),
    Figure(
        "overfitting", 3,
        (
            "With 0.3 both losses are higher", "0.3 时两种损失都比 0.03 时高",
            "0.3 的時候兩種損失都比 0.03 時高",
        ),
        from_seeds(1, 1, compared(after(300, train_loss), {"regularization_rate": 0.3}, _rise)), 0.001, 1, L2,
    ),
    Figure(
        "overfitting", 3, ("and the loss 0.5", "损失是 0.5", "損失是 0.5"),
        from_seeds(1, 1, after(300, test_loss)), 0.45, 0.55,
        {"regularization": "l2", "regularization_rate": 1.0},
    ),
    Figure(
        "overfitting", 4,
        ("In most runs with x₁ and x₂ alone", "多数情况下是只用 x₁ 和 x₂", "大多是只用 x₁ 和 x₂"),
        compared(AFTER_500, {"features": ["x1", "x2"]}, _difference), 0, 1, times=6,
    ),
    Figure(
        "overfitting", 4, ("about 0.1 on average", "平均约 0.1，", "平均約 0.1，"),
        mean(AFTER_500), 0.09, 0.107, {"features": ["x1", "x2"]},
    ),
    Figure(
        "overfitting", 4, ("nearly 0.12 with all five", "五个全用则将近 0.12", "五個全用則將近 0.12"),
        mean(AFTER_500), 0.108, 0.122,
    ),
    Figure(
        "overfitting", 4, ("is mostly the other way round", "训练损失多半正好相反", "訓練損失多半正好相反"),
        compared(after(500, train_loss), {"features": ["x1", "x2"]}, _difference), -1, 0,
        times=7,
    ),
    Figure(
        "overfitting", 5,
        ("Reach three weights that are exactly 0", "让三个权重恰好为 0", "讓三個權重剛好是 0"),
        of_trainer(200, zero_weights), 3, 4, {"regularization": "l1", "regularization_rate": 0.1},
    ),
    Figure(
        "overfitting", 5,
        ("no weight becomes exactly 0", "没有一个权重会恰好变成 0", "沒有任何權重會剛好變成 0"),
        of_trainer(200, zero_weights), 0, 0, {"regularization": "l2", "regularization_rate": 0.1},
    ),
    Figure(
        "overfitting", 6, ("with L2 0.14", "用 L2 是 0.14", "用 L2 是 0.14"),
        from_seeds(1, 1, after(300, test_loss)), 0.135, 0.145, L2,
    ),
    Figure(
        "overfitting", 6,
        ("About 0.24: no help at all", "大约 0.24，一点用也没有", "大約 0.24，一點用也沒有"),
        from_seeds(1, 1, after(300, test_loss)), 0.22, 0.26, {"dropout": [0.3, 0.3]},
    ),
]  # fmt: skip

DEEP_NETWORKS = [
    Figure(
        "deep-networks", 1,
        ("Even 300 epochs change nothing about that", "训练 300 轮也是这样", "訓練 300 個週期也一樣"),
        after(300, train_loss), 0.45, 0.55,
    ),
    Figure(
        "deep-networks", 3,
        ("Most runs need fewer than 50 epochs", "多数情况不到 50 轮", "大多不到 50 個週期"),
        SIX_REACHED, 0, 55, SIX_RESIDUAL, times=6,
    ),
    Figure(
        "deep-networks", 3, ("a few need 250", "少数要 250 轮", "少數要 250 個週期"),
        SIX_REACHED, 0, 300, SIX_RESIDUAL, times=9,
    ),
    Figure(
        "deep-networks", 4, ("only 50 to 70% of the test points", "只有 50% 到 70%", "只有 50% 到 70%"),
        from_few(4, after(300, test_accuracy)), 0.47, 0.74, SIX_NORMALIZED | {"features": ["x1", "x2"]},
        times=4,
    ),
    Figure(
        "deep-networks", 4,
        (
            "plain layers remain at a loss of 0.5", "普通的六层仍停在 0.5 的损失上",
            "普通的六層還是停在 0.5 的損失上",
        ),
        after(300, test_loss), 0.45, 0.55,
    ),
    Figure(
        "deep-networks", 4, ("after 25 to 110 epochs", "25 到 110 轮之后", "25 到 110 個週期之後"),
        epochs_until(test_accuracy=0.9, most=400), 22, 121, SIX_NORMALIZED,
    ),
    Figure(
        "deep-networks", 4, ("it took 110 to 470", "110 到 470 轮", "110 到 470 個週期"),
        epochs_until(test_accuracy=0.9, most=600), 99, 517,
        SIX_RESIDUAL | {"learning_rate": 0.03},
    ),
    Figure(
        "deep-networks", 4,
        ("get stuck more often", "用学习率 0.1 更容易卡住", "用學習率 0.1 比較容易卡住"),
        epochs_until(test_accuracy=0.9, most=600), 0, 600, SIX_RESIDUAL, times=5, at_most=9,
    ),
    Figure(
        "deep-networks", 4,
        (
            "ReLU needs neither of the two", "六层 ReLU 学圆环，两种办法都不需要",
            "六層 ReLU 學圓環，兩種辦法都不需要",
        ),
        epochs_until(test_accuracy=0.9, most=300), 0, 300,
        {"activation": "relu", "dataset": "circle", "features": ["x1", "x2"], "batch_size": 10}, times=8,
    ),
    Figure(
        "deep-networks", 5,
        (
            "Batch normalization before activation manages it", "激活前的批归一化可以做到",
            "激勵前的批次正規化做得到",
        ),
        epochs_until(test_accuracy=0.9, most=200), 0, 200,
        {"normalization": ["batch_norm_before"] * 12},
        times=8,
    ),
    Figure(
        "deep-networks", 5,
        (
            "A residual connection over each layer does not", "每层一个残差连接，在这个学习率下不行",
            "每層一個殘差連接，在這個學習率下不行",
        ),
        after(150, test_accuracy), 0.3, 0.9, {"residual": [1] * 12}, times=8,
    ),
]  # fmt: skip

HANDWRITING = [
    Figure(
        "handwriting", 1, ("92 to 98%", "92% 到 98%", "92% 到 98%"),
        after(30, test_accuracy), 0.915, 0.985,
    ),
    Figure(
        "handwriting", 2,
        (
            "4 to 10 epochs in our ten trials", "我们试了十次，用了 4 到 10 轮",
            "我們試了十次，用了 4 到 10 個週期",
        ),
        from_few(2, epochs_until(test_accuracy=0.95, most=12)), 4, 11, times=2,
    ),
]  # fmt: skip

CODE = [
    Figure(
        "code", 1, ("about 97% are right", "大约 97% 答对", "大約 97% 答對"),
        from_seeds(0, 0, printed_by("code", 1)), 0.96, 0.98,
    ),
    Figure(
        "code", 3,
        (
            "between epochs 200 and 400 the arms appear", "在第 200 到 400 轮之间，旋臂出现了",
            "在第 200 到 400 週期之間，旋臂出現了",
        ),
        from_seeds(2, 6, gain(200, 400, test_accuracy)), 0.1, 0.5,
    ),
    Figure(
        "code", 3,
        (
            "of ten runs eight came to 97% within 1,500 epochs", "十次中有八次在 1500 轮之内达到 97%",
            "十次中有八次在 1500 個週期內達到 97%",
        ),
        TENS, 0, 1500, times=7, at_most=9,
    ),
    Figure(
        "code", 3, ("usually after about 600", "通常在 600 轮左右", "通常在 600 個週期左右"),
        TENS, 300, 900, times=6,
    ),
    Figure(
        "code", 3, ("epoch 600: test loss 0.019564",) * 3,
        from_seeds(2, 6, after(600, test_loss)), 0.0195635, 0.0195645,
    ),
    Figure(
        "code", 3, ("epoch 610: test loss 0.019559",) * 3,
        from_seeds(2, 6, after(610, test_loss)), 0.0195585, 0.0195595,
    ),
    Figure(
        "code", 3, ("a val_loss of about 0.039", "val_loss 约为 0.039", "val_loss 約為 0.039"),
        from_seeds(2, 6, after(600, lambda metrics: 2 * metrics.test_loss)), 0.0385, 0.0395,
    ),
]  # fmt: skip

FROM_OVERFITTING = [
    *OVERFITTING,
    *DEEP_NETWORKS,
    *(HANDWRITING if find_spec("sklearn") else []),
    *CODE,
]
