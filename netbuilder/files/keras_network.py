"""The network that a ``config.json`` of Keras describes: a chain of our layers, each read by its declaration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from netbuilder.files.container import Refused
from netbuilder.files.keras_objects import AnotherKeras, call_of, object_of, value_of
from netbuilder.spec.calls import Call
from netbuilder.spec.facts import Shape
from netbuilder.spec.inverse import FLOAT32, NotOurs, is_float32, read, readable, same, shown, snake
from netbuilder.spec.layers import DoesNotFit, layer
from netbuilder.spec.project import MOST_LAYERS, RESERVED_NAMES, InputSpec, Placed, new_name
from netbuilder.spec.rules import accepts, fields_of
from netbuilder.spec.scaling import Scaling
from netbuilder.words import _

_LONGEST_NAME = 200
_IDLE: Mapping[str, tuple[Any, ...]] = {"training": (False, None), "mask": (None,)}
_MODEL_KEYS = {"name", "trainable", "dtype", "layers", "build_input_shape", "input_layers", "output_layers"}


@dataclass(frozen=True, slots=True)
class Read:
    """A layer of ours with the name of its group in Keras's weights, and the shape that reaches it."""

    placed: Placed
    group: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Network:
    """What a ``config.json`` says of the network; ``shape`` is that of one example."""

    layers: tuple[Read, ...]
    shape: Shape
    scaling: Scaling | None
    remarks: tuple[str, ...]


def read_network(config: Any) -> Network:
    """The network of a parsed ``config.json``. Raises ``Refused`` with what of it is not ours, and where."""
    kind, inside = _model(config)
    stored = inside.get("layers")
    if not isinstance(stored, list) or not 0 < len(stored) <= MOST_LAYERS:
        raise Refused(_("its layers are no list of 1 to {most:,}").format(most=MOST_LAYERS))
    if kind == "Functional":
        _refuse_all_but_a_chain(inside, stored)
    calls = [(call_of(one, "name", "inbound_nodes"), group) for one, group in zip(stored, _groups(stored), strict=True)]
    if calls[0][0].path == "layers.InputLayer":
        shape = _input_shape(calls.pop(0)[0])
    elif "build_input_shape" in inside:
        shape = _shape(inside["build_input_shape"])
    else:
        raise AnotherKeras(_("its network was saved before it was built, without shape and weights"))
    scaling = None
    if calls and calls[0][0].path == "layers.Rescaling":
        scaling = _scaling(calls.pop(0)[0], shape)
    if not calls:
        raise Refused(_("its network has no layers"))
    layers, remarks = _layers(calls, shape)
    return Network(layers, shape, scaling, remarks)


def _model(config: Any) -> tuple[str, Mapping[str, Any]]:
    plain = object_of(config, "config.json")
    kind, inside = plain.get("class_name"), object_of(plain.get("config"), "config")
    if kind not in ("Sequential", "Functional"):
        message = _("its network is a {kind}, and netbuilder opens chains of layers: Sequential and Functional ones")
        raise Refused(message.format(kind=shown(kind)))
    if plain.get("registered_name") not in (None, kind) or not str(plain.get("module")).split(".")[0] == "keras":
        raise Refused(_("its network is of a class that is none of Keras's"))
    strange = sorted(inside.keys() - _MODEL_KEYS)
    if strange:
        raise Refused(
            _("its network has a setting “{name}”, which netbuilder does not know").format(name=readable(strange[0]))
        )
    if not _is_float32(inside.get("dtype")):
        raise Refused(_("its network computes with other numbers than float32"))
    return kind, inside


def _is_float32(plain: Any) -> bool:
    return plain in (None, "float32") or same(value_of(plain), FLOAT32)


def _groups(stored: Sequence[Any]) -> Iterator[str]:
    """Where Keras keeps the weights of each: under its class, numbered among those of that class."""
    seen: dict[str, int] = {}
    for one in stored:
        name = snake(str(object_of(one, "layers").get("class_name")))
        number = seen[name] = seen.get(name, -1) + 1
        yield f"{name}_{number}" if number else name


def _refuse_all_but_a_chain(inside: Mapping[str, Any], stored: Sequence[Any]) -> None:
    names = [one.get("name") if isinstance(one, dict) else None for one in stored]
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise Refused(_("its layers have no names of their own"))
    for above, one in zip([None, *names], stored, strict=False):
        if _feeds(one.get("inbound_nodes")) != ([] if above is None else [above]):
            message = _("its layer “{name}” takes other inputs than those of the one layer before it")
            raise Refused(message.format(name=readable(one["name"])))
    ends = (("input_layers", names[0]), ("output_layers", names[-1]))
    if any(_alone(inside.get(key)) not in ([name, 0, 0], [[name, 0, 0]]) for key, name in ends):
        raise Refused(_("its network has other inputs or outputs than its first and its last layer"))


