"""Figures of the lessons on the spiral, dead ReLUs and descent."""

from tests.server.lessons.figures.first_measures import (
    accuracy,
    by_hand,
    dead,
    gradient,
    hidden_change,
    loss,
    once,
    remaining,
    slid,
)
from tests.server.lessons.figures.measures import Figure, after, epochs_until, of_trainer

TO_A_TENTH = once(epochs_until(test_loss=0.1, most=1000))
SINES = {"features": ["x1", "x2", "sin_x1", "sin_x2"], "activation": "tanh"}

SPIRAL = [
    Figure(
        "spiral", 1,
        ("Between 55 and 65%", "55% 到 65%", "55% 到 65%"),
        after(500, accuracy), 0.53, 0.67,
    ),
    Figure(
        "spiral", 1,
        ("The loss stays near one half", "损失停在 0.5 附近", "損失停在 0.5 附近"),
        after(500, loss), 0.45, 0.55,
    ),
    Figure(
        "spiral", 1,
        ("still does after 1,000 epochs", "1000 轮之后还是这样", "1000 個週期之後還是這樣"),
        after(1000, loss), 0.45, 0.55,
    ),
    Figure(
        "spiral", 2,
        ("after 50 epochs, it was 180 to 980 times", "180 分之一到 980 分之一", "180 分之一到 980 分之一"),
        of_trainer(50, gradient(1)), 160, 1080,
    ),
    Figure(
        "spiral", 2,
        ("1 at the output, then 0.06, 0.01 and 0.002", "0.06、0.01、0.002", "0.06、0.01、0.002"),
        of_trainer(50, gradient(3)), 5, 30,
    ),
    Figure(
        "spiral", 2,
        ("1 at the output, then 0.06, 0.01 and 0.002", "0.06、0.01、0.002", "0.06、0.01、0.002"),
        of_trainer(50, gradient(2)), 40, 200,
    ),
    Figure(
        "spiral", 2,
        ("about a fifteenth to a fifth", "十五分之一到五分之一", "十五分之一到五分之一"),
        of_trainer(50, remaining(3)), 10, 20,
    ),
    Figure(
        "spiral", 2,
        ("about a fifteenth to a fifth", "十五分之一到五分之一", "十五分之一到五分之一"),
        of_trainer(50, remaining(2)), 3.5, 10,
    ),
    Figure(
        "spiral", 2,
        ("about a fifteenth to a fifth", "十五分之一到五分之一", "十五分之一到五分之一"),
        of_trainer(50, remaining(1)), 3.5, 12,
    ),
    Figure(
        "spiral", 3,
        ("within 1,000 epochs, after 210 to 810", "用了 210 到 810 轮", "用了 210 到 810 個"),
        TO_A_TENTH, 190, 890,
        times=7, at_most=9,
    ),
    Figure(
        "spiral", 3,
        ("half of them by about 300", "一半不超过 300 轮左右", "一半不超過 300 個左右"),
        TO_A_TENTH, 190, 310,
        times=4, at_most=6,
    ),
    Figure(
        "spiral", 3,
        ("was 2 to 6 times smaller", "二分之一到六分之一", "二分之一到六分之一"),
        of_trainer(100, gradient(1)), 1.8, 6.6,
    ),
    Figure(
        "spiral", 4,
        ("between 55 and 80% of the test points", "测试点答对 55% 到 80%", "測試資料答對 55% 到 80%"),
        after(1000, accuracy), 0.53, 0.82,
    ),
    Figure(
        "spiral", 4,
        ("three layers of eight got over 90% in nine trials", "有九次超过 90%", "有九次超過 90%"),
        after(1000, accuracy), 0.9, 1,
        {"hidden_layers": [8, 8, 8]}, times=8,
    ),
    Figure(
        "spiral", 4,
        ("Two layers of eight usually get there too", "两层、每层八个通常", "兩層、每層八個通常"),
        epochs_until(test_accuracy=0.9, most=3000), 200, 3000,
        {"hidden_layers": [8, 8]}, times=7,
    ),
    Figure(
        "spiral", 5,
        ("from each of ten starts, in 50 to 110 epochs", "用了 50 到 110 轮", "用了 50 到 110 個週期"),
        epochs_until(test_loss=0.1, most=300), 43, 121,
        SINES,
    ),
    Figure(
        "spiral", 5,
        ("three layers of ReLU took 30 to 160 epochs", "用了 30 到 160 轮", "用了 30 到 160 個週期"),
        epochs_until(test_loss=0.1, most=500), 24, 180,
        {"hidden_layers": [8, 8, 8], "optimizer": "adam", "learning_rate": 0.01},
    ),
]  # fmt: skip

