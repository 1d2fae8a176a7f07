"""Built-in tasks for deep networks, normalization, residual connections and handwriting, in each language."""

from typing import TypeAlias

from pydantic import JsonValue

from server.classroom.model.languages import Language

TaskTexts: TypeAlias = tuple[dict[str, JsonValue], dict[Language, tuple[str, str]]]
"""The content of a task, and its title and text in each language."""

DATA_LOCKS: list[JsonValue] = [
    "problem",
    "dataset",
    "classes",
    "points",
    "drawings",
    "noise",
    "train_percent",
]
"""Locks on all settings that determine the points."""

_SIX_LAYERS: dict[str, JsonValue] = {
    "dataset": "circle",
    "hidden_layers": [8] * 6,
    "activation": "sigmoid",
    "learning_rate": 0.1,
}

_REMEDY_LOCKS: list[JsonValue] = [
    *("features", "input_scaling", "hidden_layers", "activation", "layer_activations", "output_activation"),
    *("loss", "optimizer", "initializer", "initial_bias", "schedule", "dropout"),
]
"""Locks on what could make a deep network of points learn, but for normalization and residual connections."""

_DENSE_READER: dict[str, JsonValue] = {
    "problem": "images",
    "layers": [{"kind": "dense", "neurons": 4}],
    "activation": "relu",
    "optimizer": "adam",
    "learning_rate": 0.003,
    "batch_size": 32,
    "train_percent": 80,
    "initializer": "he_uniform",
    "initial_bias": 0,
}

