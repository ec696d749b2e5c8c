#!/usr/bin/env bash
# statsmodels: two raters who agree on everyone get kappa 1 and a standard error of NaN.
#
# The variance of kappa is a difference of sums that cancel where nobody disagrees. statsmodels takes
# its root as it comes out: from which categories the raters used it depends whether that is 0, or just
# below 0. Then std_kappa, the interval and the test are NaN behind a RuntimeWarning, for the best
# agreement that there is. Simulations of readers and bootstraps of small panels meet it. Seen with
# statsmodels 0.14.6: diag(2, 3, 2, 2, 1) and diag(20, 30, 20, 20, 10) give NaN, diag(5, 5) gives 0.
# Take the root of max(variance, 0).
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  statsmodels==0.14.6 numpy==2.3.5 scipy==1.16.3 pandas==2.3.3

OMP_NUM_THREADS=1 "$folder/venv/bin/python" - <<'PYTHON'
import sys
import warnings
from importlib.metadata import version

import numpy as np
from statsmodels.stats.inter_rater import cohens_kappa

warnings.simplefilter("ignore")
print("statsmodels", version("statsmodels"))
found = []
for counts in [(2, 3, 2, 2, 1), (20, 30, 20, 20, 10), (5, 5)]:
    result = cohens_kappa(np.diag(counts))
    found.append(bool(np.isnan(result.std_kappa)))
    print(f"diag{counts}: kappa {result.kappa}, variance {result.var_kappa:.1e}, "
          f"standard error {result.std_kappa}")
if not found[0] or found[2]:
    sys.exit(f"found NaN for {found}; the description says the first and not the last")
PYTHON
