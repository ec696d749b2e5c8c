#!/usr/bin/env bash
# Repeat the rows of lecture 13, "Same name, different number", for the libraries that are not
# installed with the course. Prints each row, and fails if one is not what the lecture says.
# Outside CI: it installs about 2 GB of pinned packages into a temporary folder.
#
#   bash tests/same_name/13_finding_things.sh            # PYTHON=... for a virtual environment
#                                                        # that holds them already
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat > "$folder/rows.py" <<'PYTHON'
import contextlib
import io
import sys
import warnings
from importlib.metadata import version

import numpy as np
import torch

try:
    import torchvision.ops
except RuntimeError as error:  # torchmetrics would stumble over it as well
    sys.exit(
        f"found torch {torch.__version__} and a torchvision made for another build of it ({error});"
        " needed both from one index"
    )

warnings.simplefilter("ignore")
LIBRARIES = "torch torchvision monai torchmetrics MedPy segmentation-models-pytorch scikit-learn "
LIBRARIES += "SimpleITK pycocotools"
changed = []


def number(value):
    """Return a number of at most four digits, whole numbers and words as they are."""
    return str(value) if isinstance(value, (str, int)) else f"{round(float(value), 4) + 0:.4g}"


def row(name, said, compute):
    """Print what came out, and remember it if the lecture says something else."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        found = compute()
    found = " / ".join(number(value) for value in found)
    print(f"{name:62}{found}" + ("" if found == said else f"   <- the lecture says {said}"))
    if found != said:
        changed.append(name)


def raises(function, *arguments):
    try:
        return function(*arguments)
    except Exception as error:
        return type(error).__name__


print(", ".join(f"{name} {version(name).partition('+')[0]}" for name in LIBRARIES.split()))

print("\nDice of empty masks: both empty / false alarm / missed")
truth, painted = np.zeros((2, 3, 4, 4), bool)
painted[1, 0, 0], truth[2, 0, 0] = True, True
t, p = (torch.tensor(mask)[:, None] for mask in (truth, painted))  # (scans, 1, 4, 4)


def monai_dice(**how):
    from monai.metrics import DiceMetric

    return DiceMetric(reduction="none", **how)(p.float(), t.float())[:, 0]


def torchmetrics_dice():
    from torchmetrics.functional.segmentation import dice_score

    return dice_score(p.long(), t.long(), num_classes=1, input_format="one-hot")


def torchmetrics_f1():
    from torchmetrics.functional.classification import binary_f1_score

    return [binary_f1_score(a, b) for a, b in zip(p.long(), t.long(), strict=True)]


def sklearn_f1():
    from sklearn.metrics import f1_score

    return [f1_score(b.ravel(), a.ravel()) for a, b in zip(painted, truth, strict=True)]


def medpy(name):
    from medpy.metric import binary

    return [getattr(binary, name)(a, b) for a, b in zip(painted, truth, strict=True)]


def smp_f1(p=p, t=t, how="none"):
    from segmentation_models_pytorch import metrics

    counts = metrics.get_stats(p.long(), t.long(), mode="binary")
    if how == "none":
        return metrics.f1_score(*counts, reduction=None)[:, 0]
    return [metrics.f1_score(*counts, reduction=how)]


def smp_loss(p=p, t=t, each=True):
    from segmentation_models_pytorch.losses import DiceLoss

    loss = DiceLoss(mode="binary", from_logits=False)
    pairs = zip(p.split(1), t.split(1), strict=True) if each else [(p, t)]
    return [loss(a.float(), b.long()) for a, b in pairs]


def monai_loss(p=p, t=t, each=True, **how):
    from monai.losses import DiceLoss

    pairs = zip(p.split(1), t.split(1), strict=True) if each else [(p, t)]
    return [DiceLoss(**how)(a.float(), b.float()) for a, b in pairs]


row("MONAI DiceMetric", "nan / nan / 0", monai_dice)
row("MONAI DiceMetric, ignore_empty=False", "1 / 0 / 0", lambda: monai_dice(ignore_empty=False))
row("torchmetrics dice_score", "nan / 0 / 0", torchmetrics_dice)
row("torchmetrics binary_f1_score", "0 / 0 / 0", torchmetrics_f1)
row("scikit-learn f1_score", "0 / 0 / 0", sklearn_f1)
row("MedPy dc", "nan / 0 / 0", lambda: medpy("dc"))
row("MedPy jc", "1 / 0 / 0", lambda: medpy("jc"))
row("smp f1_score per image", "1 / 0 / 0", smp_f1)
row("smp DiceLoss", "0 / 0 / 1", smp_loss)
row("MONAI DiceLoss", "0 / 1 / 1", monai_loss)

print("\nAveraged over what: 64 pixels with 56 found, and 1 pixel missed")
two = torch.zeros(2, 2, 1, 8, 9, dtype=torch.bool)
t2, p2 = two
t2[0, 0, :, :8], p2[0, 0, :7, :8], t2[1, 0, 4, 4] = True, True, True


def monai_mean():
    from monai.metrics import DiceMetric

    metric = DiceMetric()
    metric(p2.float(), t2.float())
    return [metric.aggregate().item()]


def torchmetrics_samplewise():
    from torchmetrics.segmentation import DiceScore

    score = DiceScore(num_classes=1, input_format="one-hot", aggregation_level="samplewise")
    return [score(p2.long(), t2.long())]


def torchmetrics_pooled():
    from torchmetrics.functional.classification import binary_f1_score

    return [binary_f1_score(p2.long(), t2.long())]


row("MONAI DiceMetric, mean", "0.4667", monai_mean)
row('torchmetrics DiceScore(aggregation_level="samplewise")', "0.4667", torchmetrics_samplewise)
row("torchmetrics binary_f1_score", "0.9256", torchmetrics_pooled)
row('smp f1_score, "micro"', "0.9256", lambda: smp_f1(p2, t2, "micro"))
row("MONAI DiceLoss", "0.5333", lambda: monai_loss(p2, t2, each=False))
row("smp DiceLoss", "0.0744", lambda: smp_loss(p2, t2, each=False))

print("\nHD95 of a disc of radius 8, painted with radius 9, moved, and a blob of 2 x 2")
rows, columns = np.mgrid[:32, :32]
disc = (rows - 16) ** 2 + (columns - 16) ** 2 <= 64
blob = (rows - 17) ** 2 + (columns - 15) ** 2 <= 81
blob[2:4, 28:30] = True
nothing = np.zeros_like(disc)


def monai_hd95(p=blob):
    from monai.metrics import compute_hausdorff_distance

    a, b = (torch.tensor(mask)[None, None].float() for mask in (p, disc))
    return [compute_hausdorff_distance(a, b, percentile=95)]


def medpy_hd95(p=blob):
    from medpy.metric.binary import hd95

    return [hd95(p, disc)]


def torchmetrics_hd(p=nothing):
    from torchmetrics.functional.segmentation import hausdorff_distance

    a, b = (torch.tensor(mask)[None, None].long() for mask in (p, disc))
    return [hausdorff_distance(a, b, num_classes=1, input_format="one-hot", include_background=True)]


def simpleitk_hd():
    import SimpleITK as sitk

    a, b = (sitk.GetImageFromArray(mask.astype(np.uint8)) for mask in (nothing, disc))
    return sitk.HausdorffDistanceImageFilter().Execute(a, b)


row("MONAI, percentile=95", "10.23", monai_hd95)
row("MedPy hd95", "2.828", medpy_hd95)
row("nothing painted: MONAI", "nan", lambda: monai_hd95(nothing))
row("nothing painted: torchmetrics hausdorff_distance", "inf", torchmetrics_hd)
row("nothing painted: MedPy", "RuntimeError", lambda: [raises(medpy_hd95, nothing)])
row("nothing painted: SimpleITK", "RuntimeError", lambda: [raises(simpleitk_hd)])

print("\nBoxes")


def box(k, wide=40):
    return [100.0 * k, 0.0, wide, wide]  # left, top, width, height


def coco(truths, found, first=1, images=1):
    """Return COCO's AP at IoU 0.50 of pycocotools; found: rows of image, box, score."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    gold = COCO()
    gold.dataset = {
        "info": {},
        "images": [{"id": i, "width": 999, "height": 99} for i in range(images)],
        "categories": [{"id": 1, "name": "lesion"}],
        "annotations": [
            dict(id=first + k, image_id=i, category_id=1, bbox=b, area=b[2] * b[3], iscrowd=0)
            for k, (i, b) in enumerate(truths)
        ],
    }
    gold.createIndex()
    answers = [dict(image_id=i, category_id=1, bbox=b, score=s) for i, b, s in found]
    judge = COCOeval(gold, gold.loadRes(answers), "bbox")
    judge.evaluate(), judge.accumulate(), judge.summarize()
    return [judge.stats[1]]


