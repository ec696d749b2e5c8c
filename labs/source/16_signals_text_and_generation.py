# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 16 · Signals, text and generation
#
# You find the beats of an ECG, measure their order and lay them over each other; then you build a network
# that reads strips, and ask it about two rhythms that it has never seen. After that: an LSTM that
# starts by keeping, attention, pairs of words, and a table of tests with holes. Eight functions,
# 20 points, and one question for a human.
#
# | exercise | difficulty | min | points | needs of the [lecture](../lectures/16_signals_text_and_generation.ipynb) |
# |---|---|---|---|---|
# | 1 `r_peaks` | ●●○ | 15 | 3 | sitting 1 |
# | 2 `rr_variation` | ●○○ | 10 | 2 | sitting 1 |
# | 3 `average_beat` | ●○○ | 10 | 2 | sitting 1 |
# | 4 `strip_net`, torch | ●●○ | 15 | 3 | sitting 1 |
# | 5 `open_forget_gates`, torch | ●●○ | 15 | 3 | sitting 2 |
# | 6 `attention` | ●●○ | 15 | 3 | sitting 2 |
# | 7 `skipgram_pairs` | ●○○ | 10 | 2 | sitting 3 |
# | 8 `patient_factors` | ●●○ | 15 | 2 | sitting 4 |
# | open question | | 10 | 4 | sitting 1 |
#
# **How it works.** Replace `raise NotImplementedError`, run the cell, run the check below it. Stuck?
# Under the check, *Hint 1* unfolds by click or by Tab and Space, and holds the next. No exercise
# needs your answer to another. What `torch`, `sklearn` and `dlcourse` have ready is no answer. Exercises 4
# and 5 are in torch: modules and their parameters exist nowhere else. All strips are simulated.

# %%
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import dlcourse
from dlcourse import data, plots

lab = dlcourse.lab("signals_text_and_generation")
torch.set_num_threads(1)

NAMES = ("normal", "fibrillation", "breathing", "junctional")
four = data.ecg_strips(40, np.random.default_rng(100), kinds=NAMES)  # ten of each, 10 s, 100 Hz

# %% [markdown]
# ## 1. `r_peaks` (3 points, 15 minutes)
#
# A beat's highest sample is its R peak. A sample is one if it lies above `height`, and no sample within
# `apart` seconds on either side is higher. Of equal samples within that reach the first counts. Near an end
# of the strip look as far as there is strip.


