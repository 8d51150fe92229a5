"""What pyproject.toml asks for is what all the other tests are run with."""

import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ASKED = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]
HERE = [one for one in map(Requirement, ASKED) if one.marker is None or one.marker.evaluate()]


@pytest.mark.parametrize("asked", HERE, ids=lambda asked: asked.name)
def test_a_bound_is_met_by_what_is_installed(asked: Requirement) -> None:
    assert asked.specifier.contains(version(asked.name), prereleases=True)
