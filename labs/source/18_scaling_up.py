# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 18 · Scaling up
#
# You write what many workers need to compute the model that one would have computed: gradients weighed,
# patients dealt out, a sum that goes round a ring. With them you train in four workers by hand, and then in
# two real processes. Seven functions, 20 points, and one question for a human.
#
# | exercise | difficulty | min | points | needs of the [lecture](../lectures/18_scaling_up.ipynb) |
# |---|---|---|---|---|
# | 1 `matmul_intensity` | ●○○ | 10 | 2 | sitting 1 |
# | 2 `average_gradients` | ●●○ | 15 | 3 | sitting 1 |
# | 3 `shard` | ●●○ | 15 | 3 | sitting 1 |
# | 4 `accumulate`, torch | ●●○ | 15 | 3 | sitting 1 |
# | 5 `ring_all_reduce` | ●●● | 30 | 4 | sitting 1 |
# | 6 `scaled_lr` | ●○○ | 10 | 2 | sitting 1 |
# | 7 `loss_scale` | ●●○ | 15 | 3 | sitting 2 |
# | open question | | 10 | 4 | sitting 1 |
#
# **How it works.** Replace `raise NotImplementedError`, run the cell, run the check below it. Stuck?
# Under the check, *Hint 1* unfolds by click or by Tab and Space, and holds the next. No exercise
# needs your answer to another. What `sklearn`, `dlcourse` and `torch` have ready is no answer. Exercise 4 is in torch:
# its point is what `.grad` keeps between two calls.

# %%
import numpy as np
import torch
import torch.nn.functional as F

import dlcourse
from dlcourse import data, plots

lab = dlcourse.lab("scaling_up")
torch.set_num_threads(1)

# %% [markdown]
# ## 1. `matmul_intensity` (2 points, 10 minutes)
#
# Operations for each byte that is moved, for a product of matrices (m, k) times (k, n). A multiplication and
# an addition are two operations, and each result takes k of both. Both matrices are read once and the result
# is written once.


# %% solution="matmul_intensity"
def matmul_intensity(m, k, n, bytes_per_number):
    """Return operations per byte, one number.

    m, k, n: sizes, whole numbers. bytes_per_number: such as 4 for float32.
    """
    ### BEGIN SOLUTION
    moved = bytes_per_number * (m * k + k * n + m * n)
    return 2 * m * n * k / moved
    ### END SOLUTION


# %% check="matmul_intensity"
lab.check(matmul_intensity)

# %% folded=true
if lab.passed("matmul_intensity"):
    batches = 2 ** np.arange(11)
    figure, ax = plots.subplots(width=6.6, height=3)
    for size, name in ((4, "float32"), (2, "16 bits")):
        per_byte = [matmul_intensity(int(m), 1024, 1024, size) for m in batches]
        ax.plot(np.arange(11), per_byte, label=name)
    ax.axhline(20, color="black", lw=1)
    ax.set_xticks([0, 5, 10], ["1", "32", "1024"])
    ax.set(xlabel="patients in a batch", ylabel="operations per byte", yticks=[0, 20, 200])
    ax.legend(fontsize=10)
    enough = batches[[matmul_intensity(int(m), 1024, 1024, 4) >= 20 for m in batches]][0]
    display(
        plots.show(
            figure,
            f"A layer of 1,024 by 1,024, by your matmul_intensity. A processor with its corner at 20 (line) is "
            f"busy from {enough} patients on in float32; in 16 bits it needs half as many bytes.",
        )
    )

# %% [markdown]
# ## 2. `average_gradients` (3 points, 15 minutes)
#
# Each worker has the gradient of the mean loss over *its* patients. Return the gradient of the mean loss over
# all patients. A worker without patients has NaN, the mean over nobody, and no say. Leave the workers'
# arrays as they are.


# %% solution="average_gradients"
def average_gradients(grads, sizes):
    """Return a list with one array for each parameter.

    grads: a list for each worker, each a list of arrays, one for each parameter. sizes: (workers,), how
    many patients each had; some may be 0, not all.
    """
    ### BEGIN SOLUTION
    shares, found = sizes / sizes.sum(), []
    for parameter in range(len(grads[0])):
        found.append(sum(s * g[parameter] for s, g in zip(shares, grads, strict=True) if s > 0))
    return found
    ### END SOLUTION


# %% check="average_gradients"
lab.check(average_gradients)

