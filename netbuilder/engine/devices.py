"""What TensorFlow can compute on, and the choice among it."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass

import tensorflow as tf

from netbuilder.words import _, plural


class NoSuchDevice(LookupError):
    """The asked device is not there; the message names those that are."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device: ``name`` as projects hold it ("cpu", "gpu:0"), ``label`` for people, ``place`` as TensorFlow names it."""

    name: str
    label: str
    place: str


def devices() -> tuple[Device, ...]:
    """All devices, the CPU first. Sets GPUs to take memory as they need it; call it before their first use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    found = [Device("cpu", plural("CPU · {count} core", "CPU · {count} cores", cores), "/CPU:0")]
    for number, gpu in enumerate(tf.config.list_physical_devices("GPU")):
        with suppress(RuntimeError):  # it is in use already, with whatever was set at first
            tf.config.experimental.set_memory_growth(gpu, True)
        model = tf.config.experimental.get_device_details(gpu).get("device_name", "GPU")
        found.append(Device(f"gpu:{number}", f"GPU {number} · {model}", f"/GPU:{number}"))
    return tuple(found)


def warm_up() -> None:
    """Makes TensorFlow start its threads and its compiler, by a sum: the first run need not wait for them."""
    tf.function(tf.add, jit_compile=sys.platform != "win32")(tf.constant(1.0), tf.constant(1.0))


def why_no_gpu() -> str:
    """One true sentence for a machine on which TensorFlow sees no GPU."""
    if sys.platform == "win32":
        return _(
            "TensorFlow has no GPU support on native Windows since version 2.11; run netbuilder in WSL2 to use one."
        )
    if sys.platform == "darwin":
        return _("TensorFlow uses no GPU on macOS without Apple's tensorflow-metal plug-in; training runs on the CPU.")
    if not tf.test.is_built_with_cuda():
        return _("This TensorFlow is built without GPU support; training runs on the CPU.")
    return _("TensorFlow sees no GPU here; with an NVIDIA card, install the extra: pip install 'netbuilder[gpu]'.")


def chosen(name: str) -> Device:
    """The device of that name; "auto" takes the first GPU, or else the CPU. Raises ``NoSuchDevice``."""
    all_devices = devices()
    if name == "auto":
        return all_devices[1] if len(all_devices) > 1 else all_devices[0]
    for device in all_devices:
        if device.name == name:
            return device
    known = ", ".join(device.name for device in all_devices)
    raise NoSuchDevice(
        _("There is no device {name!r} here. Choose auto or one of: {known}.").format(name=name, known=known)
    )
