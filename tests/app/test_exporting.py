"""What is said of an export before it is made."""

from dataclasses import replace
from importlib.metadata import version

import pytest

from netbuilder.app.engine import EngineLink
from netbuilder.app.exporting import Exporting
from netbuilder.export import exporter
from netbuilder.files.templates.digits import digits
from netbuilder.spec.optimizers import optimizer


@pytest.fixture
def exporting(qapp) -> Exporting:
    engine = EngineLink()
    return Exporting(engine, engine)


def test_a_portable_file_names_the_oldest_keras_that_opens_this_project(exporting) -> None:
    chosen = exporter["keras"].kind(portable=True)
    project = digits()
    assert "Keras 3.6" in exporting.opens_in(chosen, project)
    nadam = replace(project, training=replace(project.training, optimizer=optimizer["nadam"].kind()))
    assert "Keras 3.10" in exporting.opens_in(chosen, nadam)


def test_a_file_in_the_current_form_names_the_current_keras(exporting) -> None:
    assert version("keras") in exporting.opens_in(exporter["keras"].kind(portable=False), digits())
