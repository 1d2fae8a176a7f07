"""Figures of the lessons on a neuron, the perceptron, XOR, the circle and activations."""

from tests.server.lessons.figures.first_measures import (
    accuracy,
    arriving,
    by_hand,
    corrected,
    from_seed,
    hidden_change,
    loss,
    more_right_after,
    once,
    share_of_others,
    slope,
    value,
)
from tests.server.lessons.figures.measures import Figure, after, epochs_until, of_trainer

FIRST, SECOND = corrected((2, 1), 1, (-1, 1, 0)), corrected((1, -2), 1, (1, 2, 1))
"""The weights, bias and sum of the two points of the lesson on the perceptron, both of them as blue ones."""

TO_A_TWENTIETH = once(epochs_until(test_loss=0.05, most=500))
MORE_RIGHT = once(more_right_after(30, {"learning_rate": 0.03}, 300))
XOR_SOLVED = once(epochs_until(test_accuracy=0.95, most=200))

NEURON = [
    Figure(
        "neuron", 1,
        ("only two or three epochs", "只要两三轮", "只要兩三個週期"),
        epochs_until(test_accuracy=0.99, most=20), 1, 3,
    ),
    Figure(
        "neuron", 1,
        ("only two or three epochs", "只要两三轮", "只要兩三個週期"),
        from_seed(5, epochs_until(test_accuracy=0.99, most=20)), 2, 3,
    ),
    Figure(
        "neuron", 2,
        ("after a handful of epochs", "没几轮，所有点就都站对了位置", "沒幾個週期，所有的點就都站對邊了"),
        epochs_until(test_accuracy=1, most=100), 1, 6,
    ),
    Figure(
        "neuron", 3,
        ("σ(2) ≈ 0.88", "σ(2) ≈ 0.88", "σ(2) ≈ 0.88"),
        by_hand(value("sigmoid", 2)), 0.875, 0.885,
    ),
    Figure(
        "neuron", 4,
        ("between 34 and 62%", "在 34% 到 62% 之间", "在 34% 到 62% 之間"),
        after(100, accuracy), 0.32, 0.64,
    ),
]  # fmt: skip

PERCEPTRON = [
    Figure(
        "perceptron", 2,
        ("$w_1 = -1 + 2 = 1$", "$w_1 = -1 + 2 = 1$", "$w_1 = -1 + 2 = 1$"),
        by_hand(FIRST[0]), 1, 1,
    ),
    Figure(
        "perceptron", 2,
        ("$w_2 = 1 + 1 = 2$ and $b = 1$", "$w_2 = 1 + 1 = 2$，$b = 1$", "$w_2 = 1 + 1 = 2$，$b = 1$"),
        by_hand(FIRST[1] - FIRST[2]), 1, 1,
    ),
    Figure(
        "perceptron", 2,
        ("$z = 2 + 2 + 1 = 5$", "$z = 2 + 2 + 1 = 5$", "$z = 2 + 2 + 1 = 5$"),
        by_hand(FIRST[3]), 5, 5,
    ),
    Figure(
        "perceptron", 2,
        ("z = 1 − 4 + 1 = −2", "z = 1 − 4 + 1 = −2", "z = 1 − 4 + 1 = −2"),
        by_hand(corrected((1, -2), -1, (1, 2, 1))[3]), -2, -2,
    ),
    Figure(
        "perceptron", 2,
        ("z = 2 + 0 + 2 = 4", "z = 2 + 0 + 2 = 4", "z = 2 + 0 + 2 = 4"),
        by_hand(SECOND[3]), 4, 4,
    ),
    Figure(
        "perceptron", 3,
        ("It stays exactly where it is", "一动不动", "一動也不動"),
        of_trainer(60, hidden_change), 0, 0,
    ),
    Figure(
        "perceptron", 4,
        ("fewer than ten epochs", "不到十轮", "不到十個週期"),
        epochs_until(test_accuracy=0.99, most=100), 1, 9,
    ),
    Figure(
        "perceptron", 4,
        ("fewer than ten epochs", "不到十轮", "不到十個週期"),
        from_seed(0, epochs_until(test_accuracy=0.99, most=100)), 1, 9,
    ),
    Figure(
        "perceptron", 5,
        ("Tanh needs about 30 epochs", "Tanh 大约要 30 轮", "Tanh 大約要 30 個週期"),
        epochs_until(test_accuracy=0.97, most=200), 17, 42,
        {"activation": "tanh"},
    ),
    Figure(
        "perceptron", 5,
        ("ReLU 10 at most", "ReLU 最多 10 轮", "ReLU 最多 10 個"),
        epochs_until(test_accuracy=0.97, most=200), 1, 11,
        {"activation": "relu"},
    ),
    Figure(
        "perceptron", 5,
        ("sigmoid about 90 to 140", "Sigmoid 大约要 90 到 140 轮", "Sigmoid 大約要 90 到 140 個"),
        epochs_until(test_accuracy=0.97, most=400), 80, 155,
        {"activation": "sigmoid"},
    ),
]  # fmt: skip

