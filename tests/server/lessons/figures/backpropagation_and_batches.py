"""Figures of the lessons on backpropagation and batches."""

from tests.server.lessons.figures.first_measures import (
    accuracy_after_one_step,
    by_hand,
    chain,
    delta_without_influence,
    extreme_output,
    from_seed,
    loss,
    of_point,
    times,
)
from tests.server.lessons.figures.measures import Figure, after, epochs_until, of_trainer

BACKPROPAGATION = [
    Figure(
        "backpropagation", 1,
        ("w₁ = 1 − 0.01 · 12 = 0.88", "w₁ = 1 − 0.01 · 12 = 0.88", "w₁ = 1 − 0.01 · 12 = 0.88"),
        by_hand(chain("first")), 0.8799, 0.8801,
    ),
    Figure(
        "backpropagation", 1,
        ("w₂ = 3 − 0.01 · 4 = 2.96", "w₂ = 3 − 0.01 · 4 = 2.96", "w₂ = 3 − 0.01 · 4 = 2.96"),
        by_hand(chain("second")), 2.9599, 2.9601,
    ),
    Figure(
        "backpropagation", 1,
        ("y ≈ 5.21", "y ≈ 5.21", "y ≈ 5.21"),
        by_hand(chain("output")), 5.205, 5.215,
    ),
    Figure(
        "backpropagation", 1,
        ("the loss ≈ 0.73", "损失 ≈ 0.73", "損失 ≈ 0.73"),
        by_hand(chain("loss")), 0.725, 0.735,
    ),
    Figure(
        "backpropagation", 2,
        ("the weights 0.101 and −0.275", "权重是 0.101 和 −0.275", "權重是 0.101 和 −0.275"),
        of_point(lambda step: step.network.parameters[1]), 0.1, 0.102,
    ),
    Figure(
        "backpropagation", 2,
        ("the weights 0.101 and −0.275", "权重是 0.101 和 −0.275", "權重是 0.101 和 −0.275"),
        of_point(lambda step: step.network.parameters[3]), -0.276, -0.274,
    ),
    Figure(
        "backpropagation", 2,
        ("(−2.646, −2.732)", "(−2.646, −2.732)", "(−2.646, −2.732)"),
        of_point(lambda step: step.inputs[0, 0]), -2.647, -2.645,
    ),
    Figure(
        "backpropagation", 2,
        ("(−2.646, −2.732)", "(−2.646, −2.732)", "(−2.646, −2.732)"),
        of_point(lambda step: step.inputs[0, 1]), -2.733, -2.731,
    ),
    Figure(
        "backpropagation", 2,
        ("≈ 0.58", "≈ 0.58", "≈ 0.58"),
        of_point(lambda step: step.forward.values[1][0, 1]), 0.575, 0.585,
    ),
    Figure(
        "backpropagation", 2,
        ("tanh(0.58) ≈ 0.53", "tanh(0.58) ≈ 0.53", "tanh(0.58) ≈ 0.53"),
        of_point(lambda step: step.forward.values[2][0, 1]), 0.525, 0.535,
    ),
    Figure(
        "backpropagation", 2,
        ("The output is about 0.02", "输出大约是 0.02", "輸出大約是 0.02"),
        of_point(lambda step: step.forward.output[0, 0]), 0.015, 0.025,
    ),
    Figure(
        "backpropagation", 2,
        ("lie between −0.03 and 0.24", "在 −0.03 和 0.24 之间", "在 −0.03 和 0.24 之間"),
        extreme_output(min), -0.035, -0.025,
    ),
    Figure(
        "backpropagation", 2,
        ("lie between −0.03 and 0.24", "在 −0.03 和 0.24 之间", "在 −0.03 和 0.24 之間"),
        extreme_output(max), 0.235, 0.245,
    ),
    Figure(
        "backpropagation", 3,
        ("deltas of about 0.06 and −0.22", "大约是 0.06 和 −0.22", "大約是 0.06 和 −0.22"),
        of_point(lambda step: step.value_gradients[0][0, 0]), 0.055, 0.065,
    ),
    Figure(
        "backpropagation", 3,
        ("deltas of about 0.06 and −0.22", "大约是 0.06 和 −0.22", "大約是 0.06 和 −0.22"),
        of_point(lambda step: step.value_gradients[0][0, 1]), -0.225, -0.215,
    ),
    Figure(
        "backpropagation", 3,
        ("1.02 · 0.113 · 0.51", "1.02 · 0.113 · 0.51", "1.02 · 0.113 · 0.51"),
        of_point(lambda step: step.value_gradients[2][0, 0]), 1.015, 1.025,
    ),
    Figure(
        "backpropagation", 3,
        ("1.02 · 0.113 · 0.51", "1.02 · 0.113 · 0.51", "1.02 · 0.113 · 0.51"),
        of_point(lambda step: step.network.parameters[6]), 0.1125, 0.1135,
    ),
    Figure(
        "backpropagation", 3,
        ("1 − 0.697² ≈ 0.51", "1 − 0.697² ≈ 0.51", "1 − 0.697² ≈ 0.51"),
        of_point(lambda step: 1 - step.forward.values[2][0, 0] ** 2), 0.505, 0.515,
    ),
    Figure(
        "backpropagation", 3,
        ("It becomes 0: what arrives from behind", "变成 0：从后面传来的", "變成 0：從後面傳來的"),
        from_seed(1, delta_without_influence), 0, 0,
    ),
    Figure(
        "backpropagation", 4,
        ("is 0.525 now", "现在的损失是 0.525", "現在的損失是 0.525"),
        of_point(lambda step: step.losses[0]), 0.5245, 0.5255,
    ),
    Figure(
        "backpropagation", 4,
        ("About 0.3: the output goes", "大约 0.3", "大約 0.3"),
        of_point(lambda step: step.losses_after[0]), 0.295, 0.305,
    ),
    Figure(
        "backpropagation", 4,
        ("from 0.02 to −0.22", "从 0.02 变成 −0.22", "從 0.02 變成 −0.22"),
        of_point(lambda step: step.outputs_after[0, 0]), -0.225, -0.215,
    ),
    Figure(
        "backpropagation", 4,
        ("All nine weights and biases", "九个权重和偏置", "九個權重和偏權值"),
        of_point(lambda step: len(step.gradient)), 9, 9,
    ),
    Figure(
        "backpropagation", 4,
        ("by −0.102", "变了 −0.102", "變了 −0.102"),
        of_point(lambda step: step.after.parameters[8] - step.before.parameters[8]), -0.103, -0.1015,
    ),
    Figure(
        "backpropagation", 5,
        ("After the very first step nearly all", "走完第一步，几乎所有的点", "走完第一步，幾乎所有的點"),
        from_seed(1, accuracy_after_one_step), 0.95, 0.999,
    ),
    Figure(
        "backpropagation", 5,
        ("one epoch is complete and the test loss is at most 0.01", "0.01", "0.01"),
        from_seed(1, after(1, loss)), 0, 0.01,
    ),
]  # fmt: skip

