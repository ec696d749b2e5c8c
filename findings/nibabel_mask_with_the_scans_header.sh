#!/usr/bin/env bash
# nibabel: a mask of 0.0 and 1.0, saved with the scan's header, comes back without a single 1.
#
# The usual line is Nifti1Image(mask, scan.affine, scan.header), so that the mask lies where the
# scan lies. The header brings the scan's dtype along. If that is an integer, saving stretches a
# mask of floats over the whole range of that integer, with slope and intercept in float32, and
# reading gives 2e-10 less than 1 after int16: `mask == 1` finds no voxel, and a cast to int
# makes 0 of every one of them, so the lesion is gone. After uint8 it is 6e-8 more than 1. No warning.
# A mask of integers comes back as it was; the cast to float (a network's output, a resampling) is
# what does it. Seen with nibabel 5.4.2. Save mask.astype(np.uint8), or compare with > 0.5.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat > "$folder/mask.py" <<'PYTHON'
import sys

import nibabel as nib
import numpy as np

print("nibabel", nib.__version__)
rng = np.random.default_rng(0)
mask = np.zeros((8, 8, 8))
mask[2:5, 2:5, 2:5] = 1  # 27 voxels


def back(mask, header, path=sys.argv[1]):
    nib.save(nib.Nifti1Image(mask, np.eye(4), header), path)
    return nib.load(path).get_fdata()


for dtype in (np.int16, np.uint8, np.float32):
    scan = nib.Nifti1Image(rng.integers(0, 200, mask.shape).astype(dtype), np.eye(4))
    scan.to_filename(sys.argv[1])
    header = nib.load(sys.argv[1]).header
    for kind in (np.float32, np.uint8):
        read = back(mask.astype(kind), header)
        print(
            f"scan {np.dtype(dtype).name:7} mask {np.dtype(kind).name:7} largest: 1 {read.max() - 1:+.0e};"
            f" of 27 equal to 1: {(read == 1).sum()}, 1 as int: {(read.astype(int) == 1).sum()},"
            f" above a half: {(read > 0.5).sum()}"
        )
PYTHON

python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  nibabel==5.4.2 numpy==2.4.6 2> "$folder/pip.err" || { cat "$folder/pip.err" >&2; exit 1; }
"$folder/venv/bin/python" "$folder/mask.py" "$folder/mask.nii.gz" | tee "$folder/seen"

said() { grep -q "scan $1 *mask $2 .* of 27 equal to 1: $3, 1 as int: $4, above a half: 27" "$folder/seen"; }
said int16 float32 0 0
said int16 uint8 27 27
said uint8 float32 0 27
said uint8 uint8 27 27
said float32 float32 27 27
echo "As described: a float mask loses its ones to the dtype of the scan's header."