DEEP_TASKS: tuple[TaskTexts, ...] = (
    (
        {
            "config": {"dataset": "circle", "hidden_layers": [4] * 6, "activation": "sigmoid"},
            "locks": [*DATA_LOCKS, "features", "hidden_layers", "activation", "layer_activations"],
            "goal": {"accuracy_at_least": 0.95, "fresh": {"runs": 5, "solved": 3, "epochs": 300}},
            "order": "fewest_epochs",
        },
        {
            "en": (
                "Make six sigmoid layers learn",
                (
                    "Six layers of `sigmoid`, and nothing moves: on its way back through them the gradient "
                    "**vanishes**.\n\n"
                    "- Layers and activation are locked. Make them learn anyway.\n"
                    "- Think about where the weights start, and how each step is computed.\n"
                    "- The fewest epochs win."
                ),
            ),
            "zh-CN": (
                "让六层 sigmoid 学起来",
                (
                    "六层 `sigmoid`，却一动不动：梯度往回穿过各层时**消失**了。\n\n"
                    "- 层数和激活函数已锁定，想办法让它照样学起来。\n"
                    "- 想想权重从哪里开始，每一步又是怎么走的。\n"
                    "- 用的轮数最少者胜出。"
                ),
            ),
            "zh-TW": (
                "讓六層 sigmoid 學起來",
                (
                    "六層 `sigmoid`，卻一動也不動：梯度往回穿過各層時**消失**了。\n\n"
                    "- 層數和激勵函數都鎖住了，想辦法讓它照樣學起來。\n"
                    "- 想想權重從哪裡開始，每一步又是怎麼走的。\n"
                    "- 用的週期最少者獲勝。"
                ),
            ),
        },
    ),
    (
        {
            "config": _SIX_LAYERS,
            "locks": [*DATA_LOCKS, *_REMEDY_LOCKS, "residual"],
            "goal": {"accuracy_at_least": 0.95, "fresh": {"runs": 5, "solved": 4, "epochs": 200}},
            "order": "fewest_epochs",
        },
        {
            "en": (
                "Batch normalization for six layers",
                (
                    "Nearly everything is locked. Under *More* there is **normalization**: batch "
                    "normalization keeps each neuron's sums where sigmoid has a slope.\n\n"
                    "- Train it as it is, and look at the gradients with *Look inside*.\n"
                    "- Which layers need it? Before or after the activation? Which batch size suits it?\n"
                    "- The fewest epochs win."
                ),
            ),
            "zh-CN": (
                "用批归一化救活六层网络",
                (
                    "几乎所有设置都已锁定，只剩“更多”里的**归一化**：批归一化让每个神经元的加权和落在 "
                    "sigmoid 有斜率的地方。\n\n"
                    "- 先不改设置，直接训练，用“看内部”看看各层的梯度。\n"
                    "- 哪些层需要它？放在激活函数之前还是之后？批大小选多少合适？\n"
                    "- 用的轮数最少者胜出。"
                ),
            ),
            "zh-TW": (
                "用批次正規化救活六層網路",
                (
                    "幾乎所有設定都鎖住了，只剩「更多」裡的**正規化**：批次正規化讓每個神經元的加權和落在 "
                    "sigmoid 有斜率的地方。\n\n"
                    "- 先照原來的設定訓練，用「看內部」看看各層的梯度。\n"
                    "- 哪些層需要它？放在激勵函數之前還是之後？批次大小選多少合適？\n"
                    "- 用的週期最少者獲勝。"
                ),
            ),
        },
    ),
    (
        {
            "config": _SIX_LAYERS,
            "locks": [*DATA_LOCKS, *_REMEDY_LOCKS, "normalization"],
            "goal": {"accuracy_at_least": 0.95, "fresh": {"runs": 5, "solved": 4, "epochs": 200}},
            "order": "fewest_epochs",
        },
        {
            "en": (
                "A shortcut through six layers",
                (
                    "Nearly everything is locked. Under *More* there are **residual connections**: they "
                    "add a block's inputs to its outputs, and the gradient takes that way back.\n\n"
                    "- Train it as it is: where does the gradient end? *Look inside* shows it.\n"
                    "- Around each layer, or around blocks of two or three? With which learning rate?\n"
                    "- The fewest epochs win."
                ),
            ),
            "zh-CN": (
                "给六层网络修一条捷径",
                (
                    "几乎所有设置都已锁定，只剩“更多”里的**残差连接**：它把一段网络的输入加到输出上，"
                    "梯度可以沿着它传回去。\n\n"
                    "- 先不改设置，直接训练：梯度传到哪一层就没了？用“看内部”看一看。\n"
                    "- 每层一段，还是每两层、三层一段？学习率用多少？\n"
                    "- 用的轮数最少者胜出。"
                ),
            ),
            "zh-TW": (
                "幫六層網路修一條捷徑",
                (
                    "幾乎所有設定都鎖住了，只剩「更多」裡的**殘差連接**：它把一段網路的輸入加到輸出上，"
                    "梯度可以沿著它傳回去。\n\n"
                    "- 先照原來的設定訓練：梯度傳到哪一層就沒了？用「看內部」看一看。\n"
                    "- 每層一段，還是每兩層、三層一段？學習率用多少？\n"
                    "- 用的週期最少者獲勝。"
                ),
            ),
        },
    ),
    (
        {
            "config": _DENSE_READER,
            "locks": DATA_LOCKS,
            "goal": {"accuracy_at_least": 0.97, "fresh": {"runs": 3, "solved": 2, "epochs": 80}},
            "order": "fewest_weights",
        },
        {
            "en": (
                "Read handwriting with few weights",
                (
                    "Four dense neurons look at 64 pixels, each with a weight for every pixel, and some "
                    "digits stay unread.\n\n"
                    "- Build a network that reads **97%** of the test digits. Click a layer's name to change "
                    "it.\n"
                    "- A *convolution* uses its few weights at every place. What does pooling save?\n"
                    "- Draw a seven, and follow it through the layers. The fewest weights and biases win."
                ),
            ),
            "zh-CN": (
                "用少量权重识别手写数字",
                (
                    "四个全连接神经元看 64 个像素，每个都要给每个像素一个权重，还是有些数字认不出来。\n\n"
                    "- 搭一个能认对 **97%** 测试数字的网络。点按层的名称可以更改它。\n"
                    "- *卷积*在每个位置都用同样的几个权重。池化又能省下什么？\n"
                    "- 写一个 7，看它怎样通过各层。权重和偏置总数最少者胜出。"
                ),
            ),
            "zh-TW": (
                "用少量權重辨識手寫數字",
                (
                    "四個全連接神經元看 64 個像素，每個都要給每個像素一個權重，還是有些數字認不出來。\n\n"
                    "- 搭一個能認對 **97%** 測試數字的網路。點按層的名稱可以更改它。\n"
                    "- *卷積*在每個位置都用同樣的幾個權重。池化又能省下什麼？\n"
                    "- 寫一個 7，看它怎麼通過各層。權重和偏權值的總數最少者獲勝。"
                ),
            ),
        },
    ),
)
