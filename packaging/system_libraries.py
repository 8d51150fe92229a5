"""The shared libraries that Qt takes from a Linux system, and the one command that installs those that are missing."""

import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from interpreters import sudo

# What to look for → its package for apt, dnf and pacman. Found with ldd on Qt 6.11 in a bare Debian 12. Debian 13 and
# Ubuntu 24.04 call some of them …t64, and apt finds them by these names all the same.
PACKAGES: dict[str, tuple[str, str, str]] = {
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2", "glib2"),
    "libgthread-2.0.so.0": ("libglib2.0-0", "glib2", "glib2"),
    "libGL.so.1": ("libgl1", "libglvnd-glx", "libglvnd"),
    "libEGL.so.1": ("libegl1", "libglvnd-egl", "libglvnd"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype", "freetype2"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs", "dbus"),
    "libz.so.1": ("zlib1g", "zlib", "zlib"),
    "libzstd.so.1": ("libzstd1", "libzstd", "zstd"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon", "libxkbcommon"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"),
    "libX11.so.6": ("libx11-6", "libX11", "libx11"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb", "libx11"),
    "libxcb.so.1": ("libxcb1", "libxcb", "libxcb"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb", "libxcb"),
    "libxcb-render.so.0": ("libxcb-render0", "libxcb", "libxcb"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil", "xcb-util-renderutil"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb", "libxcb"),
    "libxcb-shm.so.0": ("libxcb-shm0", "libxcb", "libxcb"),
    "libxcb-sync.so.1": ("libxcb-sync1", "libxcb", "libxcb"),
    "libxcb-util.so.1": ("libxcb-util1", "xcb-util", "xcb-util"),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0", "libxcb", "libxcb"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb", "libxcb"),
    "libwayland-client.so.0": ("libwayland-client0", "libwayland-client", "wayland"),
    "libwayland-cursor.so.0": ("libwayland-cursor0", "libwayland-cursor", "wayland"),
    "libwayland-egl.so.1": ("libwayland-egl1", "libwayland-egl", "wayland"),
    # Programs that the tests start.
    "Xvfb": ("xvfb", "xorg-x11-server-Xvfb", "xorg-server-xvfb"),
    "xdotool": ("xdotool", "xdotool", "xdotool"),
    "import": ("imagemagick", "ImageMagick", "imagemagick"),
}
MANAGERS = (("apt-get", "apt install"), ("dnf", "dnf install"), ("pacman", "pacman -S"))
# libqxcb alone is not enough: the modules and other libraries of Qt have needs of their own.
EVERY_WINDOW = ("QtCore.abi3.so", "QtGui.abi3.so", "QtWidgets.abi3.so")
SEEN_GOOD = "netbuilder-libraries"


def platforms_tried(variables: Mapping[str, str]) -> list[str]:
    """Qt's platform plugins in the order in which it tries them here, empty if there is no screen."""
    chosen = variables.get("QT_QPA_PLATFORM", "")
    if chosen:
        return [name.partition(":")[0] for name in chosen.split(";")]
    wayland = ["wayland"] if variables.get("WAYLAND_DISPLAY") else []
    return [*wayland, *(["xcb"] if variables.get("DISPLAY") else [])]


def missing(environment: Path, platform: str) -> list[str]:
    """The libraries that this platform plugin of the installed Qt needs and the system lacks, by file name."""
    packages = next(iter(environment.glob("lib/python3*/site-packages")), None)
    if packages is None:
        return []
    pyside = packages / "PySide6"
    plugin = pyside / "Qt" / "plugins" / "platforms" / f"libq{platform}.so"
    return unresolved([path for path in (*(pyside / name for name in EVERY_WINDOW), plugin) if path.exists()])


def unresolved(files: Sequence[Path]) -> list[str]:
    """The libraries that the dynamic linker cannot find for these files, by file name."""
    if not files or shutil.which("ldd") is None:
        return []
    said = subprocess.run(["ldd", *map(str, files)], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    found = re.findall(r"^\s*(\S+) => not found$", said.stdout.decode(errors="replace"), re.MULTILINE)
    return list(dict.fromkeys(found))


def missing_programs() -> list[str]:
    """The programs that the window tests start and the system lacks."""
    return [name for name in ("Xvfb", "xdotool", "import") if shutil.which(name) is None]


def packages(names: Iterable[str], manager: str) -> list[str]:
    """What to install with apt-get, dnf or pacman for these libraries and programs; unknown ones have no package."""
    column = [name for name, _ in MANAGERS].index(manager)
    return sorted({PACKAGES[name][column] for name in names if name in PACKAGES})


def installer() -> str | None:
    """The package manager of this system: apt-get, dnf, pacman or None."""
    return next((name for name, _ in MANAGERS if shutil.which(name)), None)


def sentence(names: Sequence[str]) -> str:
    """What is missing, and the one command that installs it."""
    what = f"This system lacks {', '.join(names)}, which the window needs"
    manager = installer()
    wanted = packages(names, manager) if manager else []
    if not manager or not wanted:
        return f"{what}: please install them with the system's package manager."
    return f"{what}: `{sudo()}{dict(MANAGERS)[manager]} {' '.join(wanted)}`"


def was_seen_good(environment: Path, platforms: Sequence[str]) -> bool:
    """Whether an earlier start found everything for these platforms; looking takes a tenth of a second each time."""
    try:
        return (environment / SEEN_GOOD).read_text(encoding="utf-8") == " ".join(platforms)
    except OSError:
        return False


def remember_good(environment: Path, platforms: Sequence[str]) -> None:
    """Note that nothing is missing for these platforms."""
    (environment / SEEN_GOOD).write_text(" ".join(platforms), encoding="utf-8")
