#!/usr/bin/env bash
# Repeat the rows of lecture 14, "Same name, different number", for the libraries that are not
# installed with the course. Prints each row, and fails if one is not what the lecture says.
# Outside CI: it installs about 2 GB of pinned packages into a temporary folder.
#
#   bash tests/same_name/14_evaluation.sh    # PYTHON=... for an environment that has them already
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat > "$folder/rows.py" <<'PYTHON'
import contextlib
import io
import os
import sys
import warnings
from importlib.metadata import version

os.environ["KERAS_BACKEND"] = "torch"
import numpy as np
import torch

warnings.simplefilter("ignore")
LIBRARIES = "torch torchmetrics keras netcal properscoring scoringrules lifelines scikit-survival"
changed = []


def number(value):
    return str(value) if isinstance(value, str) else f"{float(value):.3f}"


def row(name, said, compute):
    """Print what came out, and remember it if the lecture says something else."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        found = compute()
    found = " / ".join(number(value) for value in found)
    print(f"{name:62}{found}" + ("" if found == said else f"   <- the lecture says {said}"))
    if found != said:
        changed.append(name)


print(", ".join(f"{name} {version(name).partition('+')[0]}" for name in LIBRARIES.split()), "\n")

y100, risk = np.repeat([0, 1], [90, 10]), np.linspace(0.0001, 0.0049, 100)  # a rare disease


def keras_auc():
    import keras

    metric = keras.metrics.AUC()
    metric.update_state(y100, risk)
    return [float(metric.result())]


def torchmetrics_auc(y, score, batch=None, **how):
    from torchmetrics.classification import BinaryAUROC

    metric = BinaryAUROC(**how)
    pairs = zip(torch.as_tensor(score).split(batch or len(y)), torch.as_tensor(y).split(batch or len(y)), strict=True)
    for some, labels in pairs:
        metric.update(some, labels)
    return [metric.compute()]


row("AUC, all risks below 1/200: Keras", "0.500", keras_auc)
row("AUC, all risks below 1/200: torchmetrics, thresholds=200", "0.500", lambda: torchmetrics_auc(y100, risk, thresholds=200))
row("AUC, all risks below 1/200: torchmetrics", "1.000", lambda: torchmetrics_auc(y100, risk))
y4, logit = np.array([0, 1, 0, 1]), torch.tensor([80.0, 90, 100, 110])  # float32
row("AUC of logits 80 to 110: torchmetrics", "0.500", lambda: torchmetrics_auc(y4, logit))
y_mixed, mixed = np.array([0, 0, 1, 0]), torch.tensor([-2, 0.6, 0.62, 0.1])
row("AUC, scores -2, 0.6, 0.62, 0.1, one batch / two: torchmetrics", "1.000 / 0.667", lambda: [*torchmetrics_auc(y_mixed, mixed), *torchmetrics_auc(y_mixed, mixed, 2)])
row("AUC, nobody ill: torchmetrics", "0.000", lambda: torchmetrics_auc(np.zeros(4, int), torch.tensor([0.1, 0.4, 0.6, 0.9])))

p = np.repeat([0.4, 0.6], 100)  # of the first 100, 50 are ill; of the others 70
came = np.r_[np.arange(100) < 50, np.arange(100) < 70].astype(int)
columns = np.stack([1 - p, p], axis=1)


def netcal_ece():
    from netcal.metrics import ECE

    return [ECE(10).measure(columns, came)]


def torchmetrics_ece():
    from torchmetrics.functional.classification import multiclass_calibration_error

    return [multiclass_calibration_error(torch.tensor(columns), torch.tensor(came), 2, n_bins=10)]


row("ECE, ten bins, two softmax columns: netcal", "0.100", netcal_ece)
row("ECE, ten bins, two softmax columns: torchmetrics multiclass", "0.000", torchmetrics_ece)


def properscoring_crps():
    from properscoring import crps_ensemble

    return [crps_ensemble(1.0, [0.0, 2.0])]


def scoringrules_crps():
    from scoringrules import crps_ensemble

    few = np.array([0.0, 2.0])
    return [crps_ensemble(1.0, few), crps_ensemble(1.0, few, estimator="fair")]


row("CRPS of [0, 2], truth 1: properscoring", "0.500", properscoring_crps)
row('CRPS of [0, 2], truth 1: scoringrules / estimator="fair"', "0.500 / 0.000", scoringrules_crps)

at_risk, days = np.array([1 + 1e-9, 1]), np.array([5.0, 9.0])


def lifelines_concordance():
    from lifelines.utils import concordance_index

    return [concordance_index(days, -at_risk, [1, 1])]


def sksurv_concordance(**how):
    from sksurv.metrics import concordance_index_censored

    return [concordance_index_censored(np.array([True, True]), days, at_risk, **how)[0]]


row("concordance, risks 1e-9 apart: lifelines", "1.000", lifelines_concordance)
row("concordance, risks 1e-9 apart: scikit-survival", "0.500", sksurv_concordance)
row("concordance, risks 1e-9 apart: scikit-survival, tied_tol=0", "1.000", lambda: sksurv_concordance(tied_tol=0))

if changed:
    sys.exit(f"\n{len(changed)} rows are not what the lecture says: {'; '.join(changed)}")
print("\nAll rows as the lecture says.")
PYTHON

if [ -z "${PYTHON:-}" ]; then
  python3 -m venv "$folder/venv"
  PYTHON="$folder/venv/bin/python"
  "$PYTHON" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6 \
    torchmetrics==1.9.0 keras==3.15.1 netcal==1.4.0 properscoring==0.1 scoringrules==0.10.0 \
    lifelines==0.30.3 scikit-survival==0.28.0 2> "$folder/pip.err" ||
    { cat "$folder/pip.err" >&2; exit 1; }
fi
"$PYTHON" "$folder/rows.py"
