"""The metrics: what is measured beside the loss."""

from __future__ import annotations

from math import inf
from typing import ClassVar, Protocol

from netbuilder.spec.calls import Call, call
from netbuilder.spec.catalogs import Catalog
from netbuilder.spec.losses import Outputs, Takes


class Metric(Protocol):
    """What every metric declares; its name in the catalog is also its name in Keras, curves and files.

    ``idle_up_to``: with so many classes (or target columns) or fewer it is always perfect or says nothing.

    ``bounds``: between which values it always lies, both included.
    """

    higher_is_better: ClassVar[bool]
    idle_up_to: ClassVar[int]
    bounds: ClassVar[tuple[float, float]]

    def takes(self) -> tuple[Takes, ...]:
        """The targets it can measure."""

    def keras(self, targets: Takes, name: str, outputs: Outputs = "probabilities") -> Call:
        """The call that makes it for such targets, and for outputs as the loss wants them."""


metric: Catalog[Metric] = Catalog("metric")


class _Kept:
    """A metric that Keras has under one name for each form of targets."""

    __slots__ = ()

    higher_is_better: ClassVar[bool] = True
    idle_up_to: ClassVar[int] = 0
    bounds: ClassVar[tuple[float, float]] = (0.0, 1.0)
    names: ClassVar[dict[Takes, str]]
    arguments: ClassVar[dict[str, object]] = {}
    threshold: ClassVar[str] = ""  # the argument that says from which output on the answer is yes
    logits: ClassVar[bool] = False  # whether it has to be told that outputs are raw scores

    def takes(self) -> tuple[Takes, ...]:
        return tuple(self.names)

    def keras(self, targets: Takes, name: str, outputs: Outputs = "probabilities") -> Call:
        raw = outputs in ("logits", "margins")
        more = dict(self.arguments)
        if raw and targets == "binary" and self.threshold:
            more[self.threshold] = 0.0  # a raw score says yes from 0 on, where a probability says it from 0.5
        if raw and self.logits:
            more["from_logits"] = True
        return call(f"metrics.{self.names[targets]}", name=name, **more)


@metric("accuracy", "Accuracy", group="Classes", also=("acc",), beside={"threshold": 0.5})
class Accuracy(_Kept):
    """The share of examples whose most probable class is the right one."""

    names: ClassVar[dict[Takes, str]] = {
        "integers": "SparseCategoricalAccuracy",
        "one-hot": "CategoricalAccuracy",
        "binary": "BinaryAccuracy",
    }
    threshold: ClassVar[str] = "threshold"


class _Top(_Kept):
    """The right class among the few most probable."""

    __slots__ = ()

    names: ClassVar[dict[Takes, str]] = {
        "integers": "SparseTopKCategoricalAccuracy",
        "one-hot": "TopKCategoricalAccuracy",
    }


@metric("top_3_accuracy", "Top-3 accuracy", group="Classes", unsaid={"k": 5})
class Top3Accuracy(_Top):
    """The share of examples whose right class is among the three most probable."""

    arguments: ClassVar[dict[str, object]] = {"k": 3}
    idle_up_to: ClassVar[int] = 3


@metric("top_5_accuracy", "Top-5 accuracy", group="Classes", unsaid={"k": 5})
class Top5Accuracy(_Top):
    """The share of examples whose right class is among the five most probable."""

    arguments: ClassVar[dict[str, object]] = {"k": 5}
    idle_up_to: ClassVar[int] = 5


@metric("f1_score", "F1 score", group="Classes")
class F1Score(_Kept):
    """The harmonic mean of precision and recall, averaged over the classes: rare ones weigh as much as common ones."""

    # Keras 3.15.1 refuses the flat labels of a yes/no question.
    names: ClassVar[dict[Takes, str]] = {"one-hot": "F1Score"}
    arguments: ClassVar[dict[str, object]] = {"average": "macro"}


@metric("crossentropy", "Cross-entropy", group="Classes", beside={"from_logits": False, "label_smoothing": 0})
class Crossentropy(_Kept):
    """−log of the probability given to the right class, whatever the loss is."""

    # Keras 3.15.1 refuses the flat labels of a yes/no question.
    names: ClassVar[dict[Takes, str]] = {
        "integers": "SparseCategoricalCrossentropy",
        "one-hot": "CategoricalCrossentropy",
    }
    higher_is_better: ClassVar[bool] = False
    bounds: ClassVar[tuple[float, float]] = (0.0, inf)
    logits: ClassVar[bool] = True


