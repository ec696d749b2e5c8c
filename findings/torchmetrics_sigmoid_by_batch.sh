#!/usr/bin/env bash
# torchmetrics: the AUROC of logits depends on how they were batched.
#
# Binary metrics take probabilities or logits, and tell which by looking: numbers outside 0 to 1
# get a sigmoid. BinaryAUROC looks in each update(), not once in compute(). A batch whose logits all
# happen to lie from 0 to 1 stays as it is, and is ranked together with batches that were squashed:
# a logit of 0.62 then loses to one of 0.6 that has become sigmoid(0.6) = 0.65. A sigmoid leaves
# every order as it is, so nobody expects this. No warning. Small batches, and networks that are not
# yet sure, meet it most. Seen with torchmetrics 1.9.0: 1.0 in one batch, 0.667
# in two. Hand over logits.sigmoid(), in float64 if they are large, and it cannot happen.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat > "$folder/auroc.py" <<'PYTHON'
import torch
import torchmetrics
from torchmetrics.classification import BinaryAUROC

print("torchmetrics", torchmetrics.__version__)
logits = torch.tensor([-2, 0.6, 0.62, 0.1])
ill = torch.tensor([0, 0, 1, 0])


def auroc(scores, size):
    metric = BinaryAUROC()
    for some, labels in zip(scores.split(size), ill.split(size), strict=True):
        metric.update(some, labels)
    return metric.compute().item()


for size in (4, 2, 1):
    print(f"batches of {size}: logits {auroc(logits, size):.3f},", end=" ")
    print(f"probabilities {auroc(logits.sigmoid(), size):.3f}")
PYTHON

python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  torchmetrics==1.9.0 torch==2.13.0 numpy==2.4.6 2> "$folder/pip.err" ||
  { cat "$folder/pip.err" >&2; exit 1; }
"$folder/venv/bin/python" "$folder/auroc.py" | tee "$folder/seen"

grep -q "batches of 4: logits 1.000, probabilities 1.000" "$folder/seen"
grep -q "batches of 2: logits 0.667, probabilities 1.000" "$folder/seen"
grep -q "batches of 1: logits 1.000, probabilities 1.000" "$folder/seen"
echo "As described: the same logits have another AUROC in other batches."
