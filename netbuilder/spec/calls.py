"""A constructor call as a value: the engine makes it, the code export prints it, so that both mean the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """The call ``keras.<path>(**arguments)``; arguments are plain values, tuples, lists or further calls."""

    path: str
    arguments: Mapping[str, Any]


def call(path: str, /, **arguments: Any) -> Call:
    """Describes the call of a Keras constructor, such as ``call("layers.Dense", units=64)``."""
    return Call(path, arguments)


def source_text(value: Any) -> str:
    """Python text that evaluates to the value where ``keras`` is imported; floats keep every bit."""
    match value:
        case Call():
            inside = ", ".join(f"{name}={source_text(argument)}" for name, argument in value.arguments.items())
            return f"keras.{value.path}({inside})"
        case list():
            return "[" + ", ".join(source_text(item) for item in value) + "]"
        case tuple():
            return "(" + "".join(source_text(item) + ", " for item in value).rstrip(" ") + ")"
        case _:
            return repr(value)


def long_form(value: Any) -> Any:
    """The call that says the same with all its arguments; a penalty of nothing is None, other values are given back.

    Keras writes ``L2(l2=0.1)`` for what is ``L1L2(l1=0.0, l2=0.1)``, and a portable file leaves defaults out.
    """
    if not isinstance(value, Call) or value.path not in _LONG:
        return value
    path, said, defaults = _LONG[value.path]
    if not value.arguments.keys() <= said:
        return value
    arguments = {**defaults, **value.arguments}
    return None if path == _PENALTY and not any(arguments.values()) else Call(path, arguments)


_PENALTY = "regularizers.L1L2"
_LONG: Mapping[str, tuple[str, frozenset[str], Mapping[str, Any]]] = {
    "regularizers.L1": (_PENALTY, frozenset({"l1"}), {"l1": 0.01, "l2": 0.0}),
    "regularizers.L2": (_PENALTY, frozenset({"l2"}), {"l1": 0.0, "l2": 0.01}),
    _PENALTY: (_PENALTY, frozenset({"l1", "l2"}), {"l1": 0.0, "l2": 0.0}),
    "constraints.MaxNorm": ("constraints.MaxNorm", frozenset({"max_value", "axis"}), {"max_value": 2, "axis": 0}),
}
