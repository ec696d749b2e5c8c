#!/usr/bin/env bash
# torch on the CPU: the gradient of a word that occurs often stops growing, at 2,048 in float16
# and at 256 in bfloat16.
#
# The backward of an embedding (and of indexing) adds one row for each use, in the dtype of the
# table. Where the sum's neighbour is 2 away, adding 1 changes nothing. A word that a batch uses
# 5,000 times has the gradient of one that occurs 256 times; sums such as x.sum() accumulate in
# float32 and do not do this. No warning. Seen with torch 2.13.0; train embeddings in float32.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat > "$folder/often.py" <<'PYTHON'
import torch

print("torch", torch.__version__.partition("+")[0])
used = 5000
words = torch.zeros(used, dtype=torch.long)
for dtype in (torch.float32, torch.float16, torch.bfloat16):
    table = torch.zeros(10, 1, dtype=dtype, requires_grad=True)
    torch.nn.functional.embedding(words, table).sum().backward()
    by_embedding = table.grad[0].item()
    table.grad = None
    table[words].sum().backward()
    by_index = table.grad[0].item()
    total = torch.ones(used, dtype=dtype).sum().item()
    print(f"{str(dtype):15} used {used} times: {by_embedding:g} {by_index:g}, sum of ones {total:g}")
PYTHON

python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  torch==2.13.0 numpy==2.4.6 2> "$folder/pip.err" || { cat "$folder/pip.err" >&2; exit 1; }
"$folder/venv/bin/python" "$folder/often.py" | tee "$folder/seen"

grep -q "torch.float32   used 5000 times: 5000 5000, sum of ones 5000" "$folder/seen"
grep -q "torch.float16   used 5000 times: 2048 2048, sum of ones 5000" "$folder/seen"
grep -q "torch.bfloat16  used 5000 times: 256 256, sum of ones 4992" "$folder/seen"
echo "As described: in half precision the gradient of a frequent word stands still."
