# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 18 · Scaling up
#
# **Your hospital has bought a second GPU. Will training be twice as fast, and will it give the same model?**
#
# Neither comes by itself. In this unit you measure what your own machine can do, split a batch between two
# processes, and find out when they compute the model that one would have computed.
#
# After this lecture you can
#
# 1. say whether memory or arithmetic limits a layer, from three sizes;
# 2. train in several processes, and name four reasons why the model is another one;
# 3. choose a learning rate for a larger batch, and say where the rule ends;
# 4. compute in 16 bits and keep what they lose;
# 5. write a run that goes on after it was killed, and many runs that need no second GPU.
#
# *You need:* [07](07_training_loop.ipynb) for the loop, and [05](05_gradient_descent.ipynb) for batch and
# learning rate. *Lab:* [lab 18](../labs/18_scaling_up.ipynb). *Data:*
# [what they are and what they cannot show](data_cards.md).
#
# Nothing here needs a GPU. What depends on the speed of your machine is measured on your machine, so your
# times differ from those that you see stored; what they show should not. Run cell by cell.

# %%
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from dlcourse import data, measured, plots
from dlcourse.training.launch import launch
from dlcourse.widgets import counted, explore, rounded

torch.set_num_threads(1)  # one thread: what one core can do

# %% [markdown]
# ## Sitting 1 · To use one machine, and then two processes
#
# *Read in 60 minutes.*
#
# ### What limits a layer
#
# **Intuition.** To multiply two numbers, a processor must first have them. It can do two things at once:
# fetch numbers from memory, and compute with those it has. Whichever takes longer decides. A layer that does
# little with each number waits for its memory, however fast the processor is.
#
# The measure is the [arithmetic intensity](glossary.md#arithmetic-intensity): operations for each byte that
# is moved. For a product of matrices, (m, k) times (k, n), each number read or written once,
#
# $$I = \frac{2\,m\,k\,n}{b\,(m k + k n + m n)}$$
#
# - $m, k, n$: patients in the batch, inputs, outputs. Each of the $m n$ results needs $k$ multiplications
#   and $k$ additions.
# - $b$: bytes per number, 4 for float32. The sum below counts inputs, weights and outputs.
#
# What can be reached is then the lower of two limits, the *roofline*:
#
# $$\text{operations per second} = \min(P,\; B \cdot I)$$
#
# - $P$: the peak, in operations per second. $B$: the bandwidth of the memory, in bytes per second.
#
# Measure both. A sum of two long vectors does one operation for 12 bytes, so it shows $B$. A product of large
# matrices shows $P$. We take the processor's time, not the clock's, and the best of several: whatever else
# your machine does then matters less.


# %% tags=["nbval-ignore-output"]
def seconds(function, repeats=7, calls=1):
    """Return processor seconds of one call, the best of several rounds."""
    function()
    rounds = []
    for _ in range(repeats):
        began = time.process_time()
        for _ in range(calls):
            function()
        rounds.append((time.process_time() - began) / calls)
    return max(min(rounds), 1e-9)


def intensity(m, k, n, size=4):
    """Return operations per byte of (m, k) @ (k, n)."""
    return 2 * m * k * n / (size * (m * k + k * n + m * n))


a, b, out = (torch.rand(4_000_000) for _ in range(3))
bandwidth = 12 * len(a) / seconds(lambda: torch.add(a, b, out=out)) / 1e9
square = torch.rand(512, 512)
peak = 2 * 512**3 / seconds(lambda: square @ square) / 1e9
print(f"memory {bandwidth:.0f} GB/s, peak {peak:.0f} billion operations per second (GFLOP/s)")
print(f"they meet at {peak / bandwidth:.1f} operations per byte")
assert peak / bandwidth > 0.5

# %% [markdown]
# *Predict:* a layer of 1,024 inputs and 1,024 outputs sees one patient at a time. Which limit holds? How
# many patients must it see at once for the other one?