XOR = [
    Figure(
        "xor", 1,
        ("between 47 and 72%", "在 47% 到 72% 之间", "在 47% 到 72% 之間"),
        after(100, accuracy), 0.45, 0.74,
    ),
    Figure(
        "xor", 2,
        ("It takes only a few epochs", "几轮就够", "幾個週期就夠"),
        epochs_until(test_accuracy=0.97, most=100), 1, 4,
        {"features": ["x1", "x2", "x1_x2"]},
    ),
    Figure(
        "xor", 2,
        ("It learns just as well with x₁x₂ alone", "只留 x₁x₂ 也学得一样好", "只留 x₁x₂ 也學得一樣好"),
        epochs_until(test_accuracy=0.97, most=100), 1, 4,
        {"features": ["x1_x2"]},
    ),
    Figure(
        "xor", 2,
        ("the weights of x₁ and x₂ stay small", "x₁ 和 x₂ 的权重一直很小", "x₁ 和 x₂ 的權重一直很小"),
        of_trainer(10, share_of_others), 0, 0.2,
        {"features": ["x1", "x2", "x1_x2"]},
    ),
    Figure(
        "xor", 3,
        ("No further: the boundary is still one", "不比一个好：分界仍然是一条", "不比一個好：分界仍然是一條"),
        after(100, accuracy), 0.3, 0.75,
    ),
    Figure(
        "xor", 4,
        ("About half. Those that succeed do so soon, within some 30", "三十轮左右就够", "三十個週期左右就夠"),
        XOR_SOLVED, 1, 33,
        times=3, at_most=7,
    ),
    Figure(
        "xor", 4,
        ("more epochs do not help them", "再多训练也没有用", "再多訓練也沒有用"),
        XOR_SOLVED, 34, 200,
        times=0, at_most=1,
    ),
    Figure(
        "xor", 5,
        ("it was about half of the starts", "神经元，大约一半的起点", "神經元，大約一半的起點"),
        XOR_SOLVED, 1, 200,
        {"hidden_layers": [4]}, times=3, at_most=7,
    ),
    Figure(
        "xor", 5,
        ("all ten of ten", "一层里有五六个，十次全都成功", "一層裡有五、六個，十次全都成功"),
        XOR_SOLVED, 1, 200,
        {"hidden_layers": [5]},
    ),
    Figure(
        "xor", 5,
        ("all ten of ten", "一层里有五六个，十次全都成功", "一層裡有五、六個，十次全都成功"),
        XOR_SOLVED, 1, 200,
        {"hidden_layers": [6]},
    ),
]  # fmt: skip

