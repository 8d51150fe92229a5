"""``netbuilder check``: shapes, sizes and problems of a project, without training it."""

from __future__ import annotations

import argparse

from netbuilder.cli.opening import facts_of, opened
from netbuilder.cli.sentences import DONE, FAILED
from netbuilder.disk.memory import memory
from netbuilder.spec.facts import Shape
from netbuilder.spec.layers import layer
from netbuilder.spec.memory import USUAL_MEMORY, gigabytes
from netbuilder.spec.outline import Outline, outline
from netbuilder.spec.project import ProjectSpec
from netbuilder.words import _, plural


def run(asked: argparse.Namespace) -> int:
    """Prints the outline and the problems; 1 if one of them hinders training."""
    _name, contents = opened(asked.project)
    has = memory() or USUAL_MEMORY
    found = outline(contents.project, facts_of(contents.project), has)
    for line in _table(contents.project, found):
        print(line)
    sentence = _("Training needs about {needed} of memory; this computer has {has}.")
    print(sentence.format(needed=gigabytes(found.need.total), has=gigabytes(has)))
    for problem in found.problems:
        words = {"blocking": _("blocking"), "warning": _("warning"), "hint": _("hint")}[problem.severity]
        fix = "" if problem.fix is None else _(" (fix: {label})").format(label=problem.fix.label)
        print(f"{words}: {problem.place}: {problem.sentence}{fix}")
    if not found.problems:
        print(_("No problems."))
    return FAILED if found.blocking else DONE


def _table(project: ProjectSpec, found: Outline) -> list[str]:
    rows = [(_("Name"), _("Layer"), _("Output"), _("Parameters")), ("input", _("Input"), _shape(found.input_shape), "")]
    for placed, row in zip(project.layers, found.rows, strict=True):
        title = " ".join(filter(None, (layer.of(placed.layer).title, placed.layer.summary())))
        parameters = "?" if row.parameters is None else f"{row.parameters:,}"
        rows.append((placed.name, title, _shape(row.shape_out), parameters))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        f"{name:{widths[0]}}  {title:{widths[1]}}  {shape:>{widths[2]}}  {count:>{widths[3]}}".rstrip()
        for name, title, shape, count in rows
    ]
    total = plural("{count} parameter", "{count} parameters", found.parameters)
    return [*lines, _("{total}, {kib:,.1f} KiB").format(total=total, kib=found.bytes / 1024)]


def _shape(shape: Shape | None) -> str:
    return "?" if shape is None else " × ".join(f"{size:,}" for size in shape)
