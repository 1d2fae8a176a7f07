"""Explanations of a training that does not learn, or hardly: of a loss that stays high.

Each function gets the facts about a training and the names of the explanations found before, and returns a
further explanation or None.
"""

from typing import Any

from engine.config_fields import LEARNING_RATES, PENALTY_RATES
from engine.training.training_facts import Diagnosis, Name, TrainingFacts, lower_rate, with_lower_rates

Found = frozenset[Name]

NONLINEAR_FRACTION = 0.1
"""If the best linear map leaves at least this fraction of the targets unfit, the data ask for more."""


def symmetric(facts: TrainingFacts, _found: Found) -> Diagnosis | None:
    """Find a layer whose neurons have the same weights: they get the same gradients, and stay alike."""
    if not facts.symmetric:
        return None
    layer = facts.symmetric[0]
    remedy = {"initializer": "xavier_uniform" if facts.config.initializer != "xavier_uniform" else "uniform"}
    return Diagnosis("symmetric", layer, {"neurons": float(len(facts.layers[layer - 1].dead))}, remedy)


def no_slope(facts: TrainingFacts, _found: Found) -> Diagnosis | None:
    """Find a step function, whose slope is 0 everywhere: no layer up to it gets a gradient."""
    if not facts.has_window or not facts.train[-1] > 0.1 * facts.guessing:
        return None
    flat = [layer.layer for layer in facts.hidden if layer.activation == "step"]
    if not flat or any(layer.gradient > 0 for layer in facts.layers[: flat[-1]]):
        return None
    return Diagnosis("no_slope", flat[-1], {"gradient": 0.0}, {"activation": "tanh"})


def dead(facts: TrainingFacts, _found: Found) -> Diagnosis | None:
    """Find a layer half of whose neurons are flat at all points: no gradient comes through them any more.

    With as large a learning rate leaky neurons may do no better, so lower rates are tried with them.
    """
    for layer in facts.hidden:
        count = sum(layer.dead)
        if layer.activation != "step" and count >= max(1, len(layer.dead) / 2):
            measured = {"dead": float(count), "neurons": float(len(layer.dead))}
            return Diagnosis("dead", layer.layer, measured, _revival(facts))
    return None


def _revival(facts: TrainingFacts) -> dict[str, Any]:
    """Return leaky ReLU, with a lower learning rate if that was measured to be needed."""
    leaky: dict[str, Any] = {"activation": "leaky_relu"}
    default = 2 if facts.config.learning_rate >= 0.3 else 0
    return facts.trials.best(facts.loss, with_lower_rates(facts, leaky), default)


def strangled(facts: TrainingFacts, _found: Found) -> Diagnosis | None:
    """Find a penalty stronger than what the loss asks for: the network cannot leave guessing.

    Either it pulls the weights of a layer more than the loss pushes them, or all weights have become small,
    and were measured not to without it.
    """
    config = facts.config
    l1, l2 = config.penalty
    if not (l1 or l2) or not facts.is_stalled or not facts.is_high:
        return None
    pull = max(l1 + l2 * layer.weight for layer in facts.layers)
    push = max(layer.gradient for layer in facts.layers)
    largest = max(layer.weight for layer in facts.layers)
    is_stronger = pull > 1.1 * push
    if not is_stronger and largest > 0.05:
        return None
    rate = max((each for each in PENALTY_RATES if each <= config.regularization_rate / 10), default=0.0)
    remedies: list[dict[str, Any]] = [{"regularization_rate": rate}] if rate else []
    remedies.append({"regularization": "none"})
    better = facts.trials.first_better(facts.loss, remedies)
    if better is None and (facts.trials.can_run or not is_stronger):
        return None
    remedy = remedies[0] if better is None else better[0]
    if is_stronger or better is None:
        return Diagnosis("strangled", None, {"penalty": pull, "gradient": push, "weight": largest}, remedy)
    measured = {"weight": largest, "other": better[1].loss, "epochs": float(better[1].epochs)}
    return Diagnosis("strangled", None, measured, remedy)


def slow(facts: TrainingFacts, found: Found) -> Diagnosis | None:
    """Find steps that hardly change the weights, while the loss falls steadily: the rate is too small.

    A larger one is named only if it was measured to help, where that can be.
    """
    if not facts.has_window or not facts.is_high or found & {"symmetric", "no_slope", "dead", "strangled"}:
        return None
    update = max(layer.relative_update for layer in facts.layers)
    steps = facts.train[1:] - facts.train[:-1]
    steady = float((steps < 0).mean())
    if not 0 < update < 3e-4 or steady < 0.9:
        return None
    rate = facts.config.learning_rate
    rates = [each for each in LEARNING_RATES if each >= 2.9 * rate and each <= 0.1]
    if not rates:
        return None
    better = facts.trials.first_better(facts.loss, [{"learning_rate": each} for each in rates[::-2]])
    if better is None and facts.trials.can_run:
        return None
    remedy = {"learning_rate": rates[min(1, len(rates) - 1)]} if better is None else better[0]
    return Diagnosis("slow", None, {"update": update, "steady": steady}, remedy)


