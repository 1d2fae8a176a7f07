"""The built-in tasks, in each language.

Each goal can be reached, but not by training with the task's settings unchanged.
"""

from functools import cache

from pydantic import JsonValue

from engine.config import TrainingConfig
from engine.data.images import are_available
from server.classroom.model.deep_tasks import DATA_LOCKS, DEEP_TASKS, TaskTexts
from server.classroom.model.languages import Language
from server.classroom.model.task import Task

_ALL_BUT_THE_RATE: list[JsonValue] = [
    name for name in TrainingConfig.model_fields if name not in {"learning_rate", "data_seed", "weights_seed"}
]

_ALL_INPUTS: list[JsonValue] = [
    *("x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2"),
]

_FRESH_RUNS: dict[str, JsonValue] = {"runs": 10, "solved": 8, "epochs": 300}

_TASKS: tuple[TaskTexts, ...] = (
    (
        {
            "config": {"dataset": "circle", "hidden_layers": [2]},
            "locks": [*DATA_LOCKS, "features"],
            "goal": {"test_loss_at_most": 0.05, "fresh": _FRESH_RUNS},
            "order": "fewest_weights",
        },
        {
            "en": (
                "Two neurons cannot close the circle",
                (
                    "Each hidden neuron draws **one line** through the plane.\n\n"
                    "- Train it as it is. What does the network make of the circle, and why?\n"
                    "- Change the network until it closes the circle.\n"
                    "- Hand in the *smallest* one that does."
                ),
            ),
            "zh-CN": (
                "两个神经元围不成圆",
                (
                    "每个隐藏神经元在平面上画**一条线**。\n\n"
                    "- 先不改设置，直接训练。网络把圆环学成了什么样？为什么？\n"
                    "- 修改网络，直到它能把圆围起来。\n"
                    "- 提交能做到这一点的*最小*网络。"
                ),
            ),
            "zh-TW": (
                "兩個神經元圍不成圓",
                (
                    "每個隱藏神經元在平面上畫出**一條線**。\n\n"
                    "- 先照原來的設定訓練。網路把圓環學成什麼樣子？為什麼？\n"
                    "- 修改網路，直到它能把圓圍起來。\n"
                    "- 繳交做得到的*最小*網路。"
                ),
            ),
        },
    ),
    (
        {
            "config": {"dataset": "xor", "hidden_layers": [2]},
            "locks": DATA_LOCKS,
            "goal": {"test_loss_at_most": 0.05, "fresh": _FRESH_RUNS},
            "order": "fewest_weights",
        },
        {
            "en": (
                "XOR with the fewest weights",
                (
                    "Opposite quadrants belong to the same class: no single line separates them.\n\n"
                    "- How many hidden neurons does it take to be *sure*, not just lucky?\n"
                    "- There is more than one way to make it easy. Look at the **inputs**, too.\n"
                    "- The fewest weights and biases win."
                ),
            ),
            "zh-CN": (
                "用最少的权重学会异或",
                (
                    "对角的两块属于同一类，一条直线分不开它们。\n\n"
                    "- 要*稳稳*学会、而不是碰运气，需要几个隐藏神经元？\n"
                    "- 让问题变简单的办法不止一种，也看看**输入**。\n"
                    "- 权重和偏置总数最少者胜出。"
                ),
            ),
            "zh-TW": (
                "用最少的權重學會 XOR",
                (
                    "對角的兩塊屬於同一類，沒有一條直線能把它們分開。\n\n"
                    "- 要*穩穩*學會，而不是碰運氣，需要幾個隱藏神經元？\n"
                    "- 讓問題變簡單的方法不只一種，也看看**輸入特徵**。\n"
                    "- 權重和偏權值的總數最少者獲勝。"
                ),
            ),
        },
    ),
    (
        {
            "config": {"dataset": "spiral", "hidden_layers": [4, 4]},
            "locks": [*DATA_LOCKS, "features"],
            "goal": {
                "test_loss_at_most": 0.1,
                "only_features": ["x1", "x2"],
                "fresh": {"runs": 5, "solved": 4, "epochs": 500},
            },
            "order": "fewest_epochs",
        },
        {
            "en": (
                "The spiral with x1 and x2 only",
                (
                    "Squares, products and sines are locked: the network must find the turns itself.\n\n"
                    "- Which matters more here: width, depth, the activation, or the optimizer?\n"
                    "- The server tries your settings from other seeds: what works once may be luck.\n"
                    "- The fewest epochs win."
                ),
            ),
            "zh-CN": (
                "只用 x1 和 x2 学会螺旋",
                (
                    "平方、乘积和正弦输入都已锁定，网络得自己找出螺旋的弯。\n\n"
                    "- 这里哪一样更重要：宽度、深度、激活函数，还是优化器？\n"
                    "- 服务器会换别的随机种子试你的设置：成功一次也许只是运气。\n"
                    "- 用的轮数最少者胜出。"
                ),
            ),
            "zh-TW": (
                "只用 x1 和 x2 學會螺旋",
                (
                    "平方、乘積和正弦輸入都鎖住了，網路得自己找出螺旋的彎。\n\n"
                    "- 這裡哪一樣比較重要：寬度、深度、激勵函數，還是最佳化器？\n"
                    "- 伺服器會換別的種子試你的設定：成功一次可能只是運氣。\n"
                    "- 用的週期最少者獲勝。"
                ),
            ),
        },
    ),
    (
        {
            "config": {
                "dataset": "circle",
                "noise": 50,
                "train_percent": 10,
                "features": _ALL_INPUTS,
                "hidden_layers": [8, 8],
                "learning_rate": 0.1,
                "data_seed": 35,
            },
            "locks": [*DATA_LOCKS, "features", "hidden_layers", "data_seed", "weights"],
            "goal": {"test_loss_at_most": 0.37},
            "order": "lowest_test_loss",
        },
        {
            "en": (
                "Tame an overfitting network",
                (
                    "Few points, much noise, and a network large enough to **memorize** all of it.\n\n"
                    "- Train, and watch where the test loss diverges from the training loss.\n"
                    "- The network and its inputs stay. What else keeps it from learning the noise?\n"
                    "- The lowest score on the test points wins."
                ),
            ),
            "zh-CN": (
                "治一治过拟合的网络",
                (
                    "数据点少、噪声大，网络又大得能把它们全部**背下来**。\n\n"
                    "- 训练，观察测试损失从哪里开始与训练损失分开。\n"
                    "- 网络和输入不能改。还有什么办法能让它不去学噪声？\n"
                    "- 测试点上误差分最低者胜出。"
                ),
            ),
            "zh-TW": (
                "讓過度擬合的網路冷靜下來",
                (
                    "資料點少、雜訊大，網路又大得能把它們全部**背起來**。\n\n"
                    "- 訓練看看，觀察測試損失從哪裡開始和訓練損失分開。\n"
                    "- 網路和輸入不能改。還有什麼方法能讓它不去學雜訊？\n"
                    "- 測試資料的誤差分數最低者獲勝。"
                ),
            ),
        },
    ),
    (
        {
            "config": {"dataset": "circle", "hidden_layers": [6], "learning_rate": 0.003},
            "locks": _ALL_BUT_THE_RATE,
            "goal": {
                "test_loss_at_most": 0.05,
                "within_epochs": 30,
                "fresh": {"runs": 10, "solved": 9, "epochs": 30},
            },
            "order": "fewest_epochs",
        },
        {
            "en": (
                "The largest learning rate that still works",
                (
                    "Only the **learning rate** can be changed.\n\n"
                    "- Too small, and 30 epochs are not enough. Too large, and the loss jumps up and down.\n"
                    "- Find the largest one that works *every time*: the server tries it ten times.\n"
                    "- After a change press *Reset*, so that epochs count from 0. The fewest epochs win."
                ),
            ),
            "zh-CN": (
                "还能用的最大学习率",
                (
                    "只有**学习率**可以改。\n\n"
                    "- 太小，30 轮不够用；太大，损失就会来回震荡。\n"
                    "- 找出*每次*都行的最大学习率：服务器会试十次。\n"
                    "- 改完后按*重置*，让轮数从 0 算起。轮数最少者胜出。"
                ),
            ),
            "zh-TW": (
                "還能用的最大學習率",
                (
                    "只有**學習率**可以改。\n\n"
                    "- 太小，30 個週期不夠用；太大，損失會忽上忽下。\n"
                    "- 找出*每次*都成功的最大學習率：伺服器會試十次。\n"
                    "- 改完之後按*重設*，讓週期從 0 算起。週期最少者獲勝。"
                ),
            ),
        },
    ),
    *DEEP_TASKS,
)


@cache
def builtin_tasks(language: Language) -> list[Task]:
    """Return the built-in tasks in a language, with those for whose data this server lacks a package."""
    tasks = []
    for content, words in _TASKS:
        title, text = words[language]
        tasks.append(Task.model_validate({**content, "title": title, "text": text}))
    return tasks


def available_tasks(language: Language) -> list[Task]:
    """Return the built-in tasks in a language that can be trained on this server."""
    tasks = builtin_tasks(language)
    return [task for task in tasks if task.config.get("problem") != "images" or are_available()]


@cache
def _positions() -> dict[tuple[str, str], int]:
    """Return the places of tasks in `_TASKS` by title and text, in any language."""
    return {texts: place for place, (_, words) in enumerate(_TASKS) for texts in words.values()}


def translate(task: Task, language: Language) -> Task:
    """Return a task with title and text in a language if they are those of a built-in task; else as it is."""
    place = _positions().get((task.title, task.text))
    if place is None:
        return task
    title, text = _TASKS[place][1][language]
    return task.model_copy(update={"title": title, "text": text})
