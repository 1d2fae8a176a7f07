"""Why a training does not learn, or hardly: explanations of a loss that stays high.

Each function takes what is known of a training, and the names of the explanations found before it, and
returns one more or None.
"""

from typing import Any

from engine.config_fields import LEARNING_RATES, PENALTY_RATES
from engine.training.course import Course, Diagnosis, Name, lower_rate, with_lower_rates

Found = frozenset[Name]

NONLINEAR_FRACTION = 0.1
"""If the best linear map leaves at least this fraction of the targets unfit, the data ask for more."""


def symmetric(course: Course, _found: Found) -> Diagnosis | None:
    """Find a layer whose neurons have the same weights: they get the same gradients, and stay alike."""
    if not course.symmetric:
        return None
    layer = course.symmetric[0]
    remedy = {"initializer": "xavier_uniform" if course.config.initializer != "xavier_uniform" else "uniform"}
    return Diagnosis("symmetric", layer, {"neurons": float(len(course.layers[layer - 1].dead))}, remedy)


def no_slope(course: Course, _found: Found) -> Diagnosis | None:
    """Find a step function, whose slope is 0 everywhere: no layer up to it gets a gradient."""
    if not course.has_window or not course.train[-1] > 0.1 * course.guessing:
        return None
    flat = [layer.layer for layer in course.hidden if layer.activation == "step"]
    if not flat or any(layer.gradient > 0 for layer in course.layers[: flat[-1]]):
        return None
    return Diagnosis("no_slope", flat[-1], {"gradient": 0.0}, {"activation": "tanh"})


def dead(course: Course, _found: Found) -> Diagnosis | None:
    """Find a layer half of whose neurons are flat at all points: no gradient comes through them any more.

    With as large a learning rate leaky neurons may do no better, so lower rates are tried with them.
    """
    for layer in course.hidden:
        count = sum(layer.dead)
        if layer.activation != "step" and count >= max(1, len(layer.dead) / 2):
            measured = {"dead": float(count), "neurons": float(len(layer.dead))}
            return Diagnosis("dead", layer.layer, measured, _revival(course))
    return None


def _revival(course: Course) -> dict[str, Any]:
    """Return leaky ReLU, with a lower learning rate if that was measured to be needed."""
    leaky: dict[str, Any] = {"activation": "leaky_relu"}
    default = 2 if course.config.learning_rate >= 0.3 else 0
    return course.trials.best(course.loss, with_lower_rates(course, leaky), default)


def strangled(course: Course, _found: Found) -> Diagnosis | None:
    """Find a penalty stronger than what the loss asks for: the network cannot leave guessing.

    Either it pulls the weights of a layer more than the loss pushes them, or all weights have become small,
    and were measured not to without it.
    """
    config = course.config
    l1, l2 = config.penalty
    if not (l1 or l2) or not course.is_stalled or not course.is_high:
        return None
    pull = max(l1 + l2 * layer.weight for layer in course.layers)
    push = max(layer.gradient for layer in course.layers)
    largest = max(layer.weight for layer in course.layers)
    is_stronger = pull > 1.1 * push
    if not is_stronger and largest > 0.05:
        return None
    rate = max((each for each in PENALTY_RATES if each <= config.regularization_rate / 10), default=0.0)
    remedies: list[dict[str, Any]] = [{"regularization_rate": rate}] if rate else []
    remedies.append({"regularization": "none"})
    better = course.trials.first_better(course.loss, remedies)
    if better is None and (course.trials.can_run or not is_stronger):
        return None
    remedy = remedies[0] if better is None else better[0]
    if is_stronger or better is None:
        return Diagnosis("strangled", None, {"penalty": pull, "gradient": push, "weight": largest}, remedy)
    measured = {"weight": largest, "other": better[1].loss, "epochs": float(better[1].epochs)}
    return Diagnosis("strangled", None, measured, remedy)


def slow(course: Course, found: Found) -> Diagnosis | None:
    """Find steps that hardly change the weights, while the loss falls steadily: the rate is too small.

    A larger one is named only if it was measured to help, where that can be.
    """
    if not course.has_window or not course.is_high or found & {"symmetric", "no_slope", "dead", "strangled"}:
        return None
    update = max(layer.relative_update for layer in course.layers)
    steps = course.train[1:] - course.train[:-1]
    steady = float((steps < 0).mean())
    if not 0 < update < 3e-4 or steady < 0.9:
        return None
    rate = course.config.learning_rate
    rates = [each for each in LEARNING_RATES if each >= 2.9 * rate and each <= 0.1]
    if not rates:
        return None
    better = course.trials.first_better(course.loss, [{"learning_rate": each} for each in rates[::-2]])
    if better is None and course.trials.can_run:
        return None
    remedy = {"learning_rate": rates[min(1, len(rates) - 1)]} if better is None else better[0]
    return Diagnosis("slow", None, {"update": update, "steady": steady}, remedy)