# %% [markdown]
# ## 3. `shard` (3 points, 15 minutes)
#
# Which patients worker `rank` sees, as torch's `DistributedSampler` deals them out without shuffling. Patients
# 0 to n − 1 lie in a row. Without `drop_last` the row goes on from patient 0, round and round if need be,
# until its length divides by the number of workers; with it, the row is cut until it does. Then they are
# dealt out one by one.


# %% solution="shard"
def shard(n, workers, rank, drop_last):
    """Return the patients' numbers, a whole array.

    n: patients, 1 or more. workers: 1 or more. rank: 0 to workers - 1. drop_last: True or False.
    """
    ### BEGIN SOLUTION
    each = n // workers if drop_last else (n + workers - 1) // workers
    row = np.arange(each * workers) % n
    return row[rank::workers]
    ### END SOLUTION


# %% check="shard"
lab.check(shard)

# %% [markdown]
# ## Four workers, by hand
#
# Your two functions at work: four workers train one neuron on biopsies, each on its part of every batch of 90.
# One worker trains on the whole batch. *Predict:* 90 does not divide by four. Do they end with the same
# weights if you weigh? And if padding counts two patients twice?

# %%
missing = [name for name in ("average_gradients", "shard") if not lab.passed(name)]

# %%
if missing:
    print("still missing:", *missing)
else:
    biopsies = data.breast_cancer()
    Z = (biopsies.X - biopsies.X.mean(axis=0)) / biopsies.X.std(axis=0)

    def neuron_gradient(w, b, rows):
        error = 1 / (1 + np.exp(-(Z[rows] @ w + b))) - biopsies.y[rows]
        return [Z[rows].T @ error / len(rows), np.array(error.mean())]

    def trained(split, steps=60):
        """Train one neuron; ``split`` says which of a batch's 90 places each worker has."""
        w, b, rng = np.zeros(Z.shape[1]), np.array(0.0), np.random.default_rng(0)
        for _ in range(steps):
            batch = rng.choice(len(Z), 90, replace=False)
            parts = [batch[places] for places in split]
            grads = [neuron_gradient(w, b, rows) for rows in parts]
            gw, gb = average_gradients(grads, np.array([len(rows) for rows in parts]))
            w, b = w - 0.5 * gw, b - 0.5 * gb
        return np.append(w, b)

    one = trained([np.arange(90)])
    dealt = trained([np.arange(90)[r::4] for r in range(4)])  # 23, 23, 22 and 22 patients
    padded = trained([shard(90, 4, r, False) for r in range(4)])  # 23 each, two of them twice
    assert np.allclose(one, dealt, atol=1e-10)
    print("weighed, 23 + 23 + 22 + 22: the same weights as one worker, up to rounding")
    print(f"padded to 4 × 23: off by {np.linalg.norm(padded - one) / np.linalg.norm(one):.3f}")

# %% [markdown]
# ## 4. `accumulate` (3 points, 15 minutes, torch)
#
# A batch that does not fit into memory: pass it through the network `micro` patients at a time, and return
# the gradient of the mean cross-entropy over *all* of it. The last part may be shorter. `.grad` may hold
# something from before. The weights do not move.


# %% solution="accumulate"
def accumulate(model, x, y, micro):
    """Return the gradients, a list in the order of model.parameters().

    model: an nn.Module that gives logits (n, 3). x: (n, 3). y: (n,), class numbers. micro: 1 or more.
    """
    ### BEGIN SOLUTION
    model.zero_grad()
    for start in range(0, len(x), micro):
        logits = model(x[start : start + micro])
        total = F.cross_entropy(logits, y[start : start + micro], reduction="sum")
        (total / len(x)).backward()
    return [p.grad for p in model.parameters()]
    ### END SOLUTION


# %% check="accumulate"
lab.check(accumulate)

# %% [markdown]
# ## 5. `ring_all_reduce` (4 points, 30 minutes)
#
# w workers stand in a ring, each with a vector. In the end each has the sum of all. Cut every vector into w
# chunks, as `np.array_split` does. Worker r sends to worker r + 1, the last one to worker 0, all at once.
#
# - **First phase**, w − 1 steps, s = 0, 1, …: worker r sends chunk (r − s) mod w; the receiver *adds* it.
# - **Second phase**, w − 1 steps, s = 0, 1, …: worker r sends chunk (r + 1 − s) mod w; the receiver
#   *replaces* its own.
#
# Count the numbers that each worker sends. `vectors` stays as it is.


