"""From a stroke on the pad to its answer, while the network is being trained."""

import os
import statistics
import time


def measure() -> dict[str, str]:
    """Median and 99th percentile over some hundred strokes in the real window, offscreen."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    import tempfile

    os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp()
    from PySide6.QtCore import QEventLoop, QTimer

    from netbuilder.events import BatchesTrained
    from netbuilder.ui import start

    found: list[float] = []

    class Timed(start.Window):
        """Presses Train, then draws a point again and again and notes when its answer is shown."""

        def __init__(self, *given: object) -> None:
            super().__init__(*given)  # type: ignore[arg-type]
            QTimer.singleShot(0, self.actions_.train.trigger)
            self.training.told.connect(self._begin)
            self._drawing = False

        def _begin(self, event: object) -> None:
            if isinstance(event, BatchesTrained) and not self._drawing:
                self._drawing = True
                QTimer.singleShot(0, self._draw)

        def _draw(self) -> None:
            import numpy as np

            picture = np.zeros((28, 28), np.uint8)
            for stroke in range(300):
                picture[stroke % 28, (7 * stroke) % 28] = 255
                loop = QEventLoop()
                self.trying.answered.connect(loop.quit)
                begun = time.perf_counter()
                self.trying.ask(picture)
                loop.exec()
                found.append(1000 * (time.perf_counter() - begun))
                self.trying.answered.disconnect(loop.quit)
            self.training.ended.connect(lambda: self._app.exit())
            self.training.stop()

    start.Window = Timed  # type: ignore[misc]
    start.main([])
    cut = statistics.quantiles(found, n=100)
    return {"question to answer while training, median / 99th percentile": f"{cut[49]:.1f} / {cut[98]:.1f} ms"}