CIRCLE = [
    Figure(
        "circle", 1,
        ("The test loss stays above 0.2", "0.2", "0.2"),
        after(400, loss), 0.2, 1,
    ),
    Figure(
        "circle", 2,
        ("between 220 and 390 epochs", "220 到 390 轮", "220 到 390 個週期"),
        TO_A_TWENTIETH, 210, 400,
    ),
    Figure(
        "circle", 3,
        ("Eight: 50 to 75 epochs", "八个：50 到 75 轮，十个", "八個：50 到 75 個週期，十個"),
        epochs_until(test_loss=0.05, most=200), 47, 80,
        {"hidden_layers": [8]},
    ),
    Figure(
        "circle", 3,
        ("usually do it in 70 epochs", "通常 70 轮就够了", "通常 70 個週期就夠了"),
        epochs_until(test_loss=0.05, most=200), 1, 70,
        {"hidden_layers": [8]}, times=6,
    ),
    Figure(
        "circle", 3,
        ("eight succeeded, after 75 to 210 epochs", "八个，用了 75 到 210 轮", "八個，用了 75 到 210 個週期"),
        TO_A_TWENTIETH, 68, 230,
        times=7, at_most=9,
    ),
    Figure(
        "circle", 4,
        ("at least 97% of the test points right", "97%", "97%"),
        epochs_until(test_accuracy=0.97, most=100), 1, 20,
        {"features": ["x1_squared", "x2_squared"]}, times=8,
    ),
]  # fmt: skip

SLOPES = [
    Figure(
        "activations", 1,
        ("at most 1/4, at z = 0", "最大 1/4，在 z = 0", "最大 1/4，在 z = 0"),
        by_hand(slope("sigmoid")), 0.25, 0.25,
    ),
    Figure(
        "activations", 1,
        ("at most 1, at z = 0", "最大 1，在 z = 0", "最大 1，在 z = 0"),
        by_hand(slope("tanh")), 1, 1,
    ),
    Figure(
        "activations", 1,
        ("1/4 · 1/4 · 1/4 = 1/64", "1/4 · 1/4 · 1/4 = 1/64", "1/4 · 1/4 · 1/4 = 1/64"),
        by_hand(64 * slope("sigmoid") ** 3), 1, 1,
    ),
    Figure(
        "activations", 2,
        ("sigmoid took 220 to 390 epochs", "Sigmoid 用了 220 到 390 轮", "Sigmoid 用了 220 到 390 個週期"),
        TO_A_TWENTIETH, 210, 400,
        {"activation": "sigmoid"},
    ),
    Figure(
        "activations", 2,
        ("tanh about 75 to 210", "Tanh 大约 75 到 210 轮", "Tanh 大約 75 到 210 個"),
        TO_A_TWENTIETH, 68, 230,
        times=7, at_most=9,
    ),
    Figure(
        "activations", 2,
        ("ReLU 35 to 80. But tanh and ReLU got stuck in two", "ReLU 35 到 80 轮", "ReLU 35 到 80 個"),
        epochs_until(test_loss=0.05, most=400), 30, 88,
        {"activation": "relu"}, times=7, at_most=9,
    ),
    Figure(
        "activations", 3,
        ("In nearly every trial not a single point more", "几乎每次都一个点也没有", "幾乎每次都一個點也沒有"),
        MORE_RIGHT, -1, 0,
        times=7,
    ),
    Figure(
        "activations", 3,
        ("never more than a handful", "最多也只多对了几个", "最多也只多對了幾個"),
        MORE_RIGHT, -1, 0.03,
    ),
    Figure(
        "activations", 3,
        ("the circle in some 30 epochs", "大约 30 轮就学会了圆环", "大約 30 個週期就學會了圓環"),
        epochs_until(test_accuracy=0.97, most=200), 17, 42,
        {"learning_rate": 0.03},
    ),
    Figure(
        "activations", 3,
        ("the gradient is 0 or very nearly 0", "梯度等于 0 或几乎为 0", "梯度等於 0 或幾乎為 0"),
        of_trainer(30, arriving), 0, 0.01,
        times=8,
    ),
    Figure(
        "activations", 4,
        ("Three neurons get stuck too often; eight leave room", "八个就宽裕了", "八個就寬裕了"),
        epochs_until(test_loss=0.05, most=200), 1, 60,
        {"hidden_layers": [8], "activation": "relu"},
    ),
]  # fmt: skip

FIGURES = [*NEURON, *PERCEPTRON, *XOR, *CIRCLE, *SLOPES]