# %% solution="ring_all_reduce"
def ring_all_reduce(vectors):
    """Return (results, sent): (w, n), a row for each worker, and (w,), how many numbers each has sent.

    vectors: (w, n), a row for each worker; w may be 1, and n smaller than w.
    """
    ### BEGIN SOLUTION
    w, n = vectors.shape
    parts, have, sent = np.array_split(np.arange(n), w), vectors.copy(), np.zeros(w, int)
    for step in range(2 * (w - 1)):
        before, adding = have.copy(), step < w - 1
        for r in range(w):
            k = r - step if adding else r + 1 - (step - (w - 1))
            rows, neighbour = parts[k % w], (r + 1) % w
            if adding:
                have[neighbour, rows] += before[r, rows]
            else:
                have[neighbour, rows] = before[r, rows]
            sent[r] += len(rows)
    return have, sent
    ### END SOLUTION


# %% check="ring_all_reduce"
lab.check(ring_all_reduce)

# %% folded=true
if lab.passed("ring_all_reduce"):
    sizes = [2, 3, 4, 6, 8, 12, 16, 24, 32]
    sent = [ring_all_reduce(np.ones((w, 960)))[1].max() / 960 for w in sizes]
    figure, ax = plots.subplots(width=6.6, height=3)
    ax.plot(sizes, sent, "o-", label="each worker of your ring")
    ax.plot(sizes, [w - 1 for w in sizes], label="one that collects for all")
    ax.set(xlabel="workers", ylabel="gradients sent", ylim=(0, 8), yticks=[0, 2, 4, 6])
    ax.legend(fontsize=10)
    results, _ = ring_all_reduce(np.random.default_rng(0).normal(size=(8, 1000)))
    assert (results == results[0]).all()  # to the bit: finished chunks are copied
    display(
        plots.show(
            figure,
            f"Gradients that a worker sends in your ring: {sent[0]:.2f} with two workers, {sent[-1]:.2f} with "
            "32, never 2. One worker that collects and sends back would send 31.",
        )
    )

# %% [markdown]
# ## Two real processes
#
# The cell below starts two processes on your machine, each of which waits for the other. They share no
# memory. It takes some seconds, most of them for importing torch, and leaves nothing behind. Set
# `really = True` and run it. They average their gradients with torch's `all_reduce`; your
# `average_gradients` must find the same.

# %%
really = False

SCRIPT = """
import json, torch, torch.distributed as dist
from datetime import timedelta
dist.init_process_group("gloo", timeout=timedelta(seconds=60))
rank = dist.get_rank()
n = 96 if rank == 0 else 32  # unequal parts
g = torch.randn(5, generator=torch.Generator().manual_seed(rank), dtype=torch.float64)
weighed = g * n
dist.all_reduce(weighed)  # the sum over both, in both
print(json.dumps({"rank": rank, "mine": g.tolist(), "all": (weighed / 128).tolist()}))
dist.destroy_process_group()
"""

# %%
if not really:
    print("not started: set really = True above")
elif "average_gradients" in missing:
    print("still missing: average_gradients")
else:
    import json
    import tempfile

    from dlcourse.training.launch import launch

    with tempfile.TemporaryDirectory() as folder:
        said = sorted(
            (json.loads(line) for line in launch(SCRIPT, folder, processes=2, shared="torch")),
            key=lambda each: each["rank"],
        )
    by_you = average_gradients([[np.array(each["mine"])] for each in said], np.array([96, 32]))[0]
    for each in said:
        print("process", each["rank"], "as by you:", np.allclose(each["all"], by_you))

# %% [markdown]
# ## 6. `scaled_lr` (2 points, 10 minutes)
#
# The learning rate at a step by the linear rule. The target is `base_lr` times `batch / base_batch`. The rate
# begins at `base_lr` at step 0, goes in a straight line to the target at step `warmup`, and stays there.


# %% solution="scaled_lr"
def scaled_lr(base_lr, base_batch, batch, step, warmup):
    """Return the learning rate, one number.

    base_lr, base_batch: a pair that works. batch: the new size, larger or smaller. step: from 0.
    warmup: steps, may be 0.
    """
    ### BEGIN SOLUTION
    target = base_lr * batch / base_batch
    left = max(warmup - step, 0) / warmup if warmup else 0
    return left * base_lr + (1 - left) * target
    ### END SOLUTION


# %% check="scaled_lr"
lab.check(scaled_lr)