_AUC = {
    "num_thresholds": 200,
    "curve": "ROC",
    "summation_method": "interpolation",
    "multi_label": False,
    "from_logits": False,
}


@metric("auc", "AUC", group="Yes or no", beside=_AUC)
class Auc(_Kept):
    """The area under the ROC curve: how often an example of class 1 gets a higher output than one of class 0."""

    names: ClassVar[dict[Takes, str]] = {"binary": "AUC"}
    logits: ClassVar[bool] = True


@metric("precision", "Precision", group="Yes or no")
class Precision(_Kept):
    """The share of those called class 1 that are."""

    names: ClassVar[dict[Takes, str]] = {"binary": "Precision"}
    threshold: ClassVar[str] = "thresholds"


@metric("recall", "Recall", group="Yes or no")
class Recall(_Kept):
    """The share of class 1 that is found."""

    names: ClassVar[dict[Takes, str]] = {"binary": "Recall"}
    threshold: ClassVar[str] = "thresholds"


class _Error(_Kept):
    """How far numbers lie from their targets.

    Keras's correlations are left out: they compare the columns of one example, not the examples, and are always 0 for
    one column.
    """

    __slots__ = ()

    higher_is_better: ClassVar[bool] = False
    bounds: ClassVar[tuple[float, float]] = (0.0, inf)


@metric("mean_absolute_error", "Mean absolute error", group="Numbers", also=("mae", "MAE"))
class MeanAbsoluteError(_Error):
    """Mean of |target − output|, in the unit of the target."""

    names: ClassVar[dict[Takes, str]] = {"numbers": "MeanAbsoluteError"}


@metric("mean_squared_error", "Mean squared error", group="Numbers", also=("mse", "MSE"))
class MeanSquaredError(_Error):
    """Mean of (target − output)²."""

    names: ClassVar[dict[Takes, str]] = {"numbers": "MeanSquaredError"}


@metric("root_mean_squared_error", "Root mean squared error", group="Numbers")
class RootMeanSquaredError(_Error):
    """The square root of the mean squared error, in the unit of the target."""

    names: ClassVar[dict[Takes, str]] = {"numbers": "RootMeanSquaredError"}


@metric("mean_absolute_percentage_error", "Mean absolute percentage error", group="Numbers", also=("mape", "MAPE"))
class MeanAbsolutePercentageError(_Error):
    """Mean of 100 · |target − output| / |target|. Targets near 0 make it huge."""

    names: ClassVar[dict[Takes, str]] = {"numbers": "MeanAbsolutePercentageError"}


@metric("mean_squared_logarithmic_error", "Mean squared logarithmic error", group="Numbers", also=("msle", "MSLE"))
class MeanSquaredLogarithmicError(_Error):
    """Mean of (log(1 + target) − log(1 + output))², negative numbers taken for 0."""

    names: ClassVar[dict[Takes, str]] = {"numbers": "MeanSquaredLogarithmicError"}


@metric("log_cosh", "Log-cosh", group="Numbers")
class LogCosh(_Error):
    """Mean of log(cosh(output − target)): like the squared error near 0 and the absolute error far away."""

    names: ClassVar[dict[Takes, str]] = {"numbers": "LogCoshError"}


@metric("r2_score", "R²", group="Numbers", beside={"class_aggregation": "uniform_average", "num_regressors": 0})
class R2Score(_Kept):
    """The share of the targets' variance that is explained: 1 is perfect, 0 is no better than their mean."""

    names: ClassVar[dict[Takes, str]] = {"numbers": "R2Score"}
    bounds: ClassVar[tuple[float, float]] = (-inf, 1.0)


@metric("cosine_similarity", "Cosine similarity", group="Numbers")
class CosineSimilarity(_Kept):
    """The cosine of the angle between targets and outputs: 1 is the same direction. Needs several targets."""

    names: ClassVar[dict[Takes, str]] = {"numbers": "CosineSimilarity"}
    bounds: ClassVar[tuple[float, float]] = (-1.0, 1.0)
    idle_up_to: ClassVar[int] = 1
