"""What happens where a window was asked for and there is no screen: the first template is trained in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from netbuilder import disk
from netbuilder.cli.sentences import BAD_INPUT, code_of
from netbuilder.cli.train import trained
from netbuilder.files.templates import DEFAULT, template_named
from netbuilder.words import _


def main(arguments: Sequence[str]) -> int:
    """Says so, and trains; with a project to open it only says so."""
    if arguments:
        message = _("There is no screen to open “{path}” on. Train it here with: netbuilder train {path}")
        if not disk.is_there(Path(arguments[0])):
            message = _("“{path}” is no command and no file. See: netbuilder --help")
        print("netbuilder: " + message.format(path=arguments[0]), file=sys.stderr)
        return BAD_INPUT
    template = template_named(DEFAULT)
    message = _("There is no screen, so no window opens: training “{title}” here instead. For more: netbuilder --help")
    print(message.format(title=template.title), flush=True)
    return code_of(lambda: trained(template.project(), Path(f"netbuilder-{template.name}")))