# %% solution="r_peaks"
def r_peaks(strip, rate, height, apart):
    """Return the numbers of the samples that are R peaks, rising, (beats,); there may be none.

    strip: (samples,), in mV. rate: samples a second. height: in mV. apart: in seconds; round
    apart * rate to whole samples.
    """
    ### BEGIN SOLUTION
    reach = round(apart * rate)
    padded = np.pad(strip, reach, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    # argmax gives the first of equal samples
    return np.flatnonzero((windows.argmax(axis=1) == reach) & (strip > height))
    ### END SOLUTION


# %% check="r_peaks"
lab.check(r_peaks)

# %% folded=true
if lab.passed("r_peaks"):
    figure, axes = plots.subplots(4, 1, width=7, height=4.6, sharex=True)
    counted = []
    for ax, strip, name in zip(axes, four.X[:4, 0], NAMES, strict=True):
        found = r_peaks(strip, 100, 0.6, 0.3)
        counted.append(len(found))
        ax.plot(np.arange(1000) / 100, strip, lw=1, ls="-")
        ax.plot(found / 100, strip[found], "o", color=plots.VERMILLION, ms=4)
        ax.set(ylim=(-0.7, 1.7), yticks=[0, 1], xticks=[0, 5, 10], ylabel="mV")
        ax.set_title(name, fontsize=10, loc="left", pad=2)
    axes[3].set(xlabel="time (s)")
    display(
        plots.show(
            figure,
            "Four strips and the R peaks that your r_peaks finds in them: "
            + ", ".join(f"{name} {n}" for name, n in zip(NAMES, counted, strict=True))
            + ". Two have order in time, two do not.",
        )
    )

# %% [markdown]
# ## 2. `rr_variation` (2 points, 10 minutes)
#
# Two numbers of a strip. The heart rate in beats a minute is 60 over the *mean* RR interval in seconds. The
# variation is the SD of the intervals (divide by the number of intervals − 1) over their mean: no unit.
# With fewer than three beats there is no spread: return NaN twice.


# %% solution="rr_variation"
def rr_variation(peaks, rate):
    """Return (beats a minute, SD / mean of the RR intervals), two numbers.

    peaks: (beats,), numbers of samples, rising. rate: samples a second.
    """
    ### BEGIN SOLUTION
    if len(peaks) < 3:
        return np.nan, np.nan
    rr = np.diff(peaks) / rate
    return 60 / rr.mean(), rr.std(ddof=1) / rr.mean()
    ### END SOLUTION


# %% check="rr_variation"
lab.check(rr_variation)

# %% [markdown]
# Breathing makes a child's heart faster and slower: intervals without order, and a P wave before every beat. A
# junctional rhythm starts below the atria: as regular as a clock, and no P wave.

# %% folded=true
if lab.passed("r_peaks") and lab.passed("rr_variation"):
    variation = np.array([rr_variation(r_peaks(x, 100, 0.6, 0.3), 100)[1] for x in four.X[:, 0]])
    above = [(variation[four.kind == name] > 0.1).sum() for name in NAMES]
    figure, ax = plots.subplots(width=6.6, height=2.8)
    for row, name in enumerate(NAMES):
        ax.plot(variation[four.kind == name], np.full(10, row), "o", color=plots.BLUE)
    ax.axvline(0.1, color="black", lw=1)
    ax.set(xlabel="SD / mean of the RR intervals", ylim=(3.5, -0.5), xlim=(0, 0.4))
    ax.set_yticks(range(4), NAMES)
    ax.set_xticks([0, 0.1, 0.2, 0.3, 0.4])
    display(
        plots.show(
            figure,
            "Ten strips of each kind. Above 0.1 lie, by your two functions, "
            + ", ".join(f"{n} of {name}" for n, name in zip(above, NAMES, strict=True))
            + ". Order in time alone does not tell fibrillation from breathing.",
        )
    )

# %% [markdown]
# ## 3. `average_beat` (2 points, 10 minutes)
#
# A P wave hardly rises above the noise. Lay the beats over each other at their R peaks and take the mean: a wave
# that always comes at the same time stays, noise shrinks with the root of the number of beats. Leave out
# beats that an end of the strip cuts; where none is whole, return NaNs.


# %% solution="average_beat"
def average_beat(strip, peaks, before, after):
    """Return the mean beat, (before + after,); the peak stands at place ``before``.

    strip: (samples,). peaks: (beats,), numbers of samples. before, after: a beat reaches from
    ``before`` samples ahead of its peak up to, not including, ``after`` samples behind it.
    """
    ### BEGIN SOLUTION
    whole = peaks[(peaks >= before) & (peaks + after <= len(strip))]
    if len(whole) == 0:
        return np.full(before + after, np.nan)
    return strip[whole[:, None] + np.arange(-before, after)].mean(axis=0)
    ### END SOLUTION


# %% check="average_beat"
lab.check(average_beat)

# %% folded=true
if lab.passed("r_peaks") and lab.passed("average_beat"):
    minute = data.ecg_strips(4, np.random.default_rng(4), kinds=NAMES, seconds=60)
    figure, axes = plots.subplots(1, 2, width=7, height=2.9, sharey=True)
    heights = {}
    for strip, name, style in zip(minute.X[:, 0], NAMES, ("-", "--", "-.", ":"), strict=True):
        beat = average_beat(strip, r_peaks(strip, 100, 0.6, 0.3), 28, 35)
        ax = axes[0] if name in ("normal", "breathing") else axes[1]
        ax.plot(np.arange(-28, 35) / 100, beat, ls=style, label=name)
        heights[name] = beat[11:14].mean() - beat[3:6].mean()  # 0.16 s before the peak
    for ax in axes:
        ax.axvspan(-0.21, -0.11, color=plots.GREY, alpha=0.3, lw=0)
        ax.set(xlabel="time from the R peak (s)", xticks=[-0.2, 0, 0.2])
        ax.set(ylim=(-0.4, 1.3), yticks=[0, 1])
        ax.legend(fontsize=9, loc="upper left", frameon=False)
    axes[0].set_ylabel("mean (mV)")
    display(
        plots.show(
            figure,
            "The mean beat of a minute, by your average_beat; grey is the time of the P wave. Its "
            "height above what comes before it, in mV: "
            + ", ".join(f"{name} {h:.2f}" for name, h in heights.items())
            + ".",
        )
    )
    assert min(heights["normal"], heights["breathing"]) > 0.08
    assert max(heights["fibrillation"], heights["junctional"]) < 0.07

# %% [markdown]
# ## 4. `strip_net` (3 points, 15 minutes, torch)
#
# A network for strips of any length. Three times: convolution with 7 taps and padding 3, batch
# normalization, ReLU. The first goes from 1 to `c` channels with stride 4, the second from `c` to `c` with
# stride 2, the third from `c` to `c` with stride 1. Then the mean over time, and a linear layer to two
# logits. Return an `nn.Module`, or write a class of that name; the check fills in weights of its own and
# compares outputs and gradients, in train and in eval mode.


# %% solution="strip_net"
def strip_net(c):
    """Return a module that turns strips (n, 1, samples) into logits (n, 2).

    c: the number of channels.
    """
    ### BEGIN SOLUTION
    return nn.Sequential(
        nn.Conv1d(1, c, 7, stride=4, padding=3), nn.BatchNorm1d(c), nn.ReLU(),
        nn.Conv1d(c, c, 7, stride=2, padding=3), nn.BatchNorm1d(c), nn.ReLU(),
        nn.Conv1d(c, c, 7, padding=3), nn.BatchNorm1d(c), nn.ReLU(),
        nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(c, 2),
    )  # fmt: skip
    ### END SOLUTION


# %% check="strip_net"
lab.check(strip_net)

# %% [markdown]
# ### What did it look at?
#
# Your network learns from 400 strips, normal or fibrillation, and is asked about all four kinds. *Predict*
# what it says of a breathing child, and of a junctional rhythm.

# %% folded=true
if lab.passed("strip_net"):
    learn = data.ecg_strips(400, np.random.default_rng(0))
    test = data.ecg_strips(400, np.random.default_rng(1), kinds=NAMES)
    X, Y = torch.tensor(learn.X), torch.tensor(learn.y).long()
    torch.manual_seed(0)
    model = strip_net(16)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(15):
        for rows in torch.randperm(400).split(32):
            loss = F.cross_entropy(model(X[rows]), Y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.eval()
    with torch.inference_mode():
        says = model(torch.tensor(test.X)).argmax(dim=1).numpy() == 1
    shares = {name: says[test.kind == name].mean() for name in NAMES}
    assert shares["normal"] < 0.1 < 0.9 < shares["fibrillation"], shares
    print("it learned: it tells fibrillation from normal on new strips")

# %% tags=["nbval-ignore-output"] folded=true
if lab.passed("strip_net"):
    figure, ax = plots.subplots(width=6.6, height=2.6)
    ax.barh(range(4), [shares[name] for name in NAMES], color=plots.SKY, edgecolor="black")
    ax.set_yticks(range(4), NAMES)
    ax.set(xlim=(0, 1.03), ylim=(3.6, -0.6), xticks=[0, 0.5, 1], xlabel="share called fibrillation")
    display(
        plots.show(
            figure,
            "Your network calls fibrillation: "
            + ", ".join(f"{share:.2f} of {name}" for name, share in shares.items())
            + ". It has learned to look for a P wave, not for order in time; 100 strips of each kind.",
        )
    )
    if lab.passed("r_peaks") and lab.passed("rr_variation"):
        v = np.array([rr_variation(r_peaks(x, 100, 0.6, 0.3), 100)[1] for x in test.X[:, 0]])
        both = {name: (says & (v > 0.1))[test.kind == name].mean() for name in NAMES}
        print("called by both, your network and a variation above 0.1:")
        print(", ".join(f"{share:.2f} of {name}" for name, share in both.items()))

# %% [markdown]
# ## 5. `open_forget_gates` (3 points, 15 minutes, torch)
#
# An `nn.LSTM` starts with forget gates near one half, so that half of its memory goes at each step. Open
# them: change the network in place so that its two biases of the *forget gate sum to* `value`, and leave
# all else as it is. Mind further layers and the second direction. The check looks at all weights, at what
# still learns, and at the gradient through time.


# %% solution="open_forget_gates"
def open_forget_gates(lstm, value):
    """Change the biases of lstm in place; return nothing.

    lstm: an nn.LSTM, of one or more layers, in one or both directions. value: a number. A bias
    is (4 * hidden_size,), in the order i, f, g, o.
    """
    ### BEGIN SOLUTION
    h = lstm.hidden_size
    with torch.no_grad():
        for name, parameter in lstm.named_parameters():
            if name.startswith("bias"):
                parameter[h : 2 * h] = value if "bias_ih" in name else 0
    ### END SOLUTION


# %% check="open_forget_gates"
lab.check(open_forget_gates)

# %% folded=true
if lab.passed("open_forget_gates"):
    x = torch.tensor(np.random.default_rng(0).normal(size=(100, 8, 4)))
    figure, ax = plots.subplots(width=6.6, height=3.2)
    ratios = []
    for value in (0.0, 1.0, 3.0, 5.0):
        torch.manual_seed(0)
        lstm = nn.LSTM(4, 64).double()
        open_forget_gates(lstm, value)
        leaf = x.clone().requires_grad_(True)
        lstm(leaf)[0][-1].sum().backward()
        norm = torch.linalg.vector_norm(leaf.grad, dim=(1, 2)).log10().numpy()
        ratios.append(norm[0] - norm[-1])
        ax.plot(range(1, 101), norm - norm[-1], label=f"{value:g}")
    ax.set(xlabel="step", xticks=[1, 50, 100], yticks=[0, -10, -20], xlim=(0, 101))
    ax.set_ylabel("log₁₀ of the gradient,\nlast step = 0")
    ax.legend(title="value", fontsize=10, title_fontsize=10, loc="lower right")
    display(
        plots.show(
            figure,
            "64 units, only the last of 100 steps is judged. What the first step gets, in powers of "
            "ten of what the last gets: "
            + ", ".join(
                f"{round(r)} at value {v}" for r, v in zip(ratios, (0, 1, 3, 5), strict=True)
            )
            + ". One number in the bias decides.",
        )
    )
    assert ratios[0] < -15 and ratios[3] > -2

# %% [markdown]
# ## 6. `attention` (3 points, 15 minutes)
#
# A score for each query and key: their dot product over the root of the number of features $E$. Hidden keys get
# no weight. Softmax over the keys, and the weighted mean of the values:
# $\mathrm{softmax}\!\left(\dfrac{Q K^\top}{\sqrt E}\right) V$. The check also sends scores of several thousand.


# %% solution="attention"
def attention(query, key, value, attn_mask):
    """Return the attended values, (n, L, V).

    query: (n, L, E). key: (n, S, E). value: (n, S, V). attn_mask: None, or (L, S) of True where
    a query may look at a key, and False elsewhere; every query may look somewhere.
    """
    ### BEGIN SOLUTION
    score = query @ key.swapaxes(1, 2) / np.sqrt(query.shape[2])
    if attn_mask is not None:
        score = np.where(attn_mask, score, -np.inf)
    weight = np.exp(score - score.max(axis=2, keepdims=True))
    return weight / weight.sum(axis=2, keepdims=True) @ value
    ### END SOLUTION


# %% check="attention"
lab.check(attention)

# %% [markdown]
# Attention can clean a strip without any training. Each sample asks with the 25 samples around it, and
# takes the mean of the samples whose surroundings look alike, wherever in the strip they are. (The last
# feature makes the score that of a distance.)

# %% folded=true
if lab.passed("attention"):
    from dlcourse.data import rhythms

    rng = np.random.default_rng(3)
    times = rhythms.beat_times(rng, 10, irregular=True)
    clean = rhythms.strip(np.random.default_rng(5), times, 1000, noise=0)
    noisy = clean + 0.1 * rng.normal(size=1000)
    around = np.lib.stride_tricks.sliding_window_view(np.pad(noisy, 12, mode="reflect"), 25)
    length = (around**2).sum(axis=1, keepdims=True)
    sharp = 2.5 / 0.1**2 * np.sqrt(26) / 25  # how fast a weight falls with the distance
    q = sharp * np.hstack([around, np.ones((1000, 1))])
    k = np.hstack([around, -length / 2])
    cleaned = attention(q[None], k[None], noisy[None, :, None], None)[0, :, 0]
    smooth = np.convolve(np.pad(noisy, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    off = [np.sqrt(((x - clean) ** 2).mean()) for x in (noisy, smooth, cleaned)]
    figure, axes = plots.subplots(2, 1, width=7, height=3.4, sharex=True)
    for ax, strip, name in zip(axes, (noisy, cleaned), ("noisy", "by your attention"), strict=True):
        ax.plot(np.arange(400) / 100, strip[:400], lw=1.2, ls="-")
        ax.set(ylim=(-0.7, 1.7), yticks=[0, 1], xticks=[0, 2, 4], ylabel="mV")
        ax.set_title(name, fontsize=10, loc="left", pad=2)
    axes[1].set_xlabel("time (s)")
    display(
        plots.show(
            figure,
            f"Root mean squared error: noisy {off[0]:.3f} mV, moving average of five samples {off[1]:.3f}, "
            f"your attention {off[2]:.3f}. Where few samples have such surroundings, as near an R peak, noise stays.",
        )
    )
    assert off[2] < off[1] < off[0] * 1.5

# %% [markdown]
# ## 7. `skipgram_pairs` (2 points, 10 minutes)
#
# All that a word vector is learned from: who stands beside whom. For each place from left to right, pair
# the word there (the centre) with each word at most `window` places away (its context), from left to right.
# A word that stands there twice is a neighbour of itself; only its own place is left out.


# %% solution="skipgram_pairs"
def skipgram_pairs(tokens, window):
    """Return rows (centre, context), whole numbers, (m, 2).

    tokens: (n,), a whole number for each word, two words or more. window: places on each side, 1 or more.
    """
    ### BEGIN SOLUTION
    pairs = [
        (tokens[i], tokens[j])
        for i in range(len(tokens))
        for j in range(max(0, i - window), min(len(tokens), i + window + 1))
        if j != i
    ]
    return np.array(pairs)
    ### END SOLUTION


# %% check="skipgram_pairs"
lab.check(skipgram_pairs)

# %% [markdown]
# Vectors from your pairs, by counting: how often two words meet, over how often chance would have it, as a
# logarithm (PPMI), then 14 dimensions of its SVD. The notes are drawn from templates. *Predict* which word is
# nearest to *benign*.

# %% folded=true
if lab.passed("skipgram_pairs"):
    words, texts = data.vocabulary(data.note_sentences(200, np.random.default_rng(0)))
    pairs = np.vstack([skipgram_pairs(text, 2) for text in texts])
    meet = np.zeros((len(words), len(words)))
    np.add.at(meet, tuple(pairs.T), 1)
    chance = meet.sum(axis=1, keepdims=True) * meet.sum(axis=0) / meet.sum()
    ppmi = np.log(np.maximum(meet / chance, 1))
    U, s, _ = np.linalg.svd(ppmi)
    vectors = U[:, :14] * np.sqrt(s[:14])
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    place = {word: i for i, word in enumerate(words)}

    def cosine(a, b):
        return float(unit[place[a]] @ unit[place[b]])

    for word in ("benign", "left", "fever", "patient"):
        order = np.argsort(-unit @ unit[place[word]])
        nearest = words[next(i for i in order if i != place[word])]
        print(f"{word:8} nearest: {nearest:10} {cosine(word, nearest):.2f}")
    print(
        f"benign and malignant {cosine('benign', 'malignant'):.2f}, "
        f"malignant and fever {round(cosine('malignant', 'fever'), 1) + 0:.1f}"
    )
    assert cosine("benign", "malignant") > 0.8 > cosine("malignant", "fever")
    print("Near means: can stand in the same place. Not: says the same.")

# %% [markdown]
# ## 8. `patient_factors` (2 points, 15 minutes)
#
# Results of tests are to be a patient's factors times a test's factors. The tests' factors `items` are
# fixed for now. For each patient find the factors $p$ that make $\sum_{\text{measured}} (v_j - q_j \cdot
# p)^2 + \lambda\, p \cdot p$ smallest, where $q_j$ is row $j$ of `items`. NaN says that a test was not
# made. Setting the slope to 0 gives one system of linear equations a patient: $(Q^\top Q + \lambda I)\, p =
# Q^\top v$, with the *measured* rows in $Q$.


# %% solution="patient_factors"
def patient_factors(values, items, lam):
    """Return the factors of each patient, (n, k).

    values: (n, m), NaN where not measured; a patient may have no measurement at all. items:
    (m, k). lam: above 0.
    """
    ### BEGIN SOLUTION
    found = []
    for row in values:
        seen = ~np.isnan(row)
        Q = items[seen]
        found.append(np.linalg.solve(Q.T @ Q + lam * np.eye(Q.shape[1]), Q.T @ row[seen]))
    return np.array(found)
    ### END SOLUTION


# %% check="patient_factors"
lab.check(patient_factors)

# %% [markdown]
# Half a step for patients, half a step for tests, ten times: alternating least squares, on a table of which
# three quarters are missing.

# %% folded=true
if lab.passed("patient_factors"):
    table = data.ordered_tests(200, 50, np.random.default_rng(0), rank=3, noise=0.5)
    seen = np.where(table.made, table.results, np.nan)
    mean = np.nanmean(seen)

    def error(guess):
        return np.sqrt(((guess - table.results)[~table.made] ** 2).mean())

    counts, errors, as_zero = (1, 2, 3, 4, 5, 6, 8), [], []
    u, s, vt = np.linalg.svd(np.where(table.made, table.results - mean, 0), full_matrices=False)
    for k in counts:
        tests = np.random.default_rng(0).normal(size=(50, k))
        for _ in range(10):
            people = patient_factors(seen - mean, tests, 2.0)
            tests = patient_factors((seen - mean).T, people, 2.0)
        errors.append(error(mean + people @ tests.T))
        as_zero.append(error(mean + u[:, :k] * s[:k] @ vt[:k]))
    figure, ax = plots.subplots(width=6.6, height=3.2)
    ax.plot(counts, errors, "-o", label="by your patient_factors")
    ax.plot(counts, as_zero, "--s", label="not measured taken for average")
    ax.axhline(error(mean), color="black", lw=1.5, ls=":", label="the mean of all results")
    ax.set(xlabel="factors", xticks=counts, ylim=(0, 2.2), yticks=[0, 1, 2])
    ax.set_ylabel("RMSE, tests not made")
    ax.legend(fontsize=9, loc="lower left")
    display(
        plots.show(
            figure,
            "Error on results that nobody measured. By your patient_factors, with "
            + ", ".join(map(str, counts))
            + " factors: "
            + ", ".join(f"{e:.2f}" for e in errors)
            + f". The mean of all results: {error(mean):.2f}. A table in which each hole counts as average "
            f"never gets below {min(as_zero):.2f}.",
        )
    )
    assert min(errors) < 0.8 * min(as_zero)

# %% [markdown]
# ## A question for a human (4 points, 10 minutes)
#
# A watch records a strip of 30 seconds each hour and warns of atrial fibrillation. The company trained a
# network on 200,000 strips from 4,000 people, half of them in sinus rhythm and half in fibrillation, and
# tested on 20,000 strips drawn at random from the same pool: sensitivity 0.99, specificity 0.99. Your
# clinic wants to give the watch to all patients over 65, of whom about 2 in 100 are in fibrillation when
# they are not known to be.
#
# **What do you ask for before you agree?** Five to eight sentences.

# %% [markdown] open="what_it_looked_at" points=4
# **Model answer.** Strips of one person are alike, and they were drawn at random, so that the same people
# are in training and test: I would ask for a test on people of whom no strip was trained on, with an
# interval over people. Only two rhythms were ever seen. A network that learns to look for P waves passes
# that test, and so does one that looks for irregular intervals; in our lab one kind of network called
# nearly every junctional rhythm fibrillation. So I would ask for strips of what is neither: extra beats,
# breathing, flutter, pacemakers, junctional rhythms, and movement, each with its share of alarms. I would
# also ask what moves its answer, by simulated or edited strips in which one sign is changed and the other
# kept. With 2 in 100 ill and specificity 0.99, about one warning in three is false (0.0198 of 0.0198 +
# 0.0098), even if each person had only one strip; with 24 strips a day false alarms add up, so I would ask
# for warnings per person and week, and how many are true. Last I would ask what happens after a warning,
# who reads the strip, and whether a simple rule, such as both signs must agree, does as well.
#
# **Rubric.** 1 point: notices that strips, not people, were split, and asks for new people. 1 point:
# notices that other rhythms or artefacts are missing, and names at least one that would fool one sign. 1
# point: computes or estimates what a warning means at a prevalence of 2 in 100, or with 24 strips a day. 1
# point: asks what the network looks at by changing one sign at a time, or compares with a rule that uses
# both signs.

# %% [markdown]
# ## Your score

# %%
lab.score()

# %% [markdown]
# ## Stretch goal: a network that must use both signs
#
# Train your `strip_net` on all four kinds, with fibrillation against the other three. Which kind does it
# get wrong? Take five seeds and report the share found and the share of false alarms in each kind, with
# their ranges. Then help it: a longer field of view (dilations, a fourth layer), a second input that holds
# your variation of the RR intervals, or more strips. Which help is worth most?
