"""What is said of an engine that died, or of which there was none."""

from __future__ import annotations

from netbuilder.words import _


def obituary_of(code: int | None, printed: str, *, hung: bool) -> dict[str, str]:
    """``sentence`` and ``details`` of a process that ended with an exit code, and what it printed last."""
    from netbuilder.discretion import discreet  # most engines live, and need none of its patterns

    if hung:
        sentence = _("The engine stopped answering and was started again.")
    else:
        sentence = _("The engine ended unexpectedly, often because memory ran out, and was started again.")
    return {"sentence": sentence, "details": discreet(f"exit code {code}\n{printed}")}


def stillborn(problem: Exception) -> dict[str, str]:
    """The same where the system did not give a process, or not what belongs to one."""
    return {
        "sentence": _("The engine could not be started, mostly because the system has no memory left."),
        "details": str(problem),
    }