def linear(course: Course, found: Found) -> Diagnosis | None:
    """Find layers without a bend on data that no linear map fits: all of them are together one linear map."""
    if not course.is_linear or not course.is_stalled or not course.train[-1] > 0.2 * course.guessing:
        return None
    if found & {"bouncing", "symmetric", "strangled", "slow"}:
        return None
    fit = course.linear_fit()
    if fit.left < NONLINEAR_FRACTION:
        return None
    layers = {} if course.hidden else {"hidden_layers": (8,)}
    remedies: list[dict[str, Any]] = [{"activation": name, **layers} for name in ("tanh", "relu")]
    better = course.trials.first_better(course.loss, remedies)
    if better is None and course.trials.can_run:
        return None
    return Diagnosis("linear", None, {fit.measure: fit.left}, remedies[0] if better is None else better[0])


def no_gradient(course: Course, found: Found) -> Diagnosis | None:
    """Find that no layer gets a gradient though the loss is high: the output is where it is flat."""
    largest = max(layer.gradient for layer in course.layers)
    if not course.is_stalled or not course.is_high or largest > 1e-4 or course.layers[-1].delta > 0.05:
        return None
    if found & {"symmetric", "no_slope", "dead", "strangled"}:
        return None
    remedy: dict[str, Any] = {"learning_rate": lower_rate(course.config.learning_rate, 3)}
    if course.config.problem == "classification" and course.config.loss == "squared_error":
        remedy |= {"output_activation": "sigmoid", "loss": "cross_entropy"}
    return Diagnosis("no_gradient", None, {"gradient": largest, "train": float(course.train[-1])}, remedy)


def vanishing(course: Course, found: Found) -> Diagnosis | None:
    """Find a gradient that has all but vanished on its way back to the first layer, which hardly changes."""
    if not course.is_stalled or not course.is_high or len(course.hidden) < 2:
        return None
    first, last = course.layers[0], course.layers[-1]
    if not last.delta > 30 * first.delta > 0 or not last.gradient > 10 * first.gradient:
        return None
    if first.relative_update > 0.1 * max(layer.relative_update for layer in course.layers[1:]):
        return None
    if found & {"symmetric", "no_slope", "strangled", "slow", "linear"}:
        return None
    if any(all(layer.dead) for layer in course.hidden):
        return None
    if course.is_linear and course.linear_fit().left >= NONLINEAR_FRACTION:
        return None  # with all gradients it could not learn more
    return Diagnosis("vanishing", 1, {"first": first.delta, "last": last.delta}, {"activation": "relu"})


def saturated(course: Course, _found: Found) -> Diagnosis | None:
    """Find a layer nearly all of whose neurons are where their activation is flat."""
    if not course.has_window or not course.is_high or course.fall > 0.1:
        return None
    for layer in course.hidden:
        if layer.activation in ("sigmoid", "tanh") and layer.saturated > 0.9:
            begun_anew = {"input_scaling": "standardized", "initializer": "xavier_uniform"}
            remedy = course.trials.best(course.loss, with_lower_rates(course, begun_anew))
            return Diagnosis("saturated", layer.layer, {"saturated": layer.saturated}, remedy)
    return None


def underfitting(course: Course, found: Found) -> Diagnosis | None:
    """Find a loss that no longer falls, though gradients arrive in every layer: the network is too small.

    It is said only if a larger network of that kind was measured to do much better in as many epochs.
    """
    if not course.is_long or abs(course.fall_of_half) > 0.02 or not course.train[-1] > 0.2 * course.guessing:
        return None
    if found - {"unseen_class", "untested_class", "overfitting"} or course.config.layers or course.is_linear:
        return None
    if any(not layer.gradient > 0 for layer in course.layers):
        return None
    sizes = course.config.hidden_layers
    wider = tuple(max(size, min(size + 4, 8)) for size in sizes)
    larger = [wider] if wider != sizes else []
    remedies: list[dict[str, Any]] = [{"hidden_layers": each} for each in (*larger, (*wider, 8))]
    better = course.trials.first_better(course.loss, remedies)
    if better is None:
        return None
    remedy, trial = better
    measured = {"train": float(course.train[-1]), "other": trial.loss, "epochs": float(trial.epochs)}
    return Diagnosis("underfitting", None, measured, remedy)
