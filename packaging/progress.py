"""What a person sees while pip works: a line per large download, a bar where there is a terminal."""

import re
import sys
from collections import deque
from pathlib import Path

from room import DOWNLOAD, MB

DOWNLOADING = re.compile(
    r"^\s*Downloading (?:\S*/)?(?P<name>[\w.]+?)-\d\S*(?<!\.metadata) \((?P<size>[\d.]+) (?P<unit>kB|MB|GB)\)"
)
UNPACKING = re.compile(r"^Installing collected packages: (?P<names>.+)$")
TROUBLE = re.compile(
    r"Retrying|Connection|ProxyError|timed out|Temporary failure|No matching distribution|SSLError", re.IGNORECASE
)
UNITS = {"kB": 1_000, "MB": MB, "GB": 1_000 * MB}
NOTABLE = 5 * MB
WIDTH = 30
LONGEST_LINE = 200


class Progress:
    """Reads pip's lines and shows how far it is.

    On a terminal one line that is drawn again and again; into a file a line per notable step, so that a log stays short.
    """

    def __init__(self, *, terminal: bool, packages: Path) -> None:
        self.last_lines: deque[str] = deque(maxlen=8)
        self.network_trouble = False
        self._terminal = terminal
        self._packages = packages
        self._there_before = self._installed()
        self._unpacking = 0
        self._doing = "Looking for packages"
        self._started: float | None = None
        self._drawn = ""

    def read(self, line: str) -> None:
        """Take one line that pip said."""
        if not line.strip():
            return
        if "Retrying" not in line:  # pip says it five times for each package, in 300 characters each
            self.last_lines.append(line.strip()[:LONGEST_LINE])
        download = DOWNLOADING.match(line)
        unpacking = UNPACKING.match(line)
        if download is not None:
            self._doing = f"Downloading {download['name']}"
            if float(download["size"]) * UNITS[download["unit"]] >= NOTABLE:
                self._say(f"Downloading {download['name']} ({download['size']} {download['unit']})")
        elif unpacking is not None:
            self._unpacking = len(unpacking["names"].split(", "))
            self._say(f"Unpacking {self._unpacking} {'package' if self._unpacking == 1 else 'packages'}")
        elif TROUBLE.search(line) is not None:
            if not self.network_trouble:
                self._say("The network does not answer as it should; pip tries again.")
            self.network_trouble = True

    def tick(self, downloaded: int, now: float) -> None:
        """Draw how far it is: bytes while downloading, packages while unpacking."""
        self._started = self._started if self._started is not None else now
        if not self._terminal:
            return
        seconds = f"{now - self._started:4.0f} s"
        if self._unpacking:
            done = min(self._installed() - self._there_before, self._unpacking)
            self._draw(f"{bar(done / self._unpacking)} {done} of {self._unpacking} packages {seconds}")
        else:
            share = min(downloaded / DOWNLOAD, 1.0)
            self._draw(f"{bar(share)} {downloaded / MB:5.0f} MB {seconds}  {self._doing}")

    def close(self) -> None:
        """Leave the terminal on a fresh line."""
        self._draw("")

    def _installed(self) -> int:
        return sum(1 for _ in self._packages.glob("*.dist-info"))

    def _say(self, text: str) -> None:
        self._draw("")
        print(text, flush=True)

    def _draw(self, text: str) -> None:
        if not self._terminal or (not text and not self._drawn):
            return
        sys.stdout.write("\r" + text[:100].ljust(len(self._drawn)) + ("\r" if not text else ""))
        sys.stdout.flush()
        self._drawn = text[:100]


def bar(share: float) -> str:
    """A bar of ASCII characters, which every terminal can show."""
    filled = round(WIDTH * share)
    return f"[{'#' * filled}{'.' * (WIDTH - filled)}]"
