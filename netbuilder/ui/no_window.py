"""Says why no window could be opened, to somebody who may have no terminal to read it in."""

from __future__ import annotations

from netbuilder.ui.report_dialog import ReportDialog
from netbuilder.words import _


def tell_that_there_is_none(problem: Exception) -> None:
    """Shows what went wrong, and returns when that has been read."""
    from netbuilder.app.reports import report_of_last
    from netbuilder.discretion import bones_of

    dialog = ReportDialog(_("netbuilder could not be opened"), None, after_fault=False)
    dialog.show_report(
        _(
            "Something went wrong while its window was made. Nothing that you saved is touched: try again, and if that "
            "does not help, install netbuilder anew, and say with these details what happened."
        ),
        report_of_last(bones_of(problem), ()),
    )
    dialog.exec()
