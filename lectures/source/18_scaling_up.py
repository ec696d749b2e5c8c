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
import json
import tempfile
import time
import timeit
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
    rounds = timeit.repeat(function, timer=time.process_time, number=calls, repeat=repeats)
    return max(min(rounds) / calls, 1e-9)


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
layer = nn.Linear(1024, 1024)
with torch.no_grad():
    for patients in (1, 4, 16, 64, 256):
        x = torch.rand(patients, 1024)
        took = seconds(lambda x=x: layer(x), calls=max(1, 64 // patients)) / patients
        print(f"{patients:4} at once: {1e6 * took:6.1f} µs a patient,", end=" ")
        print(f"{2 * 1024**2 / took / 1e9:4.0f} GFLOP/s, I = {intensity(patients, 1024, 1024):.1f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Alone, a patient gets half an operation per byte: a million weights are read for one use each. That is
# left of the corner on nearly any machine, and memory is the limit. With 64 patients each weight is used 64
# times, at 28 operations per byte, and a patient costs a fraction. From the corner on, a larger batch gains
# little: your machine is busy. (One patient may be faster than the roofline says. These weights are 4 MB, and
# many processors keep so much in a *cache*, which is faster than the memory that $B$ measures.)
# </details>
#
# Before you buy a second GPU, give the first one a larger batch. That is all that batching is: the same
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
# $$g = \frac{1}{n} \sum_{i=1}^{n} \nabla \ell_i = \sum_{k=1}^{w} \frac{n_k}{n}\, g_k$$
#
# but the plain mean is
#
# $$\frac{1}{w} \sum_{k=1}^{w} g_k$$
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
for name, (first, options) in CASES.items():
    off = relative(two_workers(first, **options), gradient(X, y, **options))
    print(f"{name:12} off by", "rounding" if off < 1e-5 else f"{off:.2f}")

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
import json, os
import torch, torch.distributed as dist, torch.nn.functional as F
from torch import nn
from torch.nn.parallel import DistributedDataParallel as DDP

rank, workers = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
here = int(os.environ["LOCAL_RANK"])
gpus = torch.cuda.device_count() >= workers
device = torch.device("cuda", here) if gpus else torch.device("cpu")
if gpus: torch.cuda.set_device(device)
dist.init_process_group("nccl" if gpus else "gloo")
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
with tempfile.TemporaryDirectory() as folder:
    torch.save((X, y), Path(folder) / "digits.pt")
    printed = launch(SCRIPT, folder, processes=2, shared="torch._dynamo")  # which DDP imports
launched = json.loads(printed[0])
for name, (first, options) in CASES.items():
    assert relative(torch.tensor(launched[name]), two_workers(first, **options)) < 1e-4, name
    print(f"{name:12} two processes = by hand, up to rounding")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# For all five. DDP takes the plain mean, and knows nothing of your batch sizes, your `reduction`, your batch
# norm or your dropout. Where the plain mean is off, so is DDP, in silence.
# </details>
#
# **And is it faster?** Here are stored times: a small network and a larger one, in one process and in two, with
# the same batch in all, three runs, the clock's time.

# %% folded=true
pair = measured.load("two_processes")  # anew: python -m dlcourse.measured two_processes
for name in ("digits, 2,410 weights", "2.1 million weights"):
    one, two = (pair.values(name, n, "ms a step") for n in ("1", "2"))
    print(f"{name:22} one process {np.median(one):6.2f} ms a step, two {np.median(two):6.2f} ms")
talk = pair.values("2.1 million weights", "2", "ms of all-reduce")
print(f"to average 2.1 million numbers alone: {np.median(talk):.1f} ms")

# %% [markdown]
# The small network takes several times as long in two processes: it computes for a fraction of a
# millisecond, and the talk takes longer. The larger one computes for tens of milliseconds, and was slower in two
# as well, on two cores that other programs used at the same time. Compute must outweigh talk by far, and each
# process needs a core of its own. What two processes promise is the same model; speed you must measure.
#
# ### How they average: round the ring
#
# **Intuition.** If all workers send their gradients to one, that one receives $w - 1$ gradients and sends as
# many: it is a jam. Put them in a ring instead, and cut each gradient into $w$ chunks. In each step every
# worker passes *one chunk* to its neighbour, who adds its own. After $w - 1$ steps everyone owns one finished
# chunk. In another $w - 1$ steps the finished chunks go round. Each worker sends
#
# $$2\,(w - 1) \cdot \frac{1}{w} \text{ gradients:}$$
#
# 1.0 for two workers, 1.75 for 8, 1.97 for 64, never more than 2. In the lab you write it: *ring all-reduce*.


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


def draw_ring(step=7, workers=8):
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
# lists equally long. *Predict:* ten patients over four workers, how does it do that? And over eight: nine
# of the ten are diagnosed rightly, and patient 0 is not. Together the workers count who is right, and divide by
# how many they saw. What do they report?

# %%
from torch.utils.data import DistributedSampler


def shards(n, workers, **options):
    """Return which of n patients each worker sees."""
    kinds = {"num_replicas": workers, "shuffle": False, **options}
    return [list(DistributedSampler(range(n), rank=r, **kinds)) for r in range(workers)]


print("ten over four:   ", *shards(10, 4))
print("drop_last=True:  ", *shards(10, 4, drop_last=True))
right = np.array([False] + 9 * [True])
seen = np.concatenate(shards(10, 8))
print(f"over eight workers: {len(seen)} counted, accuracy {right[seen].mean():.3f}; true 0.900")
sampler = DistributedSampler(range(10), num_replicas=2, rank=0)  # shuffles by default
first, again = list(sampler), list(sampler)
sampler.set_epoch(1)
print("next epoch in the same order:", first == again, "- after set_epoch:", first == list(sampler))

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
# each along a less noisy gradient. So each should be longer. The *linear rule* says: batch times $k$,
# learning rate times $k$, because $k$ small steps go about as far as one step $k$ times as long while the
# gradient hardly changes on the way. The *root rule* says $\sqrt k$: it keeps the noise of a step, which falls
# as $1/\sqrt{\text{batch}}$.
#
# *Predict:* digits, ten epochs, batch 32 and rate 0.1 at the start. Up to which $k$ does the linear rule
# keep the accuracy: 4, 10, 40? And if a warm-up is added?

# %% folded=true
from dlcourse.measured import batch_and_rate as larger

rules = measured.load("batch_and_rate")
print(rules)
for k in larger.TIMES:
    said = []
    for rule in ("as it was", "root", "linear", "linear, warm-up")[: 1 if k == 1 else 4]:
        found = rules.values(str(k), rule)
        said.append(f"{rule} {found.mean():.2f} ± {found.std(ddof=1):.2f}")
    print(f"batch {32 * k:5}, {10 * 1280 // (32 * k):3} steps:", "; ".join(said))
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
# too few. A warm-up does not help here: it spends three of ten epochs on small steps.
# </details>
#
# Goyal and others (2017) lost nothing up to batches of 8,192, at rate 0.1 times batch/256 with a warm-up, on 1.28
# million images and 90 epochs; at 16,384 they did. The limit belongs to the data and the schedule, not the rule.
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
# - Operations per byte say whether memory or arithmetic limits a layer. A larger batch raises them.
# - Data parallelism computes the gradient of the whole batch if the parts are equal, the loss is a mean, and
#   nothing in the network looks across patients. DDP takes the plain mean and does not check.
# - In a ring each worker sends less than two gradients, however many workers there are.
# - The linear rule for the rate holds for a while. No rule repairs too few steps.
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
(whole,) = torch.autograd.grad(F.cross_entropy(model(X), y), model.weight)
print("accumulated equals the whole batch:", torch.allclose(model.weight.grad, whole, atol=1e-6))
optimizer.step()

# %% [markdown]
# ## Sitting 2 · To compute in 16 bits
#
# **You add 1 a thousand times in bfloat16. What comes out?**
#
# *Read in 25 minutes.*
#
# ### Three formats
#
# A number has a sign, an exponent (how large) and a mantissa (which digits). Half the bits halve the bytes,
# which moves a layer to the right under its roofline, and many GPUs multiply 16-bit numbers faster. float16
# saves on the range, bfloat16 on the digits.

# %%
FORMATS = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}
for name, dtype in FORMATS.items():
    about = torch.finfo(dtype)
    smallest = (
        about.smallest_normal * about.eps
    )  # below the normal ones, with fewer and fewer digits
    print(
        f"{name:9} largest {about.max:.1e}, smallest {smallest:.0e}, next after 1: 1 + {about.eps:.1e}"
    )

# %% [markdown]
# Between 256 and 512 the neighbours of a bfloat16 are 2 apart. So 256 + 1 lies halfway between two of them,
# and rounds to the even one: 256. The sum stands still.


# %%
def one_by_one(addend, dtype, times):
    """Return the sum after each addition, all in one format."""
    total, addend, sums = torch.zeros((), dtype=dtype), torch.tensor(addend, dtype=dtype), []
    for _ in range(times):
        total = total + addend
        sums.append(total.item())
    return np.array(sums)


print("1, a thousand times, bfloat16:", one_by_one(1.0, torch.bfloat16, 1000)[-1])
tenths = torch.full((10_000,), 0.1)
for name in ("float16", "bfloat16"):
    loop = one_by_one(0.1, FORMATS[name], 10_000)[-1]
    print(f"0.1, 10,000 times, {name}: one by one {loop:g},", end=" ")
    print(f"torch.sum {tenths.to(FORMATS[name]).sum().item():g}")

# %% [markdown]
# `torch.sum` adds in float32 and rounds once, at the end. So do matrix products: in a network the danger is
# not the layer. It is whatever you add up yourself, step by step. *Kahan's* sum helps there: it keeps what
# each addition lost, and adds it with the next number.


# %% folded=true
def kahan(addend, dtype, times):
    """Return the compensated sum after each addition, all in one format."""
    total, lost = torch.zeros((), dtype=dtype), torch.zeros((), dtype=dtype)
    addend, sums = torch.tensor(addend, dtype=dtype), []
    for _ in range(times):
        corrected = addend - lost
        new = total + corrected
        total, lost = new, (new - total) - corrected
        sums.append(total.item())
    return np.array(sums)


def draw_standstill(tenths=10, number="bfloat16", compensated=False):
    add = kahan if compensated else one_by_one
    sums = add(tenths / 10, FORMATS[number], 600)
    figure, ax = plots.subplots(width=6.4, height=2.9)
    ax.plot(np.arange(1, 601), np.arange(1, 601) * tenths / 10, color="black", lw=1.5)
    ax.plot(np.arange(1, 601), sums, color=plots.VERMILLION)
    top = 60 * tenths
    ax.set(xlim=(0, 600), ylim=(0, 1.05 * top), xticks=[0, 300, 600], yticks=[0, top])
    ax.set(xlabel="additions", ylabel="sum")
    how = "Kahan's sum" if compensated else "one by one"
    return figure, (
        f"{tenths / 10:g} added 600 times in {number}, {how}: {rounded(sums[-1], 3)}. Black: the true sum, "
        f"{top}."
    )


explore(
    draw_standstill,
    tenths=(1, 20),
    number=["bfloat16", "float16", "float32"],
    compensated=False,
)

# %% [markdown]
# ### Weights that do not move
#
# **Intuition.** A step adds a small number to a weight. If it is smaller than half the distance to the
# weight's neighbour, nothing happens, in any step. In bfloat16 that is for steps below a 256th to a 512th of the
# weight. So *[mixed precision](glossary.md#mixed-precision)* keeps the weights in float32 and computes the
# layers in 16 bits: `torch.autocast`.
#
# *Predict:* digits, SGD, everything in bfloat16, learning rates 0.1 and 0.003. Which of the two trains?

# %%
bits = measured.load("sixteen_bits")
print(bits)
for lr in ("0.1", "0.003"):
    for kind in ("float32", "mixed", "float16", "bfloat16"):
        right, moved = (bits.values(lr, kind, what) for what in ("accuracy", "moved"))
        print(f"lr {lr:5} {kind:9} accuracy {right.mean():.2f} ± {right.std(ddof=1):.2f},", end=" ")
        print(f"weights that a step moved {moved.mean():.0%}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# At 0.1 all of them, though less than half of the weights move in a step of bfloat16. At 0.003 hardly any
# weight moves, and the accuracy stays near 0.2, where float32 and mixed precision reach 0.74 in the same
# steps. No error is raised. Small rates are what fine-tuning and the end of each schedule use.
# </details>
#
# ### Gradients that become 0
#
# float16 ends below: under $6 \cdot 10^{-8}$ there is 0. Where a loss is a mean over many pixels, each pixel's
# gradient is tiny. **Loss scaling** multiplies the loss by $s$ before `backward`, and divides the gradients by
# $s$ before the step. Too small an $s$ loses gradients, too large a one makes them infinite. A *scaler*
# (`torch.amp.GradScaler`) finds it: halve at an overflow and skip the step; double after many good ones.
# bfloat16 has the range of float32, and needs none.


# %% folded=true
def pixel_gradients(spread):
    """Return what the logits of 64 masks of 28 x 28 get as gradients, for logits of such an SD."""
    generator = torch.Generator().manual_seed(0)
    z = (spread * torch.randn(64 * 28 * 28, generator=generator)).requires_grad_()
    truth = (torch.sigmoid(z.detach()) > torch.rand(len(z), generator=generator)).float()
    F.binary_cross_entropy_with_logits(z, truth).backward()
    return z.grad * 64 / 256  # as in a batch of 256


SLOPES = {spread: pixel_gradients(spread) for spread in (1, 4, 8)}
EDGES = np.arange(-44, 20, 2.0)
HEIGHTS = {
    spread: np.histogram(np.log2(g.abs().numpy() + 1e-30), EDGES)[0] / len(g)
    for spread, g in SLOPES.items()
}


def draw_window(power=0, spread=4):
    g = SLOPES[spread]
    lost = (((g * 2.0**power).half() == 0) & (g != 0)).float().mean().item()
    over = (g * 2.0**power).half().isinf().float().mean().item()
    figure, ax = plots.subplots(width=6.4, height=2.9)
    ax.stairs(HEIGHTS[spread], EDGES + power, fill=True, color=plots.SKY)
    for at, name in ((-25, "becomes 0"), (16, "infinite")):
        ax.axvline(at, color=plots.VERMILLION, lw=1.5)
        ax.text(
            at + (-1 if at < 0 else 0.5), 0.33, name, ha="right" if at < 0 else "left", fontsize=10
        )
    ax.set(xlim=(-46, 30), ylim=(0, 0.38), xticks=[-40, -25, 0, 16], yticks=[0, 0.3])
    ax.set(xlabel="log2 of the scaled gradient", ylabel="share")
    return figure, (
        f"Gradients of the logits of 256 masks, logits of SD {spread}, loss times 2 to the {power}. In float16 "
        f"{lost:.1%} become 0 and {over:.1%} infinite."
    )


explore(draw_window, power=(0, 40, 4), spread=[1, 4, 8])

# %% [markdown]
# At SD 4, a fifth of the pixels get no gradient without a scale, and hardly any are lost at $2^8$. Those that
# are lost are the smallest: they make up little of the sum. Whether that matters is for a training run to
# say, and it costs nothing to be safe.
#
# **And is it faster?** On your processor:

# %% tags=["nbval-ignore-output"]
for name, dtype in FORMATS.items():
    a = torch.rand(256, 256).to(dtype)
    took = seconds(lambda a=a: a @ a, repeats=3)
    print(f"{name:9} {2 * 256**3 / took / 1e9:6.1f} GFLOP/s")

# %% [markdown]
# Which one wins depends on the chip and on torch's version. Where a processor has no instructions for a format, it
# converts each number first, and is far slower than in float32. Measure before you believe it.

# %% [markdown]
# ## Sitting 3 · To survive a kill, and to run many
#
# **The queue kills your job after nine of ten hours. What must lie on the disk?**
#
# *Read in 25 minutes.*
#
# ### What a run is made of
#
# *Predict:* a run of 120 steps is stopped after 60, and goes on from a [checkpoint](glossary.md#checkpoint).
# Which of these may be left out: the optimizer's state, the schedule's, the sampler's random numbers,
# torch's own random numbers (dropout)?

# %%
import io


def run(until, state=None, keep=("optimizer", "schedule", "sampler", "dropout")):
    """Train up to step ``until``, from a state if there is one; return the state then."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Dropout(0.2), nn.Linear(32, 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 120)
    sampler, first = torch.Generator().manual_seed(1), 0
    if state:
        model.load_state_dict(state["model"])
        first = state["step"]
        restore = {
            "optimizer": optimizer.load_state_dict,
            "schedule": schedule.load_state_dict,
            "sampler": sampler.set_state,
            "dropout": torch.set_rng_state,
        }
        for name in keep:
            restore[name](state[name])
    for _ in range(first, until):
        rows = torch.randint(0, 128, (32,), generator=sampler)
        optimizer.zero_grad()
        F.cross_entropy(model(X[rows]), y[rows]).backward()
        optimizer.step()
        schedule.step()
    parts = {"model": model, "optimizer": optimizer, "schedule": schedule}
    saved = {name: part.state_dict() for name, part in parts.items()}
    return saved | {"sampler": sampler.get_state(), "dropout": torch.get_rng_state(), "step": until}


ALL = ("optimizer", "schedule", "sampler", "dropout")
whole, checkpoint = run(120), io.BytesIO()  # in place of a file on a disk
torch.save(run(60), checkpoint)
for left_out in (None, *ALL):
    checkpoint.seek(0)
    resumed = run(120, torch.load(checkpoint), [name for name in ALL if name != left_out])
    off = relative(
        *(torch.cat([w.flatten() for w in s["model"].values()]) for s in (resumed, whole))
    )
    print(
        f"left out: {left_out or 'nothing':10}",
        "the same, to the bit" if off == 0 else f"off by {off:.2f}",
    )

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# None. With all of them the weights are equal to the bit. Without any one, the run is another run. It
# may be as good; you cannot repeat it, and without the optimizer's state the loss often jumps.
# </details>
#
# ### A real kill
#
# The next script saves at step 30 and is killed at step 45, with the signal that nobody can catch. The loop
# stands in for the queue: it starts the script again, which begins where the file says. (`torchrun` does so with
# `--max_restarts=1`.) A checkpoint is written under another name first and then renamed, so that a kill while
# writing leaves the old one whole. It is NumPy, and starts at once; velocity is the optimizer's state.

# %%
import subprocess
import sys

KILLED = """
import os, signal
import numpy as np

def step(i, weight, velocity):
    x = np.random.default_rng(i).normal(size=(8, 3))
    slope = 2 * x.T @ (x @ weight - x.sum(axis=1)) / 8  # of the mean squared error
    velocity = 0.9 * velocity + slope
    return weight - 0.05 * velocity, velocity

weight, velocity, first = np.zeros(3), np.zeros(3), 0
again = os.path.exists("state.npz")
if again:
    state = np.load("state.npz")
    weight, velocity, first = state["weight"], state["velocity"], int(state["step"])
print("from step", first, flush=True)
for i in range(first, 60):
    weight, velocity = step(i, weight, velocity)
    if i + 1 == 30:
        np.savez("part.npz", weight=weight, velocity=velocity, step=30)
        os.replace("part.npz", "state.npz")
    if i + 1 == 45 and not again:
        os.kill(os.getpid(), signal.SIGKILL)
whole = np.zeros(3), np.zeros(3)
for i in range(60):
    whole = step(i, *whole)
print("the weights of an unbroken run:", np.array_equal(weight, whole[0]))
"""
with tempfile.TemporaryDirectory() as folder:
    for start in ("first", "second"):
        command = [sys.executable, "-c", KILLED]
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        print(f"{start} start, ended with {ran.returncode}: {'; '.join(ran.stdout.splitlines())}")

# %% [markdown]
# ### Compiled
#
# In eager mode each operation reads its input from memory and writes its result back. `torch.compile` writes
# one program for many of them, so a long chain reads and writes once. Its first call calls a compiler, so
# what follows was run before and stored.

# %%
fused = measured.load("compiling")
print(fused)
for name in ("chain", "small network"):
    times = {
        what: fused.values(name, what)[0] for what in ("eager ms", "compiled ms", "first call s")
    }
    print(f"{name:14}", ", ".join(f"{what} {value:.3g}" for what, value in times.items()))
counts = ("four lengths, fixed", "four lengths, default", "if on data")
print("graphs made:", {name: int(fused.values(name)[0]) for name in counts})

# %% [markdown]
# Measured once, on a busy machine. A long chain on two million numbers is seven times as fast. A small network with 32
# patients is twice as slow, since calling the compiled program costs more than it saves. The chain's first call
# took minutes by the clock, and is repaid after thousands of calls; the small network's never is.
#
# A new length of input compiles again, until torch takes the length for a variable. An `if` that depends on the
# data cuts the program in two. So compile what you call often, with shapes that stay.
#
# ### Many small runs
#
# The honest use of many cores, or of eight GPUs, is often many *separate* runs: three learning rates times
# four seeds are twelve jobs that need not talk. Dask runs a function on them, on your own cores, or on an
# existing cluster if you give its address. The code is the same. (It comes with `pip install
# "dlcourse[teach]"`.)


# %%
def job(lr, seed):
    """Return the accuracy on 45 test digits of a softmax regression."""
    weight = torch.zeros(64, 10, requires_grad=True)
    for rows in np.random.default_rng(seed).integers(0, 83, (60, 16)):
        loss = F.cross_entropy(X[rows] @ weight, y[rows])
        (g,) = torch.autograd.grad(loss, weight)
        with torch.no_grad():
            weight -= lr * g
    return ((X[83:] @ weight).argmax(1) == y[83:]).double().mean().item()


LOCAL = {"n_workers": 1, "threads_per_worker": 2, "processes": False, "dashboard_address": None}


def run_all(function, grid, address=None):
    """Return function(*row) for each row: on a cluster at an address, or on this machine's cores."""
    from distributed import Client

    with Client(address) if address else Client(**LOCAL) as client:
        return client.gather(client.map(function, *zip(*grid, strict=True), pure=False))


grid = [(lr, seed) for lr in (0.01, 0.1, 1.0) for seed in range(4)]
in_turn = [job(*row) for row in grid]
print("accuracy by learning rate:", np.reshape(in_turn, (3, 4)).mean(axis=1).round(2))

# %% tags=["nbval-ignore-output"] folded=true
try:
    from distributed import LocalCluster
except ImportError:
    print("Dask is not installed: the twelve runs were made in turn, above.")
else:
    assert run_all(job, grid) == in_turn
    with LocalCluster(protocol="tcp", **LOCAL) as cluster:  # it stands for your hospital's
        assert run_all(job, grid, cluster.scheduler_address) == in_turn
    print("twelve runs, on this machine and on a cluster by its address: the same numbers")

# %% [markdown]
# Threads do here, since torch does not hold Python's lock while it computes. On a cluster, each worker is a
# process, often on another machine, and the function travels there with the data that it names: 128 digits
# are small, a million scans must lie on a disk that all can read.
#
# ### One convolution, three ways
#
# The course's twin in torch operations, `torch.nn` (on a GPU that is cuDNN), and a kernel of some 40 lines in
# Triton, a language for GPU kernels in Python. Where you have a GPU, the next cell runs all three. Where not, it
# shows the stored table with the name of its device.

# %% tags=["nbval-ignore-output"] folded=true
from dlcourse.measured import convolution_speed

if torch.cuda.is_available():
    table = convolution_speed.measure(0)
    print("Measured now, on", table["device"])
else:
    stored = measured.load("convolution_speed")
    table = stored.results[0]
    print("No GPU here. Stored, on", table["device"])
for shape, times in table["ms"].items():
    print(f"{shape:26}", ", ".join(f"{way} {ms:.3g} ms" for way, ms in times.items()))

# %% [markdown]
# **No table of a GPU is stored yet**: none was at hand when this was written. What is stored is a CPU's. On a
# machine with one, `python -m dlcourse.measured convolution_speed` measures it and stores it with the card's
# name. The Triton kernel was compared with torch on a CPU, in Triton's interpreter, and has not run on a GPU.
#
# ### From a notebook to a cluster
#
# The script of sitting 1 needs no change. What changes is how it is started.
#
# | where | command |
# |---|---|
# | laptop | `python -m torch.distributed.run --standalone --nproc_per_node=2 train.py` |
# | one server, four GPUs | the same with `--nproc_per_node=4` |
# | two servers of four, on each | `python -m torch.distributed.run --nnodes=2 --nproc_per_node=4 --rdzv_backend=c10d --rdzv_endpoint=$HEAD:29500 train.py` |
#
# Ask the queue for one task per *server*; the launcher starts one process per GPU. Save every few minutes to
# a disk that survives, and resume at every start. Log commit, seed and job. Patients' data on a shared disk
# are a question for your hospital first, and for the queue after that.
#
# [Where to go from here](where_to_go.md) has what this course leaves out.

# %% [markdown]
# ## Sitting 4 · Same name, different number
#
# **The same network, the same batch, another library. Why is the tenth digit another one, and why the first?**
#
# *Read in 10 minutes.*
#
# What is installed here is run here. Keras 3.15.1 and ml_dtypes 0.6.0 were run in November 2026, beside torch
# 2.13.0 and NumPy 2.4.6.
#
# ### Sums
#
# *Predict:* 0.1 as float16, 10,000 times. Which of NumPy's and torch's sums reach 1,000?

# %%
half = np.full(10_000, 0.1, np.float16)
print("float16: np.sum", float(half.sum()), "| np.cumsum", float(half.cumsum()[-1]), end=" | ")
print("torch.sum", torch.from_numpy(half).sum().item())
many = np.full(1_000_000, 0.1, np.float32)
print("float32, a million: np.sum", round(float(many.sum()), 1), end=" | ")
print("np.cumsum", round(float(many.cumsum()[-1]), 1))
means = half.mean(), torch.from_numpy(half).mean()
print("mean: np", round(float(means[0]), 5), "| torch", round(means[1].item(), 5))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# `np.sum` adds in pairs, `np.cumsum` one by one, torch in float32. In bfloat16 torch's sum is 1,000, and the
# sum of an array of ml_dtypes, 32.
# </details>
#
# ### Defaults

# %%
row = torch.tensor([[0.001, 0.002, 0.003]])
for eps in (1e-5, 1e-3):
    print(f"layer norm, eps {eps:g}: {F.layer_norm(row, (3,), eps=eps)[0, 2].item():.3f}", end="; ")
norm = nn.BatchNorm1d(1)
norm(torch.tensor([[1.0], [3.0]]))
print(f"\nbatch norm after (1, 3): {norm.running_mean.item():.2f}, {norm.running_var.item():.2f}")
print("Adam, eps:", torch.optim.Adam(norm.parameters()).defaults["eps"])
over = torch.tensor([65_519.0, 65_520.0])
print("float16 of 65,519 and 65,520:", over.half().tolist())
print("SD of 1, 2, 3, 4: np", np.std([1, 2, 3, 4]).round(3), end=", ")
print("torch", round(torch.tensor([1.0, 2, 3, 4]).std().item(), 3))

# %% [markdown]
# | you ask for | you get |
# |---|---|
# | the sum of 10,000 × 0.1 in bfloat16 | torch 1,000; an array of ml_dtypes **32** |
# | 465 as an 8-bit float (e4m3fn) | torch 448, its largest; ml_dtypes **NaN** |
# | 1.0117 as bfloat16 | torch and ml_dtypes 1.0156, to the nearest; the lower bits cut off, 1.0078 |
# | layer norm of 0.001, 0.002, 0.003 | torch ±0.306 (eps 10⁻⁵); Keras **±0.032** (eps 10⁻³) |
# | batch norm's record after (1, 3) | torch 0.20 and 1.10 (momentum 0.1 of the *new*, variance over n − 1); Keras 0.02 and 1.00 (momentum 0.99 of the *old*, over n) |
# | Adam's epsilon | torch 10⁻⁸; Keras 10⁻⁷ |
# | patients in an epoch, 10 over 4 workers | `DistributedSampler` 12; with `drop_last` 8 |
# | the gradient of a summed loss, two workers | one process 1; DDP **0.5** of it |
#
# <details><summary><b>Question.</b> A model moves from Keras to torch with all its weights, and its answers
# differ in the third digit. Where do you look first?</summary>
#
# At the epsilons of its normalization layers, and at which variance was recorded.
# </details>

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
