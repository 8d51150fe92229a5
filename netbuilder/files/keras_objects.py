"""The objects in Keras's ``config.json``: each is a constructor call, or is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from netbuilder.files.container import Refused
from netbuilder.spec.calls import Call
from netbuilder.spec.inverse import shown
from netbuilder.words import _

_MODULE = re.compile(
    r"keras(\.(layers|losses|optimizers|optimizers\.schedules|metrics|initializers|regularizers|constraints|random))?"
)
_FUNCTIONS = ("builtins", "keras.activations", "keras.losses", "keras.metrics")
_KEYS = {"module", "class_name", "config", "registered_name", "build_config", "shared_object_id"}


class AnotherKeras(Refused):
    """Keras could make of it a file that netbuilder opens."""


def call_of(plain: Any, *more_keys: str) -> Call:
    """The call that the object stands for, such as ``Call("layers.Dense", {"units": 3})``.

    ``more_keys`` are what else it may have beside Keras's own. Raises ``Refused`` for whatever is of no module of Keras.
    """
    if not isinstance(plain, dict):
        raise Refused(_("{value} stands where an object of Keras should").format(value=shown(plain)))
    name, module, arguments = plain.get("class_name"), plain.get("module"), plain.get("config")
    strange = sorted(plain.keys() - _KEYS - set(more_keys))
    own = isinstance(module, str) and _MODULE.fullmatch(module)
    if not isinstance(name, str) or not name.isidentifier() or not own or not isinstance(arguments, dict) or strange:
        if name in ("Functional", "Sequential"):
            raise Refused(_("it holds a model within the model, and netbuilder opens chains of layers"))
        raise Refused(_("it holds an object that netbuilder does not know: {value}").format(value=shown(name or plain)))
    if plain.get("registered_name") not in (None, name):
        registered = shown(plain["registered_name"])
        raise Refused(
            _("it holds a class that is registered as {name}, which is none of Keras's").format(name=registered)
        )
    path = f"{module}.{name}".removeprefix("keras.")
    return Call(path, {key: value_of(value) for key, value in arguments.items()})


def value_of(plain: Any) -> Any:
    """A setting: plain values as they are, lists of them, functions as their names, objects as calls. Raises ``Refused``."""
    if isinstance(plain, list):
        return [value_of(item) for item in plain]
    if not isinstance(plain, dict):
        return plain
    match plain:
        case {"class_name": "function", "config": str() as name, "module": str() as module} if module in _FUNCTIONS:
            return name
        case {"class_name": "__numpy__" | "__tensor__", "config": {"value": values, "dtype": str()}}:
            return value_of(values)
        case {"class_name": "__lambda__"}:
            raise Refused(_("it holds a function that its author wrote, and netbuilder runs no code of a file"))
        case {"class_name": _, "config": _}:
            return call_of(plain)
        case _:
            raise Refused(_("it holds a setting that is no value: {value}").format(value=shown(plain)))


def object_of(plain: Any, what: str) -> Mapping[str, Any]:
    """An object with named values. Raises ``Refused``."""
    if not isinstance(plain, dict):
        raise Refused(_("“{what}” should be an object with named values").format(what=what))
    return plain
