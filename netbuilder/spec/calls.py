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