def _alone(ends: Any) -> Any:
    """The one input or output that has a name of its own: ``Model({"x": …}, …)``."""
    return next(iter(ends.values())) if isinstance(ends, dict) and len(ends) == 1 else ends


def _feeds(nodes: Any) -> list[Any] | None:
    """The names of the layers that a layer takes its inputs from, or None if it does anything else with them."""
    match nodes:
        case []:
            return []
        case [
            {"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": [name, 0, 0]}}], "kwargs": kwargs}
        ]:
            # Keras writes "training": False for layers that behave otherwise in training, and asks nobody later.
            idle = isinstance(kwargs, dict) and all(kwargs[key] in _IDLE.get(key, ()) for key in kwargs)
            return [name] if idle else None
        case _:
            return None


def _input_shape(call: Call) -> Shape:
    arguments = dict(call.arguments)
    shape = _shape(arguments.pop("batch_shape", None))
    arguments.pop("name", None)
    if not _is_float32(arguments.pop("dtype", "float32")) or any(arguments.values()):
        raise Refused(_("its input is not one of plain float32 numbers"))
    return shape


def _shape(plain: Any) -> Shape:
    (rule,) = [field.rule for field in fields_of(InputSpec) if field.name == "shape"]
    if not isinstance(plain, list) or not plain or not accepts(rule, plain[1:]):
        raise Refused(_("its input has the shape {shape}, which netbuilder does not know").format(shape=shown(plain)))
    return tuple(plain[1:])


def _scaling(call: Call, shape: Shape) -> Scaling:
    scaling = Scaling(*(_numbers(call.arguments.get(name, 0.0)) for name in ("scale", "offset")))
    if not scaling.fits(shape):
        raise _no_scaling()
    beside = ("scale", "offset", "name", "trainable")  # it has nothing to train
    rest = {name: value for name, value in call.arguments.items() if name not in beside}
    if "scale" not in call.arguments or not _is_policy(rest.pop("dtype", None)):
        raise Refused(_("its scaling has settings that netbuilder does not know"))
    if any(value is not None for value in rest.values()):
        raise Refused(_("its scaling has settings that netbuilder does not know"))
    return scaling


def _is_policy(value: Any) -> bool:
    return value is None or is_float32(value)


def _numbers(value: Any) -> float | tuple[float, ...]:
    if isinstance(value, list) and all(_is_number(item) for item in value):
        return tuple(float(item) for item in value)
    if not _is_number(value):
        raise _no_scaling()
    return float(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _no_scaling() -> Refused:
    return Refused(_("its scaling is neither one number nor one for each column"))


def _layers(calls: Sequence[tuple[Call, str]], shape: Shape) -> tuple[tuple[Read, ...], tuple[str, ...]]:
    found: list[Read] = []
    remarks: list[str] = []
    placed: tuple[Placed, ...] = ()
    for stored, group in calls:
        frozen = stored.arguments.get("trainable") is False
        call = Call(stored.path, {**stored.arguments, "trainable": True}) if frozen else stored
        given = _said(call.arguments.get("name", group))
        if not call.path.startswith("layers."):
            raise Refused(_("its layer “{name}” is none of Keras's layers").format(name=given))
        try:
            one, more = read(layer, call, axes=len(shape))
            reached, shape = shape, one.output_shape(shape)
        except (NotOurs, DoesNotFit) as problem:
            words = _("its layer “{name}” is not taken: {why}")
            raise Refused(words.format(name=given, why=str(problem).rstrip("."))) from None
        placed = (*placed, Placed(_name(call.arguments.get("name"), placed, one), one))
        found.append(Read(placed[-1], group, reached))
        remarks += [_("Layer “{name}” was frozen, and learns here.").format(name=given)] * frozen
        remarks += [_("Layer “{name}”: {remark}.").format(name=given, remark=remark) for remark in more]
    return tuple(found), tuple(remarks)


def _said(name: Any) -> str:
    return readable(name) if isinstance(name, str) else shown(name)


def _name(given: Any, placed: tuple[Placed, ...], one: Any) -> str:
    """The layer's name with underscores for what a name of ours can't have; another one where that is taken."""
    valid = "".join(sign if sign.isalnum() else "_" for sign in given[:_LONGEST_NAME]) if isinstance(given, str) else ""
    taken = {*RESERVED_NAMES, *(other.name for other in placed)}
    return valid if valid.strip("_") and valid not in taken else new_name(placed, layer.of(one).name)
