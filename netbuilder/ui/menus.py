"""The menu bar."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QMainWindow, QMenu

from netbuilder.spec.catalogs import Entry
from netbuilder.ui.actions import Actions
from netbuilder.ui.docks import Dock
from netbuilder.ui.outline import OutlinePanel
from netbuilder.ui.plain_tip import plain_tip
from netbuilder.ui.project_files import Template
from netbuilder.words import _


class Menus:
    """The menus of a window; what the toolbar shows too is made here once."""

    def __init__(self, window: QMainWindow, actions: Actions) -> None:
        self._actions = actions
        self.templates = QMenu(_("New from &template"), window)
        self.recent = QMenu(_("Open &recent"), window)
        self.exports = QMenu(_("&Export"), window)
        self.more = QMenu(_("Train &more"), window)
        for menu in (self.templates, self.recent, self.exports, self.more):
            menu.setToolTipsVisible(True)

    def fill(self, window: QMainWindow, outline: OutlinePanel, docks: Iterable[Dock]) -> None:
        """Puts the actions into the menu bar."""
        act, bar = self._actions, window.menuBar()
        file = bar.addMenu(_("&File"))
        file.addActions([act.new])
        file.addMenu(self.templates)
        file.addAction(act.open)
        file.addMenu(self.recent)
        file.addSeparator()
        file.addActions([act.save, act.save_as])
        file.addMenu(self.exports)
        file.addSeparator()
        file.addAction(act.quit)
        edit = bar.addMenu(_("&Edit"))
        edit.addActions([act.undo, act.redo])
        network = bar.addMenu(_("&Network"))
        network.addActions([act.add_layer, outline.duplicate_action, outline.delete_action])
        network.addSeparator()
        network.addActions([outline.up_action, outline.down_action])
        run = bar.addMenu(_("&Run"))
        run.setToolTipsVisible(True)
        self.more.addActions(list(act.more.values()))
        run.addActions([act.train, act.pause, act.resume, act.step, act.step_epoch])
        run.addSeparator()
        run.addActions([act.stop, act.stop_best])
        run.addSeparator()
        run.addMenu(self.more)
        run.addActions([act.rate, act.new_seed])
        view = bar.addMenu(_("&View"))
        view.addActions([act.show_curves, act.show_runs, act.show_notes])
        view.addSeparator()
        for dock in docks:
            view.addAction(dock.toggleViewAction())
        view.addSeparator()
        view.addMenu(self._schemes(window))
        helping = bar.addMenu(_("&Help"))
        helping.addAction(act.whats_this)
        helping.addSeparator()
        helping.addActions([act.show_log, act.report])
        helping.addSeparator()
        helping.addAction(act.about)

    def show_templates(self, templates: Iterable[Template]) -> None:
        """Fills the menu of templates, by group."""
        self.templates.clear()
        group = ""
        for template in templates:
            if template.group != group:
                group = template.group
                self.templates.addSeparator()
                self.templates.addAction(group).setEnabled(False)  # a style sheet draws no words on a section
            action = self.templates.addAction(template.title)
            action.setData(template)
            action.setToolTip("\n".join(template.look))

    def show_recent(self, paths: Iterable[Path]) -> None:
        """Fills the menu of recent projects."""
        self.recent.clear()
        for path in paths:
            action = self.recent.addAction(path.name)
            action.setData(path)
            action.setToolTip(plain_tip(str(path)))
        self.recent.setEnabled(not self.recent.isEmpty())

    def show_exports(self, entries: Iterable[Entry[Any]]) -> None:
        """Fills the menu of exporters."""
        self.exports.clear()
        for entry in entries:
            action = self.exports.addAction(f"{entry.title}…")
            action.setData(entry)
            action.setToolTip(entry.words)

    def show_trained(self, *, trained: bool) -> None:
        """Offers only the exports that there is something for."""
        for action in self.exports.actions():
            ready = trained or not getattr(action.data().kind, "wants_training", True)
            action.setEnabled(ready)
            action.setToolTip(action.data().words if ready else _("Train the network first."))

    def _schemes(self, window: QMainWindow) -> QMenu:
        menu = QMenu(_("&Theme"), window)
        menu.addActions(self._actions.schemes.actions())
        return menu
