"""Makes a ``.keras`` file that older versions of Keras open, too: what equals a default is left unsaid.

Keras writes every argument of every constructor into ``config.json``, also the new ones that an older version does not
know and that have their default anyway: Dense of 3.15 says ``quantization_config``, and 3.14 refuses it.
"""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any

# Whose ``from_config`` takes these for given, in every version so far.
_MUST_BE_SAID = {"Rescaling": ("scale", "offset")}


def portable(config: Any) -> Any:
    """The parsed ``config.json`` without the arguments that equal their constructors' defaults, at any depth."""
    if isinstance(config, list):
        return [portable(item) for item in config]
    if not isinstance(config, dict):
        return config
    inside = {name: portable(value) for name, value in config.items()}
    arguments = config.get("config")
    if isinstance(arguments, dict) and isinstance(config.get("class_name"), str):
        defaults = _defaults(str(config.get("module")), config["class_name"])
        inside["config"] = {
            name: value for name, value in inside["config"].items() if not _is_default(arguments[name], defaults, name)
        }
    return inside


def _is_default(value: Any, defaults: dict[str, Any], name: str) -> bool:
    # The type counts, too: True is 1 in Python, but no version of Keras need agree.
    return name in defaults and type(value) is type(defaults[name]) and value == defaults[name]


@cache
def _defaults(module: str, name: str) -> dict[str, Any]:
    """The defaults of a Keras class's constructor and of those that it hands its other arguments to."""
    kind = _found(module, name)
    defaults: dict[str, Any] = {}
    for one in reversed(kind.__mro__ if kind else ()):
        if one.__module__.partition(".")[0] == "keras" and "__init__" in vars(one):
            parameters = inspect.signature(vars(one)["__init__"]).parameters.values()
            # A class may take an argument without default that its parent has one for.
            for parameter in parameters:
                if parameter.default is inspect.Parameter.empty or parameter.name in _MUST_BE_SAID.get(name, ()):
                    defaults.pop(parameter.name, None)
                else:
                    defaults[parameter.name] = parameter.default
    return defaults


def _found(module: str, name: str) -> type | None:
    import keras

    if module.partition(".")[0] != "keras":
        return None
    place: Any = keras
    for part in module.split(".")[1:]:
        place = getattr(place, part, None)
    kind = getattr(place, name, None)
    return kind if isinstance(kind, type) else None
