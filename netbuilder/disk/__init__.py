"""The disk: whole-or-nothing writes, careful opening, locks across programs, and where things lie."""

from __future__ import annotations

from netbuilder.disk.fingerprints import Fingerprint, fingerprint
from netbuilder.disk.locks import Locked, locked
from netbuilder.disk.looking import at_home, is_file, is_folder, is_link, is_same, is_there, real
from netbuilder.disk.moments import is_moment
from netbuilder.disk.parts import sweep
from netbuilder.disk.places import cache_folder, data_folder, lock_folder, log_folder, resource, settings_folder
from netbuilder.disk.reading import CannotOpen, opened
from netbuilder.disk.writing import CannotWrite, cannot_write, previous_of, settle, write_whole

__all__ = [
    "CannotOpen",
    "CannotWrite",
    "Fingerprint",
    "Locked",
    "at_home",
    "cache_folder",
    "cannot_write",
    "data_folder",
    "fingerprint",
    "is_file",
    "is_folder",
    "is_link",
    "is_moment",
    "is_same",
    "is_there",
    "lock_folder",
    "locked",
    "log_folder",
    "opened",
    "previous_of",
    "real",
    "resource",
    "settings_folder",
    "settle",
    "sweep",
    "write_whole",
]