# %% [markdown]
# ## 7. `loss_scale` (3 points, 15 minutes)
#
# Sitting 2 of the lecture has what it is for. A scaler multiplies the loss, so that small gradients survive in
# float16. A step whose gradient overflows is not made: the scale is *halved*, and the count of good steps
# begins again. After `interval` good steps in a row the scale *doubles*, and the count begins again.


# %% solution="loss_scale"
def loss_scale(overflows, scale, interval):
    """Return (scales, steps): the scale after each step, a list, and how many updates were made.

    overflows: a list of True and False, one for each step; may be empty. scale: at the start.
    interval: 1 or more.
    """
    ### BEGIN SOLUTION
    good, scales = 0, []
    for overflow in overflows:
        good = 0 if overflow else good + 1
        if overflow:
            scale = scale / 2
        elif good == interval:
            scale, good = 2 * scale, 0
        scales.append(scale)
    return scales, overflows.count(False)
    ### END SOLUTION


# %% check="loss_scale"
lab.check(loss_scale)

# %% folded=true
if lab.passed("loss_scale"):
    rng, scale, scales = np.random.default_rng(0), 2.0**24, []
    largest = 2.0 ** rng.normal(0, 1.2, 120)  # of the gradients of each step
    state, seen = [], 0
    for step in range(120):  # float16 ends at 65,504
        now = loss_scale(state, 2.0**24, 10)[0][-1] if state else 2.0**24
        state.append(bool(largest[step] * now > 65504))
    scales, made = loss_scale(state, 2.0**24, 10)
    figure, ax = plots.subplots(width=6.6, height=3)
    ax.step(np.arange(120), np.log2(scales), where="post", label="scale")
    ax.plot(np.arange(120), np.log2(65504 / largest), ":", lw=1.4, label="largest that is safe")
    ax.set(xlabel="step", ylabel="log2 of the scale", yticks=[12, 18, 24])
    ax.legend(fontsize=10)
    display(
        plots.show(
            figure,
            f"Your scaler starts at 2 to the 24, falls until nothing overflows, and then feels its way along the "
            f"limit: {made} of 120 updates were made, and it ends at 2 to the {np.log2(scales[-1]):.0f}.",
        )
    )

# %% [markdown]
# ## A question for a human (4 points, 10 minutes)
#
# Your group trains a network for chest radiographs: 16 hours on one GPU, or 2 hours and 20 minutes on eight.
# Someone must choose among four learning rates with five seeds each, and then train the final model once.
# The cluster has eight GPUs for your group.
#
# **How do you use the eight GPUs for the choice, how for the final model, and what do you check before you
# trust the model of eight workers?** Five to eight sentences.

# %% [markdown] open="eight_gpus" points=4
# **Model answer.** For the choice I would run twenty separate jobs, one GPU each, eight at a time. That is
# three rounds of 16 hours, 48 hours; twenty runs one after another on all eight take twenty times 2 h 20 min,
# nearly 47 hours. The time is about the same, but separate jobs need no communication, one that dies harms
# nobody else, and each is exactly the model that we will report, with no change of batch. The eight-GPU run
# has an efficiency of 16 / (8 · 2.33), 86 %. For the final model alone I would use eight, if somebody is
# waiting for it; if not, one GPU overnight gives the model that was chosen. With eight workers the batch is
# eight times as large, or each worker has an eighth of it: in the first case the learning rate that was
# chosen no longer holds, in the second batch norm sees fewer images. So I would first compare ten steps of
# eight workers and of one, without dropout, with the same batch in all, to about six digits. Then I would
# compare the validation results of both on the same patients, with an interval, computed on one process, so
# that padding counts nobody twice.
#
# **Rubric.** 1 point: separate runs for the choice, with a reason (no communication, independence, or the
# sum of hours). 1 point: a time or an efficiency computed from the numbers given. 1 point: says that batch
# or learning rate, or batch norm, changes with eight workers. 1 point: a check that can fail: steps compared
# with one process, or validation on all patients counted once.

# %% [markdown]
# ## Your score

# %%
lab.score()

# %% [markdown]
# ## Stretch goal: a sum that forgets nothing
#
# Add 0.1 ten thousand times in float16, one by one: the sum stops at 256. Write `kahan_sum(x)`, every
# operation in the type of `x`: carry along what the last addition lost, and add it with the next number. How
# close to 1,000 do you come? Then compare with `np.sum`, which adds in pairs, and with a sum in float32.
