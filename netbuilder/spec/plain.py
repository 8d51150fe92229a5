"""Between specs and plain JSON values: exact, strict, and with a sentence for whatever does not read."""

from __future__ import annotations

import dataclasses
from typing import Any

from netbuilder.spec.catalogs import Catalog, UnknownKind
from netbuilder.spec.goal import Goal
from netbuilder.spec.layers import layer
from netbuilder.spec.losses import loss
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.project import (
    MOST_LAYERS,
    RESERVED_NAMES,
    DataSpec,
    EarlyStopping,
    InputSpec,
    Placed,
    ProjectSpec,
    TrainingSpec,
)
from netbuilder.spec.rules import OutsideRule, Text, accepts, checked, expected, fields_of
from netbuilder.spec.schedules import schedule
from netbuilder.spec.sources import source
from netbuilder.spec.split import Split
from netbuilder.words import _

_LONGEST_NAME = 200
_TITLE = Text(longest=1000)


class NotAProject(Exception):  # no ValueError, which a container takes for damage
    """Plain values are no project; the message says what was expected, what was received and where."""


def to_plain(value: Any) -> Any:
    """The spec as JSON values; members of a catalog become objects with their name as ``"kind"``."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        named = {field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        catalog = next((one for one in _CATALOGS if one.holds(value)), None)
        return named if catalog is None else {"kind": catalog.of(value).name, **named}
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    return value


def project_from(plain: Any) -> ProjectSpec:
    """The project that ``to_plain`` made plain. Raises ``NotAProject`` with one sentence."""
    try:
        return _project(plain)
    except (OutsideRule, UnknownKind) as problem:
        raise NotAProject(str(problem)) from None


def source_from(plain: Any) -> Any:
    """The data source that ``to_plain`` made plain. Raises ``NotAProject``."""
    try:
        return _member(source, plain)
    except (OutsideRule, UnknownKind) as problem:
        raise NotAProject(str(problem)) from None


def _project(plain: Any) -> ProjectSpec:
    given = _object(plain, "project")
    layers = given.pop("layers", None)
    if not isinstance(layers, list | tuple) or len(layers) > MOST_LAYERS:
        raise NotAProject(_('"layers" of a project must be a list of at most {most:,}.').format(most=MOST_LAYERS))
    placed = tuple(_placed(one) for one in layers)
    if len({one.name for one in placed}) < len(placed):
        raise NotAProject(_("Two layers have the same name; each needs one of its own."))
    data = _object(given.pop("data", None), "data")
    training = _object(given.pop("training", {}), "training")
    follows, title = given.pop("output_follows_data", True), given.pop("title", "")
    if not isinstance(follows, bool) or not accepts(_TITLE, title):
        asked = _('"output_follows_data" must be true or false, and "title" {text}.')
        raise NotAProject(asked.format(text=expected(_TITLE)))
    project = ProjectSpec(
        data=_filled(
            DataSpec,
            data,
            source=_member(source, data.pop("source", None)),
            split=_filled(Split, _object(data.pop("split", {}), "split")),
        ),
        layers=placed,
        input=_filled(InputSpec, _object(given.pop("input", {}), "input")),
        training=_filled(
            TrainingSpec,
            training,
            **{
                name: _member(catalog, training.pop(name))
                for name, catalog in (("loss", loss), ("optimizer", optimizer), ("schedule", schedule))
                if name in training
            },
            early_stopping=_filled(EarlyStopping, _object(training.pop("early_stopping", {}), "early_stopping")),
            goal=_filled(Goal, _object(training.pop("goal", {}), "goal")),
        ),
        output_follows_data=follows,
        title=title,
    )
    _nothing_left(given, "project")
    return project


def _placed(plain: Any) -> Placed:
    given = _object(plain, "layer")
    name = given.pop("name", None)
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME or not name.replace("_", "").isalnum():
        raise NotAProject(
            _("A layer's name must be of letters, digits and underscores, but one is {name!r:.60}.").format(name=name)
        )
    if name in RESERVED_NAMES:
        raise NotAProject(_("A layer can't be named {name}: something else has that name.").format(name=name))
    placed = Placed(name, _member(layer, given.pop("layer", None)))
    _nothing_left(given, "layer")
    return placed


def _member(catalog: Catalog[Any], plain: Any) -> Any:
    given = _object(plain, catalog.family)
    kind = given.pop("kind", None)
    return _filled(catalog[kind].kind, given)


def _filled(kind: type[Any], given: dict[str, Any], **ready: Any) -> Any:
    for field in fields_of(kind):
        if field.name in given:
            ready[field.name] = checked(field, given.pop(field.name))
    _nothing_left(given, kind.__name__)
    return kind(**ready)


def _object(plain: Any, what: str) -> dict[str, Any]:
    if not isinstance(plain, dict):
        raise NotAProject(
            _('"{what}" must be an object with named values, but it is {received!r:.60}.').format(
                what=what, received=plain
            )
        )
    return dict(plain)


def _nothing_left(given: dict[str, Any], what: str) -> None:
    if given:
        names = ", ".join(sorted(map(str, given)))[:200]
        raise NotAProject(_("{what} has no setting named {names}.").format(what=what, names=names))


_CATALOGS: tuple[Catalog[Any], ...] = (layer, loss, optimizer, schedule, source)
