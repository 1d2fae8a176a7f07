"""Following a lesson: which step a training is at, and how far it is; REST and websocket say the same."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from server.protocol.client_message import ClientMessage
from server.protocol.strict_model import StrictModel

MAX_LESSON_NAME = 80
MAX_STEP_NUMBER = 1000


class CheckPart(StrictModel):
    """The progress towards one condition of a check."""

    kind: str = Field(
        description="The name of the condition; of settings, `settings`.", examples=["test_loss_at_most"]
    )
    setting: str | None = Field(None, description="The setting of a condition for one.", examples=["noise"])
    wanted: JsonValue = Field(description="What the check asks for.", examples=[0.05])
    value: JsonValue = Field(description="The current value; null: unknown.", examples=[0.31])
    met: bool = Field(description="Whether the value meets the condition.", examples=[False])


class CheckProgress(StrictModel):
    """The progress of a training towards a check."""

    reached: bool = Field(description="Whether all conditions are met now.", examples=[False])
    parts: list[CheckPart] = Field(description="Each condition.")


class StepProgress(StrictModel):
    """The progress of a training in a step of a lesson, as the server has it."""

    lesson: str = Field(description="The lesson's name.", examples=["neuron"])
    step: int = Field(description="The step's number, from 1.", examples=[1])
    reached: bool = Field(description="Whether all checks of the step are reached now.", examples=[False])
    checks: list[CheckProgress] = Field(description="Each check, in order.")
    measured: dict[str, float | None] = Field(
        description="What predictions are compared with, by the names of their `measure`; null: unknown. "
        "Once checks are reached, `epochs` are those until the test loss was as low as they ask for.",
        examples=[{"epochs": 40, "test_accuracy": 0.996}],
    )


class FollowLesson(ClientMessage):
    """Go to a step of a lesson. The reply is `lesson`.

    While the training is at the step, settings that the step locks cannot be changed. With `begin`, the
    step's set-up or changes are applied, too; with `restart` besides, training begins anew even if the step
    has no set-up, with the settings that earlier steps would have set. `lesson` null leaves the lesson, and
    its locks. A learner whose class has a lesson as its task can neither leave it nor go to another one:
    `locked`.
    """

    type: Literal["follow_lesson"] = "follow_lesson"
    lesson: Annotated[str, Field(max_length=MAX_LESSON_NAME)] | None
    step: Annotated[int, Field(ge=1, le=MAX_STEP_NUMBER)] = 1
    begin: bool = True
    restart: bool = False


class CheckLesson(ClientMessage):
    """Ask how far the training is in the step that it is at. The reply is `lesson`."""

    type: Literal["check_lesson"] = "check_lesson"


class LessonReport(StrictModel):
    """The step that the training is at, and how far it is. `progress` is null where it follows no lesson."""

    type: Literal["lesson"] = "lesson"
    progress: StepProgress | None
    ref: int | None = None
