"""The dialog that says what went wrong, with details to copy and a way to bring one's work into safety."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent, QFontDatabase, QGuiApplication, QPalette, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from netbuilder.ui.icons import picture
from netbuilder.ui.message_bar import Severity
from netbuilder.ui.theme import colours
from netbuilder.words import _

_WIDTH, _DETAILS = 560, 200  # pixels
_ICON = 24


class ReportDialog(QDialog):
    """Stands over the window without a loop of its own. After a fault it offers to save a copy and to close."""

    save_asked = Signal()
    close_asked = Signal()

    def __init__(self, heading: str, parent: QWidget | None, *, after_fault: bool) -> None:
        super().__init__(parent)
        self.setObjectName("report")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(heading)
        self.setAccessibleName(heading)
        self.after_fault = after_fault
        self._outcome: Severity = "hint"
        self._icon = QLabel(self)
        self.heading = QLabel(heading, self)
        self.heading.setObjectName("title")
        self.says = _paragraph(self)
        self.came = _paragraph(self)
        self.came.hide()
        self.more = QPushButton(_("Details"), self)
        self.more.setObjectName("link")
        self.more.setCheckable(True)
        self.more.setToolTip(_("Shows what Copy details copies"))
        self.details = QPlainTextEdit(self)
        self.details.setReadOnly(True)
        self.details.setAccessibleName(_("Details"))
        self.details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.details.setMinimumHeight(_DETAILS)
        self.details.setTabChangesFocus(True)
        self.foot = _paragraph(self, _("Nothing is sent anywhere. The details hold no data of yours and no paths."))
        self.foot.setObjectName("help")
        self.save = QPushButton(_("&Save a copy…"), self)
        self.save.setObjectName("primary")
        self.copy = QPushButton(_("&Copy details"), self)
        self.quit = QPushButton(_("Close &netbuilder"), self)
        self.done_button = QPushButton(_("&Go on") if after_fault else _("Close"), self)
        for button in (self.more, self.save, self.copy, self.quit, self.done_button):
            button.setAutoDefault(False)  # it may open while somebody types: Enter must not answer it
        for button in (self.save, self.quit):
            button.setVisible(after_fault)
        self._lay_out()
        self._wire()
        self._unfold(not after_fault)
        self.more.setChecked(not after_fault)
        self.more.setFocus()  # where a key that was meant for the window does no harm
        self._dress()

    def show_report(self, sentence: str, details: str) -> None:
        """Shows what happened; again, when more has happened meanwhile."""
        self.says.setText(sentence)
        self.setAccessibleDescription(sentence)
        if details != self.details.toPlainText():
            self.details.setPlainText(details)
        self._fit()

    def tell(self, sentence: str, severity: Severity) -> None:
        """Says what came of what was asked."""
        self._outcome = severity
        self.came.setText(sentence)
        self.came.setAccessibleName(sentence)
        self.came.show()
        self._dress()
        self._fit()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._icon)
        head.addWidget(self.heading, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.save)
        buttons.addWidget(self.copy)
        buttons.addStretch()
        buttons.addWidget(self.quit)
        buttons.addWidget(self.done_button)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.says)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.details, 1)
        column.addWidget(self.foot)
        column.addWidget(self.came)
        column.addSpacing(4)
        column.addLayout(buttons)
        self.setMinimumWidth(_WIDTH)

    def _wire(self) -> None:
        self.more.toggled.connect(self._unfold)
        self.save.clicked.connect(self.save_asked)
        self.copy.clicked.connect(self._copy)
        self.quit.clicked.connect(self.close_asked)
        self.done_button.clicked.connect(self.reject)

    @Slot(bool)
    def _unfold(self, shown: bool) -> None:
        self.details.setVisible(shown)
        self._fit()

    def _fit(self) -> None:
        """As high as what is said needs, which is less again once the details are folded."""
        self._column.activate()
        self.resize(self.width(), self._column.totalHeightForWidth(max(self.width(), _WIDTH)))

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText())
        self.tell(_("The details were copied. Say with them what you did last."), "hint")

    def _dress(self) -> None:
        theme = colours(self.palette())
        name, ink = ("blocking", theme.error) if self.after_fault else ("hint", theme.accent)
        self._icon.setPixmap(picture(name, ink, _ICON))
        palette = self.came.palette()
        palette.setColor(QPalette.ColorRole.WindowText, theme.error if self._outcome == "blocking" else theme.good)
        self.came.setPalette(palette)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))


def _paragraph(parent: QWidget, text: str = "") -> QLabel:
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