BATCHES = [
    Figure(
        "batches", 1,
        ("It has hardly begun: 100 epochs", "几乎还没动：在这里 100 轮", "幾乎還沒動：在這裡 100 個週期"),
        after(100, loss), 0.45, 0.55,
    ),
    Figure(
        "batches", 1,
        ("learns the circle in 35 to 100 epochs", "35 到 100 轮学会圆环", "35 到 100 個週期學會圓環"),
        epochs_until(test_loss=0.1, most=300), 31, 110,
        {"batch_size": 10},
    ),
    Figure(
        "batches", 1,
        ("they are 2,500", "是 2500 步", "是 2500 步"),
        of_trainer(1, lambda trainer: 100 * trainer.counts.steps), 2500, 2500,
        {"batch_size": 10},
    ),
    Figure(
        "batches", 2,
        ("5 to 14 in our ten trials", "用了 5 到 14 轮", "用了 5 到 14 個週期"),
        epochs_until(test_loss=0.1, most=50), 4, 15,
    ),
    Figure(
        "batches", 2,
        ("batch size 250 took 850 to 2,550", "250 用了 850 到 2550 轮", "250 用了 850 到 2550 個週期"),
        epochs_until(test_loss=0.1, most=4000), 760, 2800,
        {"batch_size": 250},
    ),
    Figure(
        "batches", 2,
        ("so about 900 to 2,500", "大约是 900 到 2500 步", "大約是 900 到 2500 步"),
        times(25, epochs_until(test_loss=0.1, most=300)), 800, 2750,
        {"batch_size": 10},
    ),
    Figure(
        "batches", 2,
        ("so about 1,300 to 3,500", "大约是 1300 到 3500 步", "大約是 1300 到 3500 步"),
        times(250, epochs_until(test_loss=0.1, most=50)), 1170, 3850,
    ),
    Figure(
        "batches", 3,
        ("in none of ten trials", "没有一次降到 0.1", "沒有一次降到 0.1"),
        epochs_until(test_loss=0.1, most=40), 0, 40,
        times=0, at_most=0,
    ),
    Figure(
        "batches", 3,
        ("With a batch size of 10 that is the quickest rate", "这个学习率最快", "這個學習率最快"),
        epochs_until(test_loss=0.1, most=100), 1, 20,
        {"batch_size": 10},
    ),
    Figure(
        "batches", 4,
        ("90 to 270 epochs with 0.3", "取 0.3 要 90 到 270 轮", "用 0.3 要 90 到 270 個週期"),
        epochs_until(test_loss=0.1, most=600), 77, 300,
        {"learning_rate": 0.3},
    ),
    Figure(
        "batches", 4,
        ("30 to 140 with 1", "取 1 要 30 到 140 轮", "用 1 要 30 到 140 個"),
        epochs_until(test_loss=0.1, most=400), 26, 154,
        {"learning_rate": 1},
    ),
    Figure(
        "batches", 4,
        ("With 3 it gets there from most starts", "多数起点还能成功，但", "多數起點還能成功，但"),
        epochs_until(test_loss=0.1, most=400), 1, 400,
        {"learning_rate": 3}, times=6, at_most=9,
    ),
    Figure(
        "batches", 4,
        ("Batch size 10 with a learning rate of 0.1", "批大小 10，学习率 0.1", "批次大小 10，學習率 0.1"),
        epochs_until(test_loss=0.05, most=100), 1, 40,
        {"batch_size": 10, "learning_rate": 0.1}, times=9,
    ),
]  # fmt: skip

FIGURES = [*BACKPROPAGATION, *BATCHES]
