"""Every template can be trained at once, and says in two lines what to look at."""

import pytest

from netbuilder.files.templates import DEFAULT, Template, UnknownTemplate, template_named, templates
from netbuilder.spec.fitting import fitted
from netbuilder.spec.outline import outline
from netbuilder.spec.plain import project_from, to_plain

ALL = pytest.mark.parametrize("template", templates(), ids=lambda one: one.name)


@ALL
def test_nothing_hinders_its_training(template: Template) -> None:
    project = template.project()
    found = outline(project, project.data.source.facts(project.data.split))
    assert found.blocking == ()


@ALL
def test_two_lines_say_what_to_look_at(template: Template) -> None:
    assert len(template.look) == 2
    assert all(line.endswith(".") and 20 < len(line) <= 120 for line in template.look)


@ALL
def test_its_output_and_loss_already_follow_the_data(template: Template) -> None:
    project = template.project()
    assert fitted(project, project.data.source.facts(project.data.split)) == project


@ALL
def test_it_is_titled_and_can_be_saved(template: Template) -> None:
    project = template.project()
    assert project.title == template.title
    assert project_from(to_plain(project)) == project


def test_the_default_comes_first() -> None:
    assert templates()[0].name == DEFAULT


def test_names_and_places_are_different() -> None:
    assert len({one.name for one in templates()}) == len({one.place for one in templates()}) == len(templates())


def test_an_unknown_name_is_answered_with_those_that_exist() -> None:
    with pytest.raises(UnknownTemplate, match=r"no template named “nothing”. Choose one of: digits, mnist-128"):
        template_named("nothing")