def torchmetrics_map(truths, found, images=1):
    from torchmetrics.detection import MeanAveragePrecision

    metric = MeanAveragePrecision(box_format="xywh", iou_thresholds=[0.5])
    for i in range(images):
        boxes, scores = [b for j, b, _ in found if j == i], [s for j, _, s in found if j == i]
        gold = [b for j, b in truths if j == i]
        metric.update(
            [dict(boxes=torch.tensor(boxes).view(-1, 4), scores=torch.tensor(scores), labels=torch.zeros(len(boxes), dtype=torch.long))],
            [dict(boxes=torch.tensor(gold).view(-1, 4), labels=torch.zeros(len(gold), dtype=torch.long))],
        )
    return [metric.compute()["map"]]


five = [(0, box(k)) for k in range(5)]
hits = [(0, box(0), 0.9), (0, box(7), 0.8), (0, box(1), 0.7), (0, box(2), 0.6), (0, box(8), 0.5)]
row("AP of 1 0 1 1 0, five truths: pycocotools", "0.505", lambda: coco(five, hits))
row("AP of 1 0 1 1 0, five truths: torchmetrics", "0.4975", lambda: torchmetrics_map(five, hits))
alarm = [(0, box(0), 0.9)]
row("AP without a truth: pycocotools", "-1", lambda: coco([], alarm))
row("AP without a truth: torchmetrics", "-1", lambda: torchmetrics_map([], alarm))
right, wrong = (0, box(0), 0.5), (0, box(7), 0.5)
for name, ap in (("pycocotools", coco), ("torchmetrics", torchmetrics_map)):
    row(f"equal scores, right box first / last: {name}", "1 / 0.5", lambda: [*ap(five[:1], [right, wrong]), *ap(five[:1], [wrong, right])])
