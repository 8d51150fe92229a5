"""The command line: what can be asked for, and which job does it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from typing_extensions import override

from netbuilder import __version__
from netbuilder.cli.sentences import BadInput, code_of
from netbuilder.words import _

_CODES = _(
    "Exit codes: 0 done; 1 the project has blocking problems, the numbers grew beyond all bounds, or an export failed its "
    "comparison; 2 bad input, told in one sentence; 3 a fault of the program; 130 stopped with Ctrl+C, with what was learned so far written."
)


def main(arguments: Sequence[str]) -> int:
    """Does what the arguments ask for; returns the exit code."""

    def job() -> int:
        asked = _parser().parse_args(arguments)
        code: int = asked.job(asked)
        return code

    return code_of(job)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without the usage that hides it."""

    @override
    def error(self, message: str) -> NoReturn:
        raise BadInput(f"{message[:1].upper()}{message[1:]}. " + _("See: {program} --help").format(program=self.prog))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="netbuilder",
        description=_("Build, train and understand neural networks. Without a command, a window opens."),
        epilog=_CODES,
    )
    parser.add_argument("--version", action="version", version=f"netbuilder {__version__}")
    commands = parser.add_subparsers(title=_("commands"), metavar="COMMAND", required=True, parser_class=_Parser)
    _train(commands)
    _runs(commands)
    _check(commands)
    _export(commands)
    _templates(commands)
    _new(commands)
    return parser


def _train(commands: Any) -> None:
    one = commands.add_parser(
        "train",
        help=_("train a project or a template"),
        description=_(
            "Trains a project file or a template, and writes model.keras (opened again and compared), project.netbuilder "
            "(with the trained weights), curves.svg and history.csv."
        ),
        epilog=_CODES,
    )
    one.add_argument("project", metavar="PROJECT_OR_TEMPLATE", help=_("a .netbuilder file, or a template's name"))
    _data(one)
    one.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help=_(
            "folder for the results; it is made if needed, and what an earlier run wrote there is replaced, but no "
            "project that was saved in a window (default: netbuilder-NAME in the current folder)"
        ),
    )
    one.add_argument("--seed", type=int, metavar="N", help=_("another seed: other first weights and data order"))
    one.add_argument("--epochs", type=int, metavar="N", help=_("another number of epochs"))
    one.add_argument(
        "--minutes", type=float, metavar="N", help=_("end after so many minutes of training, within an epoch")
    )
    one.add_argument(
        "--until", metavar="NAME=VALUE", help=_("end after the first epoch that is so good, such as val_accuracy=0.98")
    )
    one.add_argument("--device", metavar="D", help=_("auto, cpu, gpu:0, …"))
    one.add_argument("--download", action="store_true", help=_("download the data if they are not here"))
    one.add_argument("--json", action="store_true", help=_("print one JSON object a line, and nothing else"))
    one.add_argument(
        "--history",
        action=argparse.BooleanOptionalAction,
        default=True,
        help=_("whether the run is kept in the history, so that it can be gone on with if it is interrupted"),
    )
    one.set_defaults(job=_late("train"))


def _runs(commands: Any) -> None:
    one = commands.add_parser(
        "runs",
        help=_("list, show, continue or delete the runs of the history"),
        description=_("Lists the runs of the history, newest first, or does something with one of them."),
        epilog=_("UID: the beginning of a run's uid, as the list shows it."),
    )
    one.add_argument("--json", action="store_true", help=_("print one JSON object a line, and nothing else"))
    one.set_defaults(job=_late("runs"), what="list")
    ways = one.add_subparsers(title=_("what to do"), metavar="WHAT", parser_class=_Parser)
    show = _way(ways, "show", _("show all that is known of a run"))
    show.add_argument("--json", action="store_true", help=_("print one JSON object"))
    rename = _way(ways, "rename", _("give a run a name"))
    rename.add_argument("text", metavar="NAME", help=_('the name; "" takes it away'))
    note = _way(ways, "note", _("put a note in the place of the one before"))
    note.add_argument("text", metavar="TEXT", help=_("the note"))
    _way(ways, "delete", _("delete runs, and give their space back"), several=True)
    export = _way(ways, "export", _("write a run's epochs as comma-separated values"))
    export.add_argument("--out", type=Path, metavar="FILE", help=_("the file to write (default: print them)"))
    go_on = _way(ways, "continue", _("go on with an interrupted run, to the very end that it would have come to"))
    go_on.add_argument("--out", type=Path, metavar="DIR", help=_("folder for the results (default: netbuilder-UID)"))
    go_on.add_argument("--json", action="store_true", help=_("print one JSON object a line, and nothing else"))


def _way(ways: Any, name: str, words: str, *, several: bool = False) -> argparse.ArgumentParser:
    one: argparse.ArgumentParser = ways.add_parser(name, help=words, description=f"{words[:1].upper()}{words[1:]}.")
    if several:
        one.add_argument("uids", nargs="+", metavar="UID", help=_("the beginning of its uid"))
    else:
        one.add_argument("uid", metavar="UID", help=_("the beginning of its uid"))
    one.set_defaults(what=name)
    return one


def _check(commands: Any) -> None:
    one = commands.add_parser(
        "check",
        help=_("show a project's layers, sizes and problems"),
        description=_("Shows shapes, sizes and problems. Exit code 0 if nothing hinders training, else 1."),
    )
    one.add_argument("project", metavar="PROJECT", help=_("a .netbuilder file, or a template's name"))
    one.set_defaults(job=_late("check"))


def _export(commands: Any) -> None:
    one = commands.add_parser(
        "export",
        help=_("take a trained network, or its script, away"),
        description=_("Exports the network that was trained and saved in a project file."),
        epilog=_CODES,
    )
    one.add_argument("project", metavar="PROJECT", help=_("a .netbuilder file, or a template's name"))
    one.add_argument("--format", required=True, metavar="NAME", help=_("keras, python, …"))
    one.add_argument("--out", type=Path, required=True, metavar="FILE", help=_("the file to write"))
    _data(one)
    one.add_argument(
        "--portable",
        action=argparse.BooleanOptionalAction,
        default=None,
        help=_("whether older versions of Keras shall open it, too"),
    )
    one.set_defaults(job=_late("export"))


def _templates(commands: Any) -> None:
    one = commands.add_parser("templates", help=_("list the templates"), description=_("Lists the templates."))
    one.set_defaults(job=_late("templates"))


def _new(commands: Any) -> None:
    one = commands.add_parser(
        "new", help=_("write a template as a project file"), description=_("Writes a template as a project file.")
    )
    one.add_argument("template", metavar="TEMPLATE", help=_("a template's name"))
    one.add_argument("file", type=Path, metavar="FILE", help=_("the .netbuilder file to write; it must not exist"))
    one.set_defaults(job=_late("new"))


def _data(one: argparse.ArgumentParser) -> None:
    one.add_argument("--data", metavar="PATH", help=_("where the data are: a file or folder, for data that have one"))


def _late(job: str) -> Any:
    """The job's function, its module imported only when it is done: most of them need nothing that is slow."""

    def do(asked: argparse.Namespace) -> int:
        from importlib import import_module

        code: int = import_module(f"netbuilder.cli.{job}").run(asked)
        return code

    return do
