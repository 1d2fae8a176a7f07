"""Figures of the lessons from momentum to the way to code."""

from engine.config import TrainingConfig
from engine.training.trainer import Trainer
from tests.server.lessons.figures.from_overfitting import FROM_OVERFITTING
from tests.server.lessons.figures.measures import Figure, after, epochs_until, of_trainer
from tests.server.lessons.figures.second_measures import (
    compared,
    diverged,
    history,
    mean_loss,
    remembered,
    spread,
    test_accuracy,
    test_loss,
    train_loss,
    zero_weights,
)

LOSS_REACHED = remembered(epochs_until(test_loss=0.1))
ACCURACY_REACHED = remembered(epochs_until(test_accuracy=0.97))
AFTER_300 = remembered(after(300, test_loss))
MOMENTUM = {"optimizer": "momentum"}
CROSS_ENTROPY = {"loss": "cross_entropy"}


def _ratio(one: float, other: float) -> float:
    return one / other


def _difference(one: float, other: float) -> float:
    return one - other


def _with_bias_8(config: TrainingConfig) -> float:
    trainer = Trainer(config)
    trainer.set_bias(len(trainer.network.shape) - 1, 0, 8.0)
    return trainer.metrics().train_loss


def _movement(config: TrainingConfig) -> float:
    trainer = Trainer(config)
    start = trainer.metrics().train_loss
    trainer.run_epochs(300)
    return abs(trainer.metrics().train_loss - start)


def _furthest_from_the_rule(trainer: Trainer) -> float:
    """Return how far the weights and the bias are from 0.1, 0.1 and 0."""
    weights = [trainer.weight(1, source, 0) - 0.1 for source in range(2)]
    return max(abs(each) for each in [*weights, trainer.bias(1, 0)])


OPTIMIZERS = [
    Figure(
        "optimizers", 1, ("300 to 550 epochs", "300 到 550 轮", "300 到 550 個週期"),
        LOSS_REACHED, 270, 600, times=6,
    ),
    Figure(
        "optimizers", 2, ("About 40 to 65", "大约 40 到 65 轮", "大約 40 到 65 個週期"),
        LOSS_REACHED, 36, 72, MOMENTUM,
    ),
    Figure(
        "optimizers", 2, ("six to eight times as fast", "快六到八倍", "快六到八倍"),
        compared(LOSS_REACHED, MOMENTUM, _ratio), 5.4, 8.8,
    ),
    Figure(
        "optimizers", 2,
        ("a learning rate of 1 would do as well", "学习率取 1 也一样快", "學習率設成 1 也一樣快"),
        LOSS_REACHED, 20, 72, {"learning_rate": 1.0},
    ),
    Figure(
        "optimizers", 4,
        (
            "the test loss is still above 0.2 after", "300 轮之后测试损失还在 0.2 以上",
            "300 個週期之後測試損失還在 0.2 以上",
        ),
        AFTER_300, 0.19, 0.6,
    ),
    Figure(
        "optimizers", 4,
        ("and mostly between 0.3 and 0.5", "多数在 0.3 到 0.5 之间", "大多在 0.3 到 0.5 之間"),
        AFTER_300, 0.28, 0.52, times=6,
    ),
    Figure(
        "optimizers", 4, ("Nine runs in ten do", "十次里大约有九次能成功", "十次大約有九次會成功"),
        epochs_until(test_loss=0.2, most=400), 0, 400, {"optimizer": "adam", "learning_rate": 0.01}, times=8,
    ),
    Figure(
        "optimizers", 4,
        (
            "after 300 epochs it is usually above 0.2", "300 轮之后通常还在 0.2 以上",
            "300 個週期之後通常還在 0.2 以上",
        ),
        AFTER_300, 0.2, 1, {"optimizer": "adam", "learning_rate": 0.03}, times=6,
    ),
    Figure(
        "optimizers", 5, ("mostly by several hundredths", "幅度多半有零点零几", "幅度多半有零點零幾"),
        history(80, 100, spread), 0.018, 0.11, times=7,
    ),
    Figure(
        "optimizers", 5, ("changes by no more than about 0.001", "大约不超过 0.001", "大約不超過 0.001"),
        history(80, 100, spread), 0, 0.0013, {"schedule": "exponential"},
    ),
    Figure(
        "optimizers", 5, ("usually by a few hundredths", "低零点零几", "低零點零幾"),
        compared(history(80, 100, mean_loss), {"schedule": "exponential"}, _difference), 0.009,
        0.1, times=7,
    ),
]  # fmt: skip