DEAD_RELU = [
    Figure(
        "dead-relu", 1,
        ("They do not change at all", "一点也不变", "一點也不變"),
        of_trainer(300, dead), 8, 8,
    ),
    Figure(
        "dead-relu", 1,
        ("They do not change at all", "一点也不变", "一點也不變"),
        of_trainer(300, hidden_change), 0, 0,
    ),
    Figure(
        "dead-relu", 2,
        ("eight got there, after 160 to 880 epochs", "用了 160 到 880 轮", "用了 160 到 880 個週期"),
        epochs_until(test_accuracy=0.95, most=970), 140, 970,
        times=7, at_most=9,
    ),
    Figure(
        "dead-relu", 3,
        ("in seven or eight of our ten trials", "我们试了十次，有七八次", "我們試了十次，有七、八次"),
        of_trainer(60, dead), 1, 8,
        times=6, at_most=9,
    ),
    Figure(
        "dead-relu", 3,
        ("up to five of the eight", "最多死了五个", "最多死了五個"),
        of_trainer(60, dead), 0, 5,
    ),
    Figure(
        "dead-relu", 3,
        ("With learning rates of 0.3 and 1 not a", "取 0.3 和 1，各试十次", "用 0.3 和 1，各試十次"),
        of_trainer(60, dead), 0, 0,
        {"learning_rate": 0.3},
    ),
    Figure(
        "dead-relu", 3,
        ("not a single one died in ten trials", "一个也没有死", "一個也沒有死"),
        of_trainer(60, dead), 0, 0,
        {"learning_rate": 1},
    ),
    Figure(
        "dead-relu", 4,
        ("its loss stayed at about 0.5", "损失一直在 0.5 左右", "損失一直在 0.5 左右"),
        after(150, loss), 0.47, 0.53,
        {"activation": "sigmoid"},
    ),
    Figure(
        "dead-relu", 4,
        ("within 100 epochs, from at least 9 of 10 starts", "100", "100"),
        epochs_until(test_loss=0.05, most=150), 1, 100,
        {"activation": "elu"}, times=9,
    ),
]  # fmt: skip

DESCENT = [
    Figure(
        "descent", 1,
        ("$5 - 0.1 * 8 = 4.2$", "$5 - 0.1 * 8 = 4.2$", "$5 - 0.1 * 8 = 4.2$"),
        by_hand(slid(1)), 4.199, 4.201,
    ),
    Figure(
        "descent", 1,
        ("4.2 − 0.48 = 3.72", "4.2 − 0.48 = 3.72", "4.2 − 0.48 = 3.72"),
        by_hand(slid(2)), 3.719, 3.721,
    ),
    Figure(
        "descent", 1,
        ("2, 1.2, 0.72, 0.43", "2，1.2，0.72，0.43", "2、1.2、0.72、0.43"),
        by_hand(slid(3) - 3), 0.425, 0.435,
    ),
    Figure(
        "descent", 2,
        ("after ten steps two thirds", "十步之后还剩三分之二的路", "十步之後還剩三分之二的路"),
        by_hand((slid(10, 0.01) - 3) / 2), 0.65, 0.68,
    ),
    Figure(
        "descent", 2,
        ("there in one step", "一步就到", "一步就到"),
        by_hand(slid(1, 0.25)), 3, 3,
    ),
    Figure(
        "descent", 2,
        ("With 0.45 it is −0.8", "取 0.45，变成 −0.8 倍", "用 0.45，變成 −0.8 倍"),
        by_hand((slid(1, 0.45) - 3) / 2), -0.801, -0.799,
    ),
    Figure(
        "descent", 2,
        ("With 0.5 it is −1", "取 0.5，变成 −1 倍", "用 0.5，變成 −1 倍"),
        by_hand((slid(1, 0.5) - 3) / 2), -1.001, -0.999,
    ),
    Figure(
        "descent", 2,
        ("With 0.55 it is −1.2", "取 0.55，变成 −1.2 倍", "用 0.55，變成 −1.2 倍"),
        by_hand((slid(1, 0.55) - 3) / 2), -1.201, -1.199,
    ),
    Figure(
        "descent", 3,
        ("It grows without end", "不停地变大", "不停地變大"),
        of_trainer(100, lambda trainer: trainer.divergence is not None), 1, 1,
    ),
    Figure(
        "descent", 3,
        ("at most 0.001 after no more than 3 epochs", "0.001", "0.001"),
        epochs_until(test_loss=0.001, most=20), 1, 3,
        {"learning_rate": 0.1},
    ),
    Figure(
        "descent", 4,
        ("0.3 of these: in our ten trials it took 20 epochs at most", "最多 20 轮", "最多 20 個週期"),
        epochs_until(test_loss=0.05, most=200), 1, 22,
        {"learning_rate": 0.3},
    ),
    Figure(
        "descent", 4,
        ("With 0.1 it was 35 at most", "0.1 最多 35 轮", "0.1 最多 35 個"),
        epochs_until(test_loss=0.05, most=200), 1, 38,
        {"learning_rate": 0.1},
    ),
    Figure(
        "descent", 4,
        ("with 0.03 40 to 110", "0.03 要 40 到 110 轮", "0.03 要 40 到 110 個"),
        epochs_until(test_loss=0.05, most=200), 36, 121,
        {"learning_rate": 0.03},
    ),
    Figure(
        "descent", 4,
        ("with 0.003 it was not there", "0.003 到 200 轮还没有做到", "0.003 到 200 個週期還沒有做到"),
        after(200, loss), 0.05, 1,
        {"learning_rate": 0.003},
    ),
    Figure(
        "descent", 4,
        ("With 3 it never got there", "3 则一次也没有成功", "3 則一次也沒有成功"),
        epochs_until(test_loss=0.05, most=100), 0, 100,
        {"learning_rate": 3}, times=0, at_most=0,
    ),
    Figure(
        "descent", 4,
        ("With 3 it stays high", "取 3，损失一直很高", "用 3，損失一直很高"),
        after(100, loss), 0.3, 1.2,
        {"learning_rate": 3},
    ),
]  # fmt: skip

FIGURES = [*SPIRAL, *DEAD_RELU, *DESCENT]
