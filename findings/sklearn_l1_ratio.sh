#!/usr/bin/env bash
# LogisticRegression(l1_ratio=1, solver="liblinear") is two models, by the version of scikit-learn.
#
# Since 1.8, l1_ratio chooses the penalty: 1 means L1, and most weights are exactly 0. Before,
# l1_ratio was passed over (with a UserWarning) unless penalty="elasticnet" was given too: the fit
# is L2 and keeps every weight. Code written for the new form runs on the old one, and answers.
# Seen with 1.6.1: 30 of 30 weights kept; with 1.9.1: 7 of 30.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat > "$folder/kept.py" <<'PYTHON'
import warnings

import sklearn
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

X, y = load_breast_cancer(return_X_y=True)
model = LogisticRegression(l1_ratio=1, solver="liblinear", C=0.05, random_state=0, tol=1e-6)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    model.fit(StandardScaler().fit_transform(X), y)
kept = (model.coef_ != 0).sum()
print(f"scikit-learn {sklearn.__version__}: {kept} of 30 weights kept, {len(caught)} warning(s)")
for warning in caught:
    print(f"  {warning.category.__name__}: {warning.message}")
PYTHON

for version in 1.6.1 1.9.1; do
  python3 -m venv "$folder/$version"
  "$folder/$version/bin/python" -m pip install --quiet --disable-pip-version-check \
    "scikit-learn==$version" "numpy==2.3.5" "scipy==1.16.3" 2> "$folder/pip.err" ||
    { cat "$folder/pip.err" >&2; exit 1; }
  "$folder/$version/bin/python" "$folder/kept.py" | tee -a "$folder/seen"
done

grep -q "scikit-learn 1.6.1: 30 of 30 weights kept, 1 warning" "$folder/seen"
grep -q "UserWarning: l1_ratio parameter is only used when penalty is 'elasticnet'" "$folder/seen"
grep -q "scikit-learn 1.9.1: 7 of 30 weights kept, 0 warning" "$folder/seen"
echo "As described: the same line fits L2 with 1.6.1 and L1 with 1.9.1."