# %% tags=["nbval-ignore-output"] folded=true
def draw_roof(patients=1, inputs=1024, outputs=1024, number="float32, 4 bytes"):
    size = {"float32, 4 bytes": 4, "16 bits, 2 bytes": 2}[number]
    at = intensity(patients, inputs, outputs, size)
    reached = min(peak, bandwidth * at)
    figure, ax = plots.subplots(width=6.6, height=3)
    x = np.linspace(-2, 9, 45)  # powers of two, on a linear axis: quicker to draw than a log axis
    ax.plot(x, np.log2(np.minimum(peak, bandwidth * 2**x)), color=plots.GREY)
    ax.plot([np.log2(at)], [np.log2(reached)], "o", color=plots.VERMILLION, ms=11)
    ticks = [-2, 1, 4, 7]
    ax.set_xticks(ticks, ["¼", "2", "16", "128"])
    heights = np.array([2, 5, 8])
    ax.set_yticks(heights, [f"{2.0**h:g}" for h in heights])
    ax.set(xlim=(-2.2, 9.2), ylim=(0, 1 + max(8, np.log2(peak))))
    ax.set(xlabel="operations per byte", ylabel="GFLOP/s")
    limit = "memory" if bandwidth * at < peak else "arithmetic"
    return figure, (
        f"Your machine's roofline. {counted(patients, 'patient')}, {inputs} to {outputs}, {number}: "
        f"{rounded(at)} operations per byte. At most {reached:.0f} of {peak:.0f} GFLOP/s; the limit is {limit}."
    )


explore(
    draw_roof,
    patients=(1, 256),
    inputs=[64, 256, 1024, 4096],
    outputs=[10, 256, 1024, 4096],
    number=["float32, 4 bytes", "16 bits, 2 bytes"],
)

