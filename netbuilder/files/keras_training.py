"""How the network of a Keras file learnt: loss, optimizer and metrics, as far as they are ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from netbuilder.files.container import Refused
from netbuilder.files.keras_objects import value_of
from netbuilder.spec.calls import Call
from netbuilder.spec.inverse import NotOurs, is_float32, of_class, read, rounded, same, shown, snake
from netbuilder.spec.losses import Loss, Outputs, loss
from netbuilder.spec.metrics import metric
from netbuilder.spec.optimizers import Optimizer, optimizer
from netbuilder.spec.schedules import Constant, Schedule
from netbuilder.words import _

_OUTPUTS: tuple[Outputs, ...] = ("probabilities", "logits")
_MOST_METRICS = 100


@dataclass(frozen=True, slots=True)
class Training:
    """What was read, and a sentence for whatever was left out. ``scheduled``: the file's learning rate follows a schedule."""

    loss: Loss | None = None
    optimizer: Optimizer | None = None
    schedule: Schedule | None = None
    metrics: tuple[str, ...] = ()
    scheduled: bool = False
    remarks: tuple[str, ...] = field(default=())


def read_training(compiled: Any) -> Training:
    """The training of a parsed ``compile_config``; what of it is not ours is None and has a remark."""
    if not isinstance(compiled, dict) or not compiled:
        return Training()
    remarks: list[str] = []
    found_loss = _loss(_of_the_only_output(compiled.get("loss")), remarks)
    found, scheduled = _optimizer(compiled.get("optimizer"), remarks)
    if any(compiled.get(name) not in (None, []) for name in ("loss_weights", "weighted_metrics")):
        remarks.append(_("Its weights of losses and its weighted metrics were left out, since netbuilder has none."))
    schedule = None if found is None or scheduled else Constant()
    listed = compiled.get("metrics")
    inside = _of_the_only_output(listed)
    metrics = tuple(dict.fromkeys(_metrics(inside if isinstance(inside, list) else listed, remarks)))
    return Training(found_loss, found, schedule, metrics, scheduled, tuple(remarks))


def _of_the_only_output(plain: Any) -> Any:
    """What Keras also takes as a list, with one for each output."""
    return plain[0] if isinstance(plain, list) and len(plain) == 1 else plain


def _call(plain: Any, room: str) -> Call:
    """An object, or the name of one. Raises ``NotOurs`` and ``Refused``."""
    value = value_of(plain)
    if isinstance(value, str):
        return Call(f"{room}.{value}", {})
    if isinstance(value, Call) and value.path.rpartition(".")[0] == room:
        return value
    raise NotOurs(_("{value} is none of Keras's {room}").format(value=shown(plain), room=room))


def _loss(plain: Any, remarks: list[str]) -> Loss | None:
    if plain is None:
        return None
    try:
        call = _call(plain, "losses")
        found, _more = read(loss, call)
    except (NotOurs, Refused) as problem:
        remarks.append(_("Its loss was left out: {why}.").format(why=problem))
        return None
    silent = [one for one in loss.of(found).fields if one.name not in call.arguments and one.name in found.never_said]
    if silent and call.arguments:
        words = _("Keras does not store the setting “{label}” of its loss, so {value} is taken.")
        remarks += [words.format(label=one.label, value=shown(one.default)) for one in silent]
    return found


def _optimizer(plain: Any, remarks: list[str]) -> tuple[Optimizer | None, bool]:
    """The optimizer, and whether its learning rate follows a schedule."""
    if plain is None:
        return None, False
    try:
        call = _call(plain, "optimizers")
        arguments = dict(call.arguments)
        rate = arguments.get("learning_rate")
        scheduled = isinstance(rate, Call)
        if isinstance(rate, Call):
            # The rate that a schedule starts from, or comes to after its warm-up.
            first = rate.arguments.get("warmup_target") or rate.arguments.get("initial_learning_rate")
            arguments |= {"learning_rate": first}
            if first is None:
                del arguments["learning_rate"]
            words = _(
                "Its learning rate followed {schedule}, counted in steps: choose a schedule, which counts epochs."
            )
            remarks.append(words.format(schedule=shown(rate)))
        if not arguments.get("use_ema"):
            arguments.pop("ema_overwrite_frequency", None)  # RMSprop of Keras 3.0 says 100, which then means nothing
        found, _more = read(optimizer, Call(call.path, arguments), lambda one: one.keras(one.learning_rate))
    except (NotOurs, Refused) as problem:
        remarks.append(_("Its optimizer was left out: {why}.").format(why=problem))
        return None, False
    return found, scheduled


def _metrics(plain: Any, remarks: list[str]) -> Iterator[str]:
    if plain is None:
        return
    if not isinstance(plain, list) or len(plain) > _MOST_METRICS:
        remarks.append(_("Its metrics were left out, since they are no list."))
        return
    for one in plain:
        try:
            yield _metric(_call(one, "metrics"))
        except (NotOurs, Refused) as problem:
            remarks.append(_("A metric was left out: {why}.").format(why=problem))


def _metric(given: Call) -> str:
    """The name of our metric that makes the call, or is called by that name alone. Raises ``NotOurs``."""
    name = given.path.rpartition(".")[2]
    for entry in metric:
        for call in _calls(entry.kind()):
            own = call.path.rpartition(".")[2]
            named = {own, snake(own), entry.name, *entry.also} if not given.arguments else {own}
            told = {**entry.unsaid, **given.arguments}
            if name in named and all(_agreed(key, value, call, entry.beside) for key, value in told.items()):
                return entry.name
    of_class(metric, name)
    raise NotOurs(_("“{name}” has settings that netbuilder does not know").format(name=name))


def _calls(kind: Any) -> Iterator[Call]:
    for targets in kind.takes():
        for outputs in _OUTPUTS:
            yield kind.keras(targets, "", outputs)


def _agreed(key: str, value: Any, call: Call, beside: Mapping[str, Any]) -> bool:
    if key == "name" or value is None:
        return True
    if key == "dtype":
        return is_float32(value)
    if key == "axis":
        return same(value, -1)
    return same(rounded(value), call.arguments.get(key, beside.get(key)))
