"""Output, loss, labels and metrics: what does not belong together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from netbuilder.spec.answer import Answer, doubt, usual_activation, with_activation, with_units
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.fitting import settled, units_for, usual_loss
from netbuilder.spec.losses import Loss, Takes, loss
from netbuilder.spec.metrics import metric
from netbuilder.spec.problems import Fix, Problem, Severity, View, check
from netbuilder.spec.project import ProjectSpec
from netbuilder.words import _, plural


@check
def units_do_not_match(view: View) -> Iterator[Problem]:
    """Each class, or each column of a regression, needs its output unit."""
    answer, facts = view.answer, view.facts
    if answer is None:
        return
    has, needed = answer.dense.units, units_for(view.targets, facts)
    if has == needed:
        return
    if facts.task == "numbers":
        wanted = plural("{count} number as its target", "{count} numbers as its target", needed)
        sentence = _("The output has {units}, but each example has {wanted}.")
    else:
        wanted = plural("{count} class", "{count} classes", len(facts.classes))
        sentence = _("The output has {units}, but the data have {wanted}.")
        if view.targets == "integers" and needed == 2 and "binary" in view.project.training.loss.takes:
            needed = 1
    words = sentence.format(units=plural("{count} unit", "{count} units", has), wanted=wanted)
    fix = Fix(_("Set units to {units}").format(units=f"{needed:,}"), partial(_with_units, units=needed, facts=facts))
    yield Problem("blocking", answer.place, words, fix)


@check
def loss_does_not_take_these_targets(view: View) -> Iterator[Problem]:
    """The loss was made for targets of another form."""
    project, targets = view.project, view.targets
    of_loss = project.training.loss
    if targets in of_loss.takes:
        return
    title = loss.of(of_loss).title
    other_labels = {"integers": "one-hot", "binary": "one-hot", "one-hot": "integers"}.get(targets, "")
    if targets != "binary" and other_labels in of_loss.takes:
        if other_labels == "one-hot":
            sentence = _("{loss} takes one-hot labels, but the labels are class numbers.")
            label = _("Use one-hot labels")
        else:
            sentence = _("{loss} takes class numbers, but the labels are one-hot.")
            label = _("Use class numbers")
        fix = Fix(label, partial(_with_labels, labels=other_labels, facts=view.facts))
        yield Problem("blocking", "loss", sentence.format(loss=title), fix)
        return
    better = settled(project, view.facts).training.loss
    settle = partial(settled, facts=view.facts)
    if better != of_loss:
        sentence = _("{loss} is not made for {targets}: {better} is.")
        words = sentence.format(loss=title, targets=_named(targets), better=loss.of(better).title)
        yield Problem("blocking", "loss", words, Fix(_("Use {loss}").format(loss=loss.of(better).title), settle))
    elif view.answer is not None and view.answer.dense.units == 2:  # any other number is said at the output
        words = _("{loss} takes one yes/no output for two classes, but there are two.").format(loss=title)
        yield Problem("blocking", "loss", words, Fix(_("Set units to {units}").format(units=1), settle))


@check
def loss_cannot_read_the_answer(view: View) -> Iterator[Problem]:
    """The activation gives what the loss does not want."""
    answer, targets, of_loss = view.answer, view.targets, view.project.training.loss
    needed = units_for(targets, view.facts)
    if answer is None or targets not in of_loss.takes or needed < of_loss.least_units:
        return
    if needed == 1 and targets in ("integers", "one-hot"):
        return  # all examples are of one class, which is said of the data
    severity = doubt(answer, of_loss, targets)
    lowest = view.facts.target_range[0] if view.facts.target_range else None
    if answer.gives == "positive" and of_loss.wants() == "numbers" and lowest is not None:
        severity = "warning" if lowest < 0 else ""  # whether it never answers below 0 matters is known here
    if not severity:
        return
    usual = usual_activation(of_loss, targets)
    words = _why(answer, of_loss).format(activation=answer.activation, loss=loss.of(of_loss).title, usual=usual)
    yield Problem(severity, answer.bent_at, words, _readable(view, usual))


def _why(answer: Answer, of_loss: Loss) -> str:
    gives = answer.gives
    if gives == "distribution" and answer.dense.units == 1:
        return _("{activation} over a single unit is always 1: the loss may fall to 0, but nothing is learned.")
    match of_loss.wants(), gives:
        case "probabilities", "probability":
            return _("{activation} judges each class by itself, but {loss} compares them: take {usual}.")
        case "probabilities", _:
            return _("{loss} reads probabilities, but {activation} gives none: take {usual}.")
        case "logits", "probability" | "distribution":
            return _("{loss} is set to read raw scores, but {activation} makes probabilities of them.")
        case "logits", _:
            return _("{loss} reads raw scores, which {activation} bends: take {usual}.")
        case "positive" | "not negative", "probability" | "distribution":
            return _("{activation} never answers above 1, so larger targets can't be reached: take {usual}.")
        case "positive", _:
            return _("{loss} of a negative answer is not a number, and {activation} can give one: take {usual}.")
        case "not negative", _:
            return _("{loss} needs answers of any size that are never negative: take {usual}, not {activation}.")
        case _, "distribution":
            return _("{activation} makes all answers sum to 1, so most targets can't be reached: take {usual}.")
        case _, "positive" | "probability":
            return _("{activation} never answers below 0, so lower targets can't be reached: take {usual}.")
        case _:
            return _("{activation} keeps answers within bounds; targets beyond them can't be reached: take {usual}.")


def _readable(view: View, usual: str) -> Fix:
    answer, training = view.answer, view.project.training
    needed = units_for(view.targets, view.facts)
    if answer is not None and answer.dense.units == 1 < needed:
        label = _("Set units to {units}").format(units=f"{needed:,}")
        return Fix(label, partial(_with_units, units=needed, facts=view.facts))
    if getattr(training.loss, "from_logits", False) and answer is not None:
        reading = replace(training.loss, from_logits=False)  # type: ignore[type-var]
        if doubt(answer, reading, view.targets) == "":
            return Fix(_("Read probabilities"), partial(_with_loss, better=reading, facts=view.facts))
    return Fix(_("Set to {activation}").format(activation=usual), partial(with_activation, function=usual))


@check
def loss_needs_more_units(view: View) -> Iterator[Problem]:
    """Some losses compare the columns of one answer."""
    targets, of_loss = view.targets, view.project.training.loss
    if targets in of_loss.takes and units_for(targets, view.facts) < of_loss.least_units:
        better = usual_loss(targets)
        sentence = _("{loss} compares the columns of one answer, and there is one only: nothing is learned.")
        fix = Fix(
            _("Use {loss}").format(loss=loss.of(better).title), partial(_with_loss, better=better, facts=view.facts)
        )
        yield Problem("blocking", "loss", sentence.format(loss=loss.of(of_loss).title), fix)


@check
def loss_expects_certain_targets(view: View) -> Iterator[Problem]:
    """Some losses of a regression need targets of a certain kind, which often only the user can know."""
    of_loss = view.project.training.loss
    if view.targets != "numbers" or "numbers" not in of_loss.takes or of_loss.targets == "any":
        return
    title = loss.of(of_loss).title
    low, high = view.facts.target_range or (None, None)
    if of_loss.targets == "shares":
        sentence = _("{loss} is meant for targets that are shares: each from 0 to 1, together 1.")
        yield Problem("hint", "loss", sentence.format(loss=title))
    elif low is None:
        sentence = _("{loss} is meant for targets that are never negative, such as counts or prices.")
        yield Problem("hint", "loss", sentence.format(loss=title))
    elif low < 0:
        better = usual_loss("numbers")
        sentence = _("{loss} is meant for targets that are never negative, but these go from {low:.3g} to {high:.3g}.")
        fix = Fix(
            _("Use {loss}").format(loss=loss.of(better).title), partial(_with_loss, better=better, facts=view.facts)
        )
        yield Problem("warning", "loss", sentence.format(loss=title, low=low, high=high), fix)


@check
def labels_are_too_smooth(view: View) -> Iterator[Problem]:
    """Label smoothing leaves hardly any difference between right and wrong."""
    of_loss = view.project.training.loss
    if getattr(of_loss, "label_smoothing", 0.0) >= 0.5:
        milder = replace(of_loss, label_smoothing=0.1)  # type: ignore[type-var]
        sentence = _("So much label smoothing leaves hardly any difference between right and wrong: 0.1 is usual.")
        fix = Fix(_("Set to 0.1"), lambda project: replace(project, training=replace(project.training, loss=milder)))
        yield Problem("warning", "loss", sentence, fix)


@check
def metric_cannot_measure(view: View) -> Iterator[Problem]:
    """A metric was made for targets of another form, or says nothing about so few classes."""
    columns = len(view.facts.classes) or view.facts.targets
    for name in view.project.training.metrics:
        entry = metric[name]
        severity: Severity = "blocking"
        if view.targets not in entry.kind().takes():
            sentence = _("{metric} can't measure {targets}.").format(metric=entry.title, targets=_named(view.targets))
        elif columns <= entry.kind.idle_up_to:
            severity = "hint"
            few = plural("{count} class or column", "{count} classes or columns", columns)
            sentence = _("{metric} says nothing where there is {few}.").format(metric=entry.title, few=few)
        else:
            continue
        yield Problem(severity, "loss", sentence, Fix(_("Leave it out"), partial(_without_metric, name=name)))


@check
def only_one_class(view: View) -> Iterator[Problem]:
    """There is nothing to tell apart."""
    if len(view.facts.classes) == 1:
        yield Problem("blocking", "data", _("All examples are of one class: there is nothing to tell apart."))


def _named(targets: Takes) -> str:
    match targets:
        case "integers":
            return _("class numbers")
        case "one-hot":
            return _("one-hot labels")
        case "binary":
            return _("a single yes/no output")
        case "numbers":
            return _("numbers as targets")


def _with_units(project: ProjectSpec, units: int, facts: DataFacts) -> ProjectSpec:
    return settled(with_units(project, units), facts)


def _with_labels(project: ProjectSpec, labels: str, facts: DataFacts) -> ProjectSpec:
    return settled(replace(project, data=replace(project.data, labels=labels)), facts)


def _with_loss(project: ProjectSpec, better: Loss, facts: DataFacts) -> ProjectSpec:
    return settled(replace(project, training=replace(project.training, loss=better)), facts)


def _without_metric(project: ProjectSpec, name: str) -> ProjectSpec:
    names = tuple(one for one in project.training.metrics if one != name)
    return replace(project, training=replace(project.training, metrics=names))
