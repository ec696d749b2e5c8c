#!/usr/bin/env bash
# torch: the first optimizer of a process imports the compiler, and SymPy with it.
#
# `import torch` leaves torch._dynamo and SymPy out. The constructor of any optimizer is marked
# as "not to be compiled", and the mark imports torch._dynamo when it is first passed: some 800
# modules, for as much processor time as `import torch` itself, though nothing is ever
# compiled. Who times the first step of a training, or starts a fresh process for each short fit
# (a test, a grader, a notebook's kernel), measures this. TORCHDYNAMO_DISABLE=1 changes nothing.
# Seen with torch 2.13.0. Import it once and fork, or build one optimizer before the clock starts.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat > "$folder/first.py" <<'PYTHON'
import sys
import time

begin = time.process_time()
import torch

imported = time.process_time()
before = set(sys.modules)
torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
built = time.process_time()
new = set(sys.modules) - before
torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
again = time.process_time()

print("torch", torch.__version__.partition("+")[0])
print("before:", "torch._dynamo" in before, "sympy" in before)
print("after: ", "torch._dynamo" in new, "sympy" in new)
print("hundreds of modules:", len(new) > 500, len(new))
print(f"import torch {imported - begin:.1f} s, first optimizer {built - imported:.1f} s,"
      f" second {again - built:.4f} s")
print("first at least 100 times the second:", built - imported > 100 * (again - built))
PYTHON

python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  torch==2.13.0 numpy==2.4.6 2> "$folder/pip.err" || { cat "$folder/pip.err" >&2; exit 1; }
for disabled in 0 1; do
  echo "TORCHDYNAMO_DISABLE=$disabled"
  TORCHDYNAMO_DISABLE=$disabled "$folder/venv/bin/python" "$folder/first.py" | tee "$folder/seen"
  grep -q "before: False False" "$folder/seen"
  grep -q "after:  True True" "$folder/seen"
  grep -q "hundreds of modules: True" "$folder/seen"
  grep -q "second: True" "$folder/seen"
done
echo "As described: the first optimizer imports torch._dynamo and SymPy."
