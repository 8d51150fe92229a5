"""``netbuilder templates``: what there is to begin with."""

from __future__ import annotations

import argparse
from itertools import groupby

from netbuilder.cli.sentences import DONE
from netbuilder.files.templates import templates


def run(_asked: argparse.Namespace) -> int:
    """Prints each template's name, title and what to look at."""
    found = templates()
    width = max(len(one.name) for one in found)
    for group, members in groupby(found, key=lambda one: one.group):
        print(group)
        for one in members:
            print(f"  {one.name:{width}}  {one.title}")
            for line in one.look:
                print(f"  {'':{width}}    {line}")
    return DONE
