"""The benchmarks declare a data source of their own, which no other test shall find in the catalog."""

import sys
from collections.abc import Iterator

import pytest

from netbuilder.spec.sources import source


@pytest.fixture(autouse=True)
def _the_catalog_is_left_as_it_was() -> Iterator[None]:
    names, kinds = dict(source._by_name), dict(source._by_kind)
    yield
    for known, before in ((source._by_name, names), (source._by_kind, kinds)):
        known.clear()
        known.update(before)
    for name in [name for name in sys.modules if name.startswith("benchmarks.")]:
        del sys.modules[name]  # to be declared again when it is imported again
