"""Memory that ends is named with the batch size, whoever asked for it."""

import numpy as np
import pytest

from netbuilder.engine.devices import chosen
from netbuilder.engine.placing import OutOfMemory, placed

TOO_MUCH = 1 << 50  # bytes: no machine has that


def test_memory_that_ends_outside_of_tensorflow_is_named_with_the_batch_size_too():
    said = r"The memory of CPU .* batches of 4,096: choose a smaller batch size"
    with pytest.raises(OutOfMemory, match=said), placed(chosen("cpu"), 4096):
        np.empty(TOO_MUCH, np.uint8)  # of TensorFlow's own, tests of runs tell: it waits 10 s before it says so


def test_what_names_the_batch_size_already_is_not_said_again():
    with pytest.raises(OutOfMemory, match=r"^enough$"), placed(chosen("cpu"), 32):
        raise OutOfMemory("enough")