row("a perfect box, annotation with id 1 / 0: pycocotools", "1 / 0", lambda: [*coco(five[:1], alarm, 1), *coco(five[:1], alarm, 0)])


def nms(dtype):
    from torchvision.ops import nms

    boxes = torch.tensor([[0, 0, 10, 13.0], [0, 0, 3, 13]], dtype=dtype)  # their IoU is 0.3
    return len(nms(boxes, torch.tensor([0.9, 0.6], dtype=dtype), 0.3))


def flat_iou():
    from torchvision.ops import box_iou

    flat = torch.tensor([[1.0, 1, 1, 3]])
    return [box_iou(flat, flat)]


def half():
    from torchvision.ops import nms

    return [len(nms(torch.tensor([[0, 0, 4, 4.0], [0, 0, 4, 2]]), torch.tensor([0.9, 0.6]), 0.5))]


row("NMS at IoU 0.3, threshold 0.3, boxes kept, float32 / float64", "1 / 2", lambda: [nms(torch.float32), nms(torch.float64)])
row("NMS at IoU 0.5, threshold 0.5, boxes kept: torchvision", "2", half)
row("IoU of two boxes without area: torchvision", "nan", flat_iou)

if changed:
    sys.exit(f"\n{len(changed)} rows are not what the lecture says: {'; '.join(changed)}")
print("\nAll rows as the lecture says.")
PYTHON

if [ -z "${PYTHON:-}" ]; then
  python3 -m venv "$folder/venv"
  PYTHON="$folder/venv/bin/python"
  "$PYTHON" -m pip install --quiet --disable-pip-version-check torch==2.13.0 torchvision==0.28.0 \
    numpy==2.4.6 monai==1.6.1 torchmetrics==1.9.0 MedPy==0.5.2 segmentation-models-pytorch==0.6.0 \
    scikit-learn==1.9.1 SimpleITK==2.5.7 pycocotools==2.0.11 2> "$folder/pip.err" ||
    { cat "$folder/pip.err" >&2; exit 1; }
fi
"$PYTHON" "$folder/rows.py"
