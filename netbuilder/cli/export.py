"""``netbuilder export``: the network of a project file, as one of the exporters writes it."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from typing import Any, cast

from netbuilder.cli.opening import facts_of, opened, with_data
from netbuilder.cli.quiet import clean_output, start_engine
from netbuilder.cli.sentences import DONE, FAILED, BadInput
from netbuilder.disk import CannotWrite
from netbuilder.export import CannotExport, Network, exporter
from netbuilder.files.project_file import Stored
from netbuilder.spec.catalogs import UnknownKind
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.project import ProjectSpec, same_apart_from_title
from netbuilder.words import _


@dataclass(frozen=True, slots=True)
class _Described:
    """All that is known of a network without its weights."""

    project: ProjectSpec
    facts: DataFacts
    compiled: bool | None


def run(asked: argparse.Namespace) -> int:
    """Writes the file, and prints what was written."""
    _name, contents = opened(asked.project)
    try:
        entry = exporter[asked.format]
    except UnknownKind as problem:
        raise BadInput(str(problem)) from problem
    one: Any = entry.kind(**_options(asked, {field.name for field in entry.fields}))
    if asked.out.suffix != one.suffix:
        message = _("The name of this format ends in {suffix}, but “{path}” does not.")
        raise BadInput(message.format(suffix=one.suffix, path=asked.out))
    with clean_output() as out:
        try:
            if one.wants_training:
                network: Any = _network(contents.trained)
            else:
                project = with_data(contents.project, asked.data)
                compiled, trained = None, contents.trained
                if trained is not None and same_apart_from_title(trained.project, project):
                    compiled = trained.compiled
                network = _Described(project, facts_of(project), compiled)
            exported = one.write(cast(Network, network), asked.out)
        except CannotWrite as problem:
            raise BadInput(str(problem)) from problem
        except CannotExport as problem:
            print(f"netbuilder: {problem}", file=sys.stderr)
            return FAILED
        print(exported.sentence, file=out)
    return DONE


def _options(asked: argparse.Namespace, known: set[str]) -> dict[str, bool]:
    given = {} if asked.portable is None else {"portable": asked.portable}
    if unknown := set(given) - known:
        raise BadInput(_("The format {name} has no option --{option}.").format(name=asked.format, option=unknown.pop()))
    return given


def _network(stored: Stored | None) -> Network:
    if stored is None:
        raise BadInput(_("The project holds no trained network: train it first, with netbuilder train."))
    start_engine()
    from netbuilder.engine.network import restored
    from netbuilder.engine.state import DoesNotBelong

    try:
        return restored(stored.project, stored.scaling, stored.weights, stored.examples, stored.checkpoint)
    except DoesNotBelong as problem:
        raise BadInput(str(problem)) from problem
