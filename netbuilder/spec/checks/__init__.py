"""The checks: one module a topic, found by name. Each says in a sentence what is wrong and what to do about it."""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