LOSSES = [
    Figure(
        "losses", 1, ("the loss 0.693", "损失是 0.693", "損失是 0.693"), after(0, train_loss), 0.6925,
        0.6935,
    ),
    Figure("losses", 1, ("About 4. For the blue", "大约是 4。", "大約是 4。"), _with_bias_8, 3.6, 4.4),
    Figure(
        "losses", 1, ("would be about 0.25", "只有 0.25 左右", "只有 0.25 左右"),
        _with_bias_8, 0.225, 0.275, {"loss": "squared_error"},
    ),
    Figure(
        "losses", 2,
        (
            "not moved in the first three digits, and even after 300",
            "小数点后三位都没有变化，训练 300 轮也还是这样",
            "小數點後三位都沒有變，訓練 300 個週期也還是這樣",
        ),
        _movement, 0, 0.0005,
    ),
    Figure(
        "losses", 4,
        (
            "about 250 to 500 epochs until 97%", "大约要 250 到 500 轮才能答对 97%",
            "大約要 250 到 500 個週期才能答對 97%",
        ),
        ACCURACY_REACHED, 225, 550,
    ),
    Figure(
        "losses", 4, ("About 70 to 140", "大约 70 到 140 轮", "大約 70 到 140 個週期"),
        ACCURACY_REACHED, 63, 155, CROSS_ENTROPY,
    ),
    Figure(
        "losses", 4, ("roughly a quarter", "差不多是四分之一", "差不多是四分之一"),
        compared(ACCURACY_REACHED, CROSS_ENTROPY, lambda one, other: other / one), 0.2, 0.32,
    ),
    Figure(
        "losses", 4,
        ("is as fast as cross-entropy with 0.03", "就和交叉熵用 0.03 一样快", "就跟交叉熵用 0.03 一樣快"),
        compared(ACCURACY_REACHED, CROSS_ENTROPY | {"learning_rate": 0.03}, _ratio), 0.7,
        1.4, {"learning_rate": 0.12},
    ),
]  # fmt: skip

OUTPUTS = [
    Figure(
        "outputs", 2, ("1.10 with three classes", "三类时是 1.10", "三類時是 1.10"),
        after(0, train_loss), 1.095, 1.105, {"initializer": "zeros"},
    ),
    Figure(
        "outputs", 2, ("more than 99%", "超过 99%", "超過 99%"),
        after(30, test_accuracy), 0.99, 1, {"classes": 6},
    ),
    Figure(
        "outputs", 3, ("a third is right", "只能答对三分之一", "只能答對三分之一"),
        after(100, test_accuracy), 0.27, 0.4,
    ),
    Figure(
        "outputs", 3, ("One layer is not enough", "一层不够", "一層不夠"),
        after(150, test_accuracy), 0.5, 0.94, {"hidden_layers": [8]},
    ),
    Figure(
        "outputs", 3, ("usually take 60 to 110 epochs", "通常要 60 到 110 轮", "通常要 60 到 110 個週期"),
        epochs_until(test_accuracy=0.95), 54, 121, {"hidden_layers": [8, 8]}, times=6,
    ),
    Figure(
        "outputs", 3,
        (
            "15 to 35 epochs in our ten trials", "我们试了十次，用了 15 到 35 轮",
            "我們試了十次，用了 15 到 35 個週期",
        ),
        epochs_until(test_accuracy=0.9), 13, 39, {"classes": 8, "hidden_layers": [8, 8]},
    ),
    Figure(
        "outputs", 3, ("it took 70 to 190", "要 70 到 190 轮", "要 70 到 190 個"),
        epochs_until(test_accuracy=0.9), 63, 209,
        {"classes": 8, "hidden_layers": [8, 8], "optimizer": "sgd", "learning_rate": 0.03},
    ),
    Figure(
        "outputs", 4, ("it takes about 100 epochs", "大约要 100 轮", "大約要 100 個週期"),
        ACCURACY_REACHED, 63, 155, {"output_activation": "sigmoid", "loss": "cross_entropy"},
    ),
    Figure(
        "outputs", 4, ("about four times as many", "大约要四倍", "大約要四倍"),
        compared(ACCURACY_REACHED, CROSS_ENTROPY, _ratio), 3, 5,
        {"output_activation": "sigmoid", "loss": "squared_error"},
    ),
]  # fmt: skip

