#!/usr/bin/env bash
# statsmodels 0.14.5: pip pairs it with a pandas under which it cannot be imported.
#
# An analysis that pins its statistics, statsmodels==0.14.5, and leaves pandas to pip gets what
# statsmodels asks for: a pandas from 1.4 on, without an end. Since it came out that is pandas 3,
# whose private deprecate_kwarg wants another first argument, and statsmodels calls it while it is
# imported. pip reports success, pip check finds no conflict, and statsmodels.api raises a TypeError
# that names neither package's version; statsmodels.formula.api still comes in, so half of a notebook
# runs. Seen with statsmodels 0.14.5 and pandas 3.0.6; pandas 2.3.3 or statsmodels 0.14.6 work. Pin
# pandas beside statsmodels.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

install() {
  "$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@" \
    2> "$folder/pip.err" || { cat "$folder/pip.err" >&2; exit 1; }
}

try() {
  "$folder/venv/bin/python" - "$1" <<'PYTHON'
import importlib
import sys
from importlib.metadata import version

found = f"statsmodels {version('statsmodels')}, pandas {version('pandas')}: {sys.argv[1]}"
try:
    importlib.import_module(sys.argv[1])
except TypeError as error:
    print(f"{found} raises TypeError: {error}")
else:
    print(f"{found} is imported")
PYTHON
}

python3 -m venv "$folder/venv"
install statsmodels==0.14.5 pandas==3.0.6 numpy==2.3.5 scipy==1.16.3
{
  "$folder/venv/bin/python" -m pip check
  try statsmodels.api
  try statsmodels.formula.api
  install statsmodels==0.14.6
  try statsmodels.api
  install statsmodels==0.14.5 pandas==2.3.3
  try statsmodels.api
} | tee "$folder/seen"

grep -q "No broken requirements found" "$folder/seen"
grep -q "0.14.5, pandas 3.0.6: statsmodels.api raises TypeError: deprecate_kwarg() missing" "$folder/seen"
grep -q "0.14.5, pandas 3.0.6: statsmodels.formula.api is imported" "$folder/seen"
grep -q "0.14.6, pandas 3.0.6: statsmodels.api is imported" "$folder/seen"
grep -q "0.14.5, pandas 2.3.3: statsmodels.api is imported" "$folder/seen"
echo "As described: pip is content, and the import fails."