def linear(facts: TrainingFacts, found: Found) -> Diagnosis | None:
    """Find layers without a bend on data that no linear map fits: all of them are together one linear map."""
    if not facts.is_linear or not facts.is_stalled or not facts.train[-1] > 0.2 * facts.guessing:
        return None
    if found & {"bouncing", "symmetric", "strangled", "slow"}:
        return None
    fit = facts.linear_fit()
    if fit.left < NONLINEAR_FRACTION:
        return None
    layers = {} if facts.hidden else {"hidden_layers": (8,)}
    remedies: list[dict[str, Any]] = [{"activation": name, **layers} for name in ("tanh", "relu")]
    better = facts.trials.first_better(facts.loss, remedies)
    if better is None and facts.trials.can_run:
        return None
    return Diagnosis("linear", None, {fit.measure: fit.left}, remedies[0] if better is None else better[0])


def no_gradient(facts: TrainingFacts, found: Found) -> Diagnosis | None:
    """Find that no layer gets a gradient though the loss is high: the output is where it is flat."""
    largest = max(layer.gradient for layer in facts.layers)
    if not facts.is_stalled or not facts.is_high or largest > 1e-4 or facts.layers[-1].delta > 0.05:
        return None
    if found & {"symmetric", "no_slope", "dead", "strangled"}:
        return None
    remedy: dict[str, Any] = {"learning_rate": lower_rate(facts.config.learning_rate, 3)}
    if facts.config.problem == "classification" and facts.config.loss == "squared_error":
        remedy |= {"output_activation": "sigmoid", "loss": "cross_entropy"}
    return Diagnosis("no_gradient", None, {"gradient": largest, "train": float(facts.train[-1])}, remedy)


def vanishing(facts: TrainingFacts, found: Found) -> Diagnosis | None:
    """Find a gradient that has all but vanished on its way back to the first layer, which hardly changes."""
    if not facts.is_stalled or not facts.is_high or len(facts.hidden) < 2:
        return None
    first, last = facts.layers[0], facts.layers[-1]
    if not last.delta > 30 * first.delta > 0 or not last.gradient > 10 * first.gradient:
        return None
    if first.relative_update > 0.1 * max(layer.relative_update for layer in facts.layers[1:]):
        return None
    if found & {"symmetric", "no_slope", "strangled", "slow", "linear"}:
        return None
    if any(all(layer.dead) for layer in facts.hidden):
        return None
    if facts.is_linear and facts.linear_fit().left >= NONLINEAR_FRACTION:
        return None  # with all gradients it could not learn more
    return Diagnosis("vanishing", 1, {"first": first.delta, "last": last.delta}, {"activation": "relu"})


def saturated(facts: TrainingFacts, _found: Found) -> Diagnosis | None:
    """Find a layer nearly all of whose neurons are where their activation is flat."""
    if not facts.has_window or not facts.is_high or facts.fall > 0.1:
        return None
    for layer in facts.hidden:
        if layer.activation in ("sigmoid", "tanh") and layer.saturated > 0.9:
            begun_anew = {"input_scaling": "standardized", "initializer": "xavier_uniform"}
            remedy = facts.trials.best(facts.loss, with_lower_rates(facts, begun_anew))
            return Diagnosis("saturated", layer.layer, {"saturated": layer.saturated}, remedy)
    return None


def underfitting(facts: TrainingFacts, found: Found) -> Diagnosis | None:
    """Find a loss that no longer falls, though gradients arrive in every layer: the network is too small.

    It is said only if a larger network of that kind was measured to do much better in as many epochs.
    """
    if not facts.is_long or abs(facts.fall_of_half) > 0.02 or not facts.train[-1] > 0.2 * facts.guessing:
        return None
    if found - {"unseen_class", "untested_class", "overfitting"} or facts.config.layers or facts.is_linear:
        return None
    if any(not layer.gradient > 0 for layer in facts.layers):
        return None
    sizes = facts.config.hidden_layers
    wider = tuple(max(size, min(size + 4, 8)) for size in sizes)
    larger = [wider] if wider != sizes else []
    remedies: list[dict[str, Any]] = [{"hidden_layers": each} for each in (*larger, (*wider, 8))]
    better = facts.trials.first_better(facts.loss, remedies)
    if better is None:
        return None
    remedy, trial = better
    measured = {"train": float(facts.train[-1]), "other": trial.loss, "epochs": float(trial.epochs)}
    return Diagnosis("underfitting", None, measured, remedy)