REGRESSION = [
    Figure(
        "regression", 1,
        ("0.1, 0.1 and 0: the rule itself", "0.1、0.1 和 0，正是规则本身", "0.1、0.1 和 0，正是規則本身"),
        of_trainer(10, _furthest_from_the_rule), 0, 0.01,
    ),
    Figure(
        "regression", 2,
        (
            "with 0.1 it still learns the plane", "用 0.1，几轮之内还能学会斜面",
            "用 0.1，幾個週期內還能學會斜面",
        ),
        epochs_until(test_loss=0.001, most=30), 1, 10, {"learning_rate": 0.1},
    ),
    Figure(
        "regression", 2,
        (
            "in the hundreds or more after a single one", "只一轮损失就到了几百甚至更大",
            "只要一個週期損失就到了幾百甚至更大",
        ),
        after(1, train_loss), 100, 1e12, {"learning_rate": 0.2},
    ),
    Figure(
        "regression", 2,
        ("becomes infinite within 30 epochs", "30 轮之内损失就变成无穷大", "30 個週期內損失就變成無限大"),
        of_trainer(30, diverged), 1, 1, {"learning_rate": 0.3},
    ),
    Figure(
        "regression", 3, ("its loss stays at 0.15", "损失停在 0.15", "損失停在 0.15"),
        after(100, test_loss), 0.135, 0.165,
    ),
    Figure(
        "regression", 3, ("the loss ends at 0.010", "损失停在 0.010", "損失停在 0.010"),
        after(100, test_loss), 0.009, 0.011, {"features": ["sin_x1"]},
    ),
    Figure(
        "regression", 4,
        ("the loss stays between 0.04 and 0.05", "损失停在 0.04 到 0.05 之间", "損失停在 0.04 到 0.05 之間"),
        after(200, test_loss), 0.036, 0.055, {"hidden_layers": []},
    ),
    Figure(
        "regression", 4, ("come to about 0.02", "能到 0.02 左右", "能到 0.02 左右"),
        after(200, test_loss), 0.016, 0.026,
    ),
    Figure(
        "regression", 4, ("get there in 200 epochs", "200 轮就能做到", "200 個週期就做得到"),
        after(200, test_loss), 0, 0.01, {"hidden_layers": [8, 8]},
    ),
]  # fmt: skip

STARTING_WEIGHTS = [
    Figure(
        "starting-weights", 1, ("it stays at about 0.5", "损失停在 0.5 左右", "損失停在 0.5 左右"),
        after(100, train_loss), 0.45, 0.55,
    ),
    Figure(
        "starting-weights", 1,
        ("all the weights stay exactly 0", "所有权重始终恰好是 0", "所有的權重一直剛好是 0"),
        of_trainer(100, zero_weights), 18, 18,
    ),
    Figure(
        "starting-weights", 2, ("get no further than a single one", "为什么不比一个强", "為什麼不比一個強"),
        after(100, test_accuracy), 0.5, 0.75,
    ),
    Figure(
        "starting-weights", 3,
        ("about every second run succeeds", "大约每两次有一次成功", "大約每兩次有一次成功"),
        epochs_until(test_accuracy=0.97, most=200), 0, 200, times=3, at_most=7,
    ),
    Figure(
        "starting-weights", 3,
        ("quarter of the points wrong", "总有四分之一左右的点分错", "總有四分之一左右的點分錯"),
        after(200, test_accuracy), 0.68, 0.82, times=3, at_most=7,
    ),
    Figure(
        "starting-weights", 4,
        (
            "Four succeed in only about half of the runs", "四个和三个差不多，只有一半左右成功",
            "四個跟三個差不多，只有一半左右成功",
        ),
        epochs_until(test_accuracy=0.97, most=200), 0, 200, {"hidden_layers": [4]}, times=3, at_most=7,
    ),
    Figure(
        "starting-weights", 4,
        ("With five or more, nearly all do", "五个或更多时，几乎都能成功", "五個以上的話，幾乎都會成功"),
        epochs_until(test_accuracy=0.97, most=200), 0, 200, {"hidden_layers": [5]}, times=8,
    ),
]  # fmt: skip

FIGURES = [*OPTIMIZERS, *LOSSES, *OUTPUTS, *REGRESSION, *STARTING_WEIGHTS, *FROM_OVERFITTING]
