"""Orders that no run could obey are not given."""

from math import inf, nan

import pytest

from netbuilder.orders import NotAStepSize, SetLearningRate


@pytest.mark.parametrize("rate", [0.0, -1.0, nan, inf])
def test_a_learning_rate_that_is_no_number_above_zero_is_refused(rate):
    with pytest.raises(NotAStepSize, match="above 0"):
        SetLearningRate(rate)