# %% tags=["nbval-ignore-output"]
layer, per_patient = nn.Linear(1024, 1024), {}
with torch.no_grad():
    for patients in (1, 4, 16, 64, 256):
        x = torch.rand(patients, 1024)
        took = seconds(lambda x=x: layer(x), calls=max(1, 64 // patients)) / patients
        per_patient[patients] = took
        print(f"{patients:4} at once: {1e6 * took:6.1f} µs a patient,", end=" ")
        print(f"{2 * 1024**2 / took / 1e9:4.0f} GFLOP/s, I = {intensity(patients, 1024, 1024):.1f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Alone, a patient gets half an operation per byte: a million weights are read for one use each. That is
# left of the corner on nearly any machine, and memory is the limit. With 64 patients each weight is used 64
# times, at 28 operations per byte, and a patient costs a fraction. From the corner on, a larger batch gains
# little: your machine is busy.
# </details>
#
# So the first second GPU is a larger batch on the first one. That is all that batching is: the same
# arithmetic, with each weight fetched once for many patients. A loop over patients in Python throws it away.
#
# <details><summary><b>Question.</b> A GPU has a peak of 60,000 GFLOP/s and a memory of 3,000 GB/s. Where is
# its corner, and what does it do with one patient?</summary>
#
# At 20 operations per byte. With one patient it reaches 0.5 · 3,000 = 1,500 GFLOP/s, a fortieth of what was
# paid for. The faster the arithmetic, the larger the batch that it needs.
# </details>
#
# ### Two processes, one model
#
# **Intuition.** Two workers have the same weights. Each takes half of the batch and computes the gradient of
# *its* mean loss. They average the two gradients, and both make the same step. So they have the same weights
# again. This is [data-parallel training](glossary.md#data-parallel).
#
# Is it the gradient of the whole batch? Let worker $k$ of $w$ hold $n_k$ of the $n$ patients, and $g_k$ be
# its gradient.
#
# $$g = \frac{1}{n} \sum_{i=1}^{n} \nabla \ell_i = \sum_{k=1}^{w} \frac{n_k}{n}\, g_k
#   \qquad\text{but the plain mean is}\qquad \frac{1}{w} \sum_{k=1}^{w} g_k$$
#
# - $\nabla \ell_i$: gradient of the loss of patient $i$. The two are equal if all $n_k$ are.
#
# *Predict:* below, two workers share 128 images. In which of the five cases is the plain mean the gradient
# of the whole batch?

# %%
digits = data.digits()
X, y = torch.tensor(digits.X[:128]).flatten(1).float(), torch.tensor(digits.y[:128])


def gradient(X, y, middle=nn.Identity, reduction="mean", masks=0):
    """Return the gradient of a small network, always with the same weights, as one vector."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(64, 32), middle(), nn.ReLU(), nn.Linear(32, 10))
    torch.manual_seed(masks)  # what dropout draws
    F.cross_entropy(model(X), y, reduction=reduction).backward()
    return torch.cat([p.grad.flatten() for p in model.parameters()])


def two_workers(first, **options):
    """Return the plain mean of two workers' gradients; the first holds so many images."""
    mine = gradient(X[:first], y[:first], masks=1, **options)
    return (mine + gradient(X[first:], y[first:], masks=2, **options)) / 2


def relative(g, whole):
    """Return the distance of two gradients in lengths of the second."""
    return ((g - whole).norm() / whole.norm()).item()


CASES = {
    "64 + 64": (64, {}),
    "96 + 32": (96, {}),
    "loss summed": (64, {"reduction": "sum"}),
    "batch norm": (64, {"middle": lambda: nn.BatchNorm1d(32)}),
    "dropout": (64, {"middle": nn.Dropout}),
}
by_hand = {}
for name, (first, options) in CASES.items():
    by_hand[name] = relative(two_workers(first, **options), gradient(X, y, **options))
    print(f"{name:12} off by", "rounding" if by_hand[name] < 1e-5 else f"{by_hand[name]:.2f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Only in the first.
#
# - **96 + 32:** an image of the small part weighs three times as much as one of the large part. Weigh by
#   $n_k/n$.
# - **Loss summed:** the mean of two sums is half of the sum. The step is half as long, and with eight
#   workers an eighth.
# - **[Batch norm](glossary.md#batch-norm):** each worker standardizes by the mean of its own half.
# - **Dropout:** other masks. No error, only another draw: two seeds on one worker differ as much.
# </details>
#
# The next figure has a model with two weights, so its gradients can be drawn as arrows.


# %% folded=true
def arrows_of(first, loss, sort):
    """Return two workers' gradients and the whole batch's, of a line fitted to 128 patients."""
    rng = np.random.default_rng(3)
    A = np.column_stack([rng.normal(1, 1, 128), rng.normal(0, 1, 128)])
    t = A @ [2.0, 1.0] + rng.normal(0, 1, 128)
    order = np.argsort(t) if sort else np.arange(128)
    each = -2 * t[order, None] * A[order]  # gradients of squared errors, where both weights are 0
    parts = [each[:first], each[first:]]
    if loss == "sum":
        return [p.sum(axis=0) for p in parts], each.sum(axis=0)
    return [p.mean(axis=0) for p in parts], each.mean(axis=0)


def draw_arrows(first=96, loss="mean", sort=True):
    (one, two), whole = arrows_of(first, loss, sort)
    plain = (one + two) / 2
    figure, ax = plots.subplots(width=6, height=3.2)
    unit = 128 if loss == "sum" else 1  # the frame stays; a sum is drawn in means
    for arrow, colour, line, width in (
        (one, plots.SKY, "-", 2), (two, plots.ORANGE, "-", 2),
        (whole, "black", "-", 4), (plain, plots.VERMILLION, "--", 2.5),
    ):  # fmt: skip
        ax.plot([0, arrow[0] / unit], [0, arrow[1] / unit], ls=line, color=colour, lw=width)
        ax.plot(*(arrow / unit), "o", color=colour, ms=6)
    ax.set(xlim=(-26, 4), ylim=(-10, 6), xticks=[-20, -10, 0], yticks=[-8, 0])
    ax.set_xlabel("slope by weight 1" + (" (a 128th)" if loss == "sum" else ""))
    ax.set_ylabel("slope by weight 2")
    off = np.linalg.norm(plain - whole) / np.linalg.norm(whole)
    return figure, (
        f"{first} and {128 - first} patients, {'sorted by outcome' if sort else 'shuffled'}, loss: {loss}. "
        f"Thin: each worker's gradient. Black: that of all. Dashed: the plain mean, off by {off:.2f}."
    )


explore(draw_arrows, first=(16, 112, 16), loss=["mean", "sum"], sort=True)

# %% [markdown]
# At 64 and 64 the dashed line lies on the black one, sorted or not. Move away from it: with sorted patients
# the mean runs off. If you shuffle, both parts look alike, and the error of unequal parts becomes small, not
# zero.
#
# ### Really in two processes
#
# Now without a trick: two processes that share no memory. Each runs the *same* script, and learns from its
# environment which one it is. `DistributedDataParallel` (DDP) sends the weights of process 0 to all, and
# averages gradients during `backward`. Gloo carries the numbers between CPUs, NCCL between GPUs.

# %%
SCRIPT = """
import json, os, time
from datetime import timedelta
import torch, torch.distributed as dist, torch.nn.functional as F
from torch import nn
from torch.nn.parallel import DistributedDataParallel as DDP

rank, workers = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
here = int(os.environ["LOCAL_RANK"])
gpus = torch.cuda.device_count() >= workers
device = torch.device("cuda", here) if gpus else torch.device("cpu")
if gpus: torch.cuda.set_device(device)
dist.init_process_group("nccl" if gpus else "gloo", timeout=timedelta(seconds=60))
torch.set_num_threads(1)
X, y = (t.to(device) for t in torch.load("digits.pt"))

def gradient(first, middle=nn.Identity, reduction="mean"):
    rows = slice(0, first) if rank == 0 else slice(first, None)
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(64, 32), middle(), nn.ReLU(), nn.Linear(32, 10))
    model = DDP(model.to(device))
    torch.manual_seed(1 + rank)
    F.cross_entropy(model(X[rows]), y[rows], reduction=reduction).backward()
    return torch.cat([p.grad.flatten() for p in model.parameters()]).tolist()

found = {
    "64 + 64": gradient(64),
    "96 + 32": gradient(96),
    "loss summed": gradient(64, reduction="sum"),
    "batch norm": gradient(64, lambda: nn.BatchNorm1d(32)),
    "dropout": gradient(64, nn.Dropout),
}
if rank == 0:
    print(json.dumps(found))
dist.destroy_process_group()
"""

# %% [markdown]
# In a terminal you would write `python -m torch.distributed.run --standalone --nproc_per_node=2 train.py`, for
# which `torchrun` is short. `launch` does that for us, with a time limit, and waits until both have ended.
# (`torch.multiprocessing.spawn` with a function from a notebook fails: the new process cannot find it.)
#
# *Predict:* for which cases does DDP give what we averaged by hand?

# %%
import json

from torch import distributed

launched = None
if distributed.is_available() and distributed.is_gloo_available():
    with tempfile.TemporaryDirectory() as folder:
        torch.save((X, y), Path(folder) / "digits.pt")
        launched = json.loads(launch(SCRIPT, folder, processes=2)[0])
    for name, (first, options) in CASES.items():
        g, hand = torch.tensor(launched[name]), two_workers(first, **options)
        assert relative(g, hand) < 1e-4, name
        print(f"{name:12} two processes = by hand, up to rounding")
else:
    print("This torch has no gloo: nothing was launched.")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# For all five. DDP takes the plain mean, and knows nothing of your batch sizes, your `reduction`, your batch
# norm or your dropout. Where the plain mean is off, so is DDP, in silence.
# </details>
#
# **And is it faster?** Here are stored times: two small networks and a larger one, in one process and in two,
# with the same batch in all.

# %%
pair = measured.load("two_processes")
print(pair)
for name in ("digits, 2,410 weights", "2.1 million weights"):
    one, two = (pair.values(name, n, "ms a step") for n in ("1", "2"))
    print(f"{name:22} one process {np.median(one):6.2f} ms a step, two {np.median(two):6.2f} ms")
talk = pair.values("2.1 million weights", "2", "ms of all-reduce")
print(f"to average 2.1 million numbers alone: {np.median(talk):.1f} ms")

# %% [markdown]
# The small network takes several times as long in two processes: it computes for a fraction of a
# millisecond, and the talk takes longer. The larger one computes for tens of milliseconds, and gains little
# or nothing here, on two cores that other programs used as well. Compute must outweigh talk by far. What two
# processes promise is the same model; speed you must measure.
#
# ### How they average: round the ring
#
# **Intuition.** If all workers send their gradients to one, that one receives $w - 1$ gradients and sends as
# many: it is a jam. Put them in a ring instead, and cut each gradient into $w$ chunks. In each step every
# worker passes *one chunk* to its neighbour, who adds its own. After $w - 1$ steps everyone owns one finished
# chunk. In another $w - 1$ steps the finished chunks go round. Each worker sends
#
# $$2\,(w - 1) \cdot \frac{1}{w} \text{ gradients: } 1.0 \text{ for } w = 2,\; 1.75 \text{ for } 8,\;
#   1.97 \text{ for } 64,$$
#
# never more than 2. In the lab you write it: *ring all-reduce*.


# %% folded=true
def ring_counts(workers, steps):
    """Return how many contributions are in each worker's chunks after so many steps."""
    counts = np.ones((workers, workers), int)
    rows = np.arange(workers)
    for step in range(steps):
        first = step < workers - 1
        chunk = (rows - step) % workers if first else (rows + 1 - (step - workers + 1)) % workers
        sent = counts[rows, chunk]
        to = (rows + 1) % workers
        counts[to, chunk] = counts[to, chunk] + sent if first else sent
    return counts


def draw_ring(step=4, workers=8):
    step = min(step, 2 * workers - 2)
    counts = ring_counts(workers, step)
    done = (counts == workers).sum()
    figure, ax = plots.subplots(width=4.6, height=3.6)
    ax.imshow(counts / workers, cmap="cividis", vmin=0, vmax=1, interpolation="nearest")
    rows, columns = np.nonzero(counts == workers)
    ax.plot(columns, rows, "o", color="black", ms=7)
    ax.set(xticks=[0, workers - 1], yticks=[0, workers - 1], xlabel="chunk", ylabel="worker")
    ax.grid(False)
    phase = "adding up" if step <= workers - 1 else "handing round"
    return figure, (
        f"{workers} workers after {counted(step, 'step')}, {phase}. The brighter, the more workers are in a "
        f"chunk. Finished (dots): {done} of {workers**2}. Each has sent {step / workers:.2f} gradients."
    )


assert (ring_counts(8, 14) == 8).all() and (ring_counts(8, 7) == 8).sum() == 8
explore(draw_ring, step=lambda workers: (0, 2 * workers - 2), workers=[2, 4, 8])

# %% [markdown]
# All workers end with *equal bits*, since finished chunks are copied. But the sum has another order than on
# one worker, and $(a + b) + c$ is not $a + (b + c)$ in 32 bits. So "same seed, same model" holds for a fixed
# number of workers only.
#
# ### A sampler that counts patients twice
#
# All workers must make the same number of steps, or one waits for ever. So `DistributedSampler` makes the
# lists equally long. *Predict:* ten patients, four workers. Nine of ten are diagnosed rightly; patient 0 is
# not. Eight workers count who is right, and divide by how many they saw. What do they report?

# %%
from torch.utils.data import DistributedSampler


def shards(n, workers, **options):
    """Return which of n patients each worker sees."""
    kinds = {"num_replicas": workers, "shuffle": False, **options}
    return [list(DistributedSampler(range(n), rank=r, **kinds)) for r in range(workers)]


print("ten over four:   ", *shards(10, 4))
print("drop_last=True:  ", *shards(10, 4, drop_last=True))
right = np.array([False] + 9 * [True])
seen = sum(shards(10, 8), [])
print(f"over eight workers: {len(seen)} counted, accuracy {right[seen].mean():.3f}; true 0.900")
sampler = DistributedSampler(range(10), num_replicas=2, rank=0)  # shuffles by default
first, again = list(sampler), list(sampler)
sampler.set_epoch(1)
print("epoch 0 and the next:", first == again, "; after set_epoch:", first == list(sampler))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 0.875. Ten patients over eight workers become sixteen: patients 0 to 5 are counted twice, and the one who
# was wrong is among them. `drop_last=True` loses patients instead. In training either hardly matters. For an
# evaluation, gather the predictions with the patients' numbers, drop doubles, and compute on one process.
# </details>
#
# The last line is the other trap: without `set_epoch`, every epoch has the same "random" order.
#
# ### A larger batch, another rate
#
# Eight workers with 32 images each are a batch of 256. In the same epochs it makes an eighth of the steps,
# each along a less noisy gradient. So each step should be longer. The *linear rule* says: batch times $k$,
# learning rate times $k$, because $k$ small steps go about as far as one step $k$ times as long while the
# gradient hardly changes on the way. The *root rule* says $\sqrt k$: it keeps the noise of a step, which falls
# as $1/\sqrt{\text{batch}}$.
#
# *Predict:* digits, ten epochs, batch 32 and rate 0.1 at the start. Up to which $k$ does the linear rule
# keep the accuracy: 4, 10, 40? And if a warm-up is added?

# %%
from dlcourse.measured import batch_and_rate as larger

rules = measured.load("batch_and_rate")
print(rules)
for k in larger.TIMES:
    print(f"batch {32 * k:5}, {10 * 1280 // (32 * k):3} steps:", end=" ")
    for rule in ("as it was", "root", "linear", "linear, warm-up")[: 1 if k == 1 else 4]:
        found = rules.values(str(k), rule)
        print(f"{rule} {found.mean():.2f} ± {found.std(ddof=1):.2f}", end="; ")
    print()
here, stored = larger.train(128, 0.4, seed=0), rules.values("4", "linear")
assert abs(here - stored.mean()) < max(0.03, 5 * stored.std(ddof=1))


# %% folded=true
def draw_rules(times=4):
    figure, ax = plots.subplots(width=6.6, height=2.9)
    names, said = ("as it was", "root", "linear", "linear, warm-up"), []
    small = rules.values("1", "as it was").mean()
    for row, name in enumerate(names):
        found = rules.values(str(times), name)
        ax.barh(row, found.mean(), color=plots.SKY, edgecolor="black", height=0.65)
        ax.plot(found, np.full(len(found), row), "o", color=plots.VERMILLION, ms=6)
        said.append(f"{name} {found.mean():.2f}")
    ax.axvline(small, color="black", lw=1.5)
    ax.set_yticks(range(4), names)
    ax.set(xlim=(0, 1), xticks=[0, 0.5, 1], xlabel="test accuracy (dots: five seeds)")
    ax.invert_yaxis()
    return figure, (
        f"Batch {32 * times}, {counted(10 * 1280 // (32 * times), 'step')}. Learning rate {', '.join(said)}. "
        f"The line: batch 32 with rate 0.1, {small:.2f}."
    )


explore(draw_rules, times=[4, 10, 40])

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# At 4 the linear rule keeps the accuracy, within a percent. At 10 it loses two to three percent and scatters
# more; at 40 it fails altogether. There the root rule is best, and still far below batch 32: ten steps are
# ten steps. A warm-up does not help here: it spends three of ten epochs on small steps.
# </details>
#
# Goyal and others (2017) lost nothing up to batches of 8,192, with the linear rule and a warm-up, on 1.2
# million images and 90 epochs. The limit belongs to the data and the schedule, not to the rule.
#
# ### Common mistakes
#
# - **`reduction="sum"` under DDP.** The mean of sums: the step shrinks with each worker.
# - **An uneven last batch.** It weighs too much, or one worker waits for ever. Use `drop_last=True` in the
#   training loader, or weigh.
# - **A validation accuracy from a padded sampler.** Patients are counted twice.
# - **No `set_epoch`.** Every epoch in the same order.
# - **Batch norm over a small part.** What counts is the batch per worker. `SyncBatchNorm` works on GPUs only.
# - **The rate scaled with the batch, whatever the batch.** Check the smallest size that you can, first.
# - **Every process saves.** Rank 0 saves; the others wait at a barrier.
# - **To distribute a model that fits one GPU ten times over.** Run ten seeds instead.
#
# ### Summary
#
# Operations per byte say whether memory or arithmetic limits a layer; a larger batch moves it to the right.
# Data parallelism computes the gradient of the whole batch if the parts are equal, the loss is a mean, and
# nothing in the network looks across patients. A ring of workers averages at the price of less than two
# gradients each. DDP averages plainly and asks nothing. The linear rule for the rate holds for a while, and
# no rule repairs too few steps.
#
# ### On Monday
#
# - **First** fill one GPU: batch up until the time per patient no longer falls.
# - **No second GPU?** Accumulate gradients. It is data parallelism one after the other, with the same traps.
# - **Before you trust two processes,** compare ten steps with one process, to six digits.
# - **Report** batch per worker, workers, learning rate and steps, not just epochs.

# %%
import torch
import torch.nn.functional as F
from torch import nn

model, micro = nn.Linear(64, 10), 48  # 128 patients in parts of 48, 48 and 32
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
optimizer.zero_grad()
for part, labels in zip(X.split(micro), y.split(micro), strict=True):
    loss = F.cross_entropy(model(part), labels) * len(part) / len(X)  # weigh by size
    loss.backward()  # adds to .grad
accumulated = model.weight.grad.clone()

optimizer.zero_grad()
F.cross_entropy(model(X), y).backward()
off = (accumulated - model.weight.grad).norm() / model.weight.grad.norm()
print("accumulated equals the whole batch:", bool(off < 1e-5))
optimizer.step()

# %% [markdown]
# ## Sources
#
# - Williams, Waterman and Patterson, *Roofline* (2009).
#   [doi:10.1145/1498765.1498785](https://doi.org/10.1145/1498765.1498785)
# - Goyal and others, *Accurate, large minibatch SGD* (2017): the linear rule and its warm-up.
#   [doi:10.48550/arXiv.1706.02677](https://doi.org/10.48550/arXiv.1706.02677)
# - Micikevicius and others, *Mixed precision training* (2018): weights in 32 bits, scaled losses.
#   [doi:10.48550/arXiv.1710.03740](https://doi.org/10.48550/arXiv.1710.03740)
# - Li and others, *PyTorch Distributed* (2020): what DDP does.
#   [doi:10.14778/3415478.3415530](https://doi.org/10.14778/3415478.3415530)
# - Patarasuk and Yuan, *Bandwidth optimal all-reduce algorithms* (2009): the ring.
#   [doi:10.1016/j.jpdc.2008.09.002](https://doi.org/10.1016/j.jpdc.2008.09.002)
# - Kahan, *Further remarks on reducing truncation errors* (1965).
#   [doi:10.1145/363707.363723](https://doi.org/10.1145/363707.363723)
