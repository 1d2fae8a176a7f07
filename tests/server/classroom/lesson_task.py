"""A lesson of three steps as the task of a room, and a learner whose program follows it."""

import csv
import io
from typing import Any

from tests.server.classroom.lesson import Learner, Lesson, Teacher

Json = dict[str, Any]

THREE = """+++
title = "Three steps"
summary = "Train a little."
+++

## Begin

Train.

```step
setup = { dataset = "xor", hidden_layers = [4], data_seed = 1, weights_seed = 1 }
lock = ["dataset", "weights"]
reason = "XOR it is."
```

```check
text = "Train for two epochs."
epochs_at_least = 2
```

```check
text = "Train for four."
epochs_at_least = 4
```

## Look

Nothing to do here.

## End

Train on.

```step
lock = ["dataset", "weights"]
```

```check
text = "Train for six."
epochs_at_least = 6
```
"""

CHINESE = """+++
title = "三步"
summary = "训练一下。"
+++

## 开始

训练。

```step
reason = "就用 XOR。"
```

```check
text = "训练两轮。"
```

```check
text = "训练四轮。"
```

## 看

这里不用做什么。

## 结束

继续训练。

```check
text = "训练六轮。"
```
"""


class Pupil:
    """A learner whose program follows the lesson."""

    def __init__(self, learner: Learner, state: Json, name: str) -> None:
        self.learner, self.name = learner, name
        self.path = f"sessions/{state['session']}"
        self.headers = {"X-Session-Key": state["session_key"]}

    async def call(self, method: str, path: str, *, expect: int = 200, **options: Any) -> Any:
        url = self.path + path
        answer = await self.learner.client.request(method, url, headers=self.headers, **options)
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else None

    async def go_to(self, step: int, *, begin: bool = False) -> Json:
        body = {"lesson": self.name, "step": step, "begin": begin}
        progress: Json = await self.call("PUT", "/lesson", json=body)
        return progress

    async def train(self, epochs: int) -> Json:
        """Train, and have the server check the step, as the page does while it is open."""
        await self.call("POST", "/train", json={"epochs": epochs, "wait": 20})
        progress: Json = await self.call("GET", "/lesson")
        return progress

    async def progress(self) -> Json:
        found: Json = (await self.learner.state())["lesson"]
        return found


async def assigned(school: Lesson, **task: Any) -> tuple[Teacher, Pupil]:
    """Return a teacher who has given the lesson as a task, and a learner who has done nothing yet."""
    teacher, ada = await school.teacher(), school.learner()
    await ada.join(teacher.code, "Ada")
    texts = {"en": THREE, "zh-CN": CHINESE}
    name = (await teacher.call("PUT", "/lessons/three", json={"texts": texts}))["lesson"]["name"]
    await teacher.call("PUT", "/task", json={"title": "Three steps", "lesson": name, **task})
    return teacher, Pupil(ada, await ada.state(), name)


async def results(teacher: Teacher) -> tuple[Json, dict[str, str]]:
    """Return the only result as JSON, and as the row of the table."""
    (found,) = await teacher.call("GET", "/results")
    answer = await teacher.client.get(f"{teacher.path}/results.csv", headers=teacher.headers)
    (row,) = csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))
    return found, row
