# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 19 · Capstone
#
# **Would you believe your own report?**
#
# A lab without a lecture: a table, a folder of pictures, and you. Three clinics looked at thyroid nodules by ultrasound,
# and a biopsy said which are malignant. *Can a network tell it from the pictures, better than age and brightness can,
# and by how much?* You clean, split, set a baseline, train, choose on validation, look at the test set once, and write the report.
# Everything is drawn, so that the faults in the data are known; nothing holds for patients.
#
# | exercise | builds on | difficulty | min | points |
# |---|---|---|---|---|
# | 1 `same_person` | [01](../lectures/01_learning_from_data.ipynb) | ●●● | 20 | 4 |
# | 2 `patient_labels` | [15](../lectures/15_case_studies.ipynb) | ●○○ | 10 | 2 |
# | 3 `split_people` | [01](../lectures/01_learning_from_data.ipynb), [07](../lectures/07_training_loop.ipynb) | ●●○ | 15 | 3 |
# | 4 `site_map` | [12](../lectures/12_looking_inside.ipynb) | ●○○ | 10 | 2 |
# | 5 `person_loss`, torch | [04](../lectures/04_losses.ipynb), [09](../lectures/09_convolution.ipynb) | ●●○ | 15 | 3 |
# | 6 `cheapest_threshold` | [14](../lectures/14_evaluation.ipynb) | ●●○ | 15 | 3 |
# | 7 `gain_interval` | [14](../lectures/14_evaluation.ipynb), [15](../lectures/15_case_studies.ipynb) | ●●○ | 20 | 3 |
# | 8 `model_card` | [14](../lectures/14_evaluation.ipynb) | ●○○ | 15 | 3 |
# | the report | | ●●● | 60 | 8 |
#
# **How it works.** Replace `raise NotImplementedError`, run the cell, run the check below it. Stuck? Under the check,
# *Hint 1* unfolds by click or by Tab and Space, and holds the next. No exercise needs your answer to another. Between the
# exercises are cells of the study itself. Each runs once the functions that it needs are right, and it is yours: change it. What
# `torch`, `sklearn` and `dlcourse` have ready is no answer to an exercise; exercise 5 is in torch. In the study's own cells everything is allowed.

# %%
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from sklearn.linear_model import LogisticRegression
from torch import nn

import dlcourse
from dlcourse import data, metrics, plots

lab = dlcourse.lab("capstone")
torch.set_num_threads(1)

# %% [markdown]
# ## What arrived
#
# The next cell writes a folder `study` beside this notebook: `table.csv`, a row for each picture, and `images`. Open a few.
#
# | column | says |
# |---|---|
# | `image` | the file in `study/images`, 32 by 32 pixels, grey |
# | `patient` | the number under which the clinic keeps the patient; several pictures may have one |
# | `clinic` | 1, 2 or 3 |
# | `age` | in years |
# | `malignant` | 1 malignant, 0 benign, by biopsy; empty where the result is not at hand |

# %%
folder = data.write_study("study", np.random.default_rng(19)).folder
table = np.genfromtxt(folder / "table.csv", delimiter=",", names=True, dtype="U8,i8,i8,f8,f8")
images = np.array([Image.open(folder / "images" / name) for name in table["image"]]) / 255

print(f"{len(table)} pictures, {len(np.unique(table['patient']))} patient numbers")
for name in table.dtype.names[1:]:
    known = table[name][~np.isnan(table[name])]
    print(f"{name:10} {known.min():5g} to {known.max():5g}, {len(table) - len(known)} missing")

# %% [markdown]
# Read these lines twice. One range is not possible. And before anything is learned: *is one patient number one person?* Where
# a clinic refers, the patient gets a new number and brings the old pictures along. Two files with the same pixels show it.
#
# ## 1. `same_person` (4 points, 20 minutes)
#
# Rows with the same patient number are one person. So are rows with the same picture; and chains count: if 8 and 3 share a
# picture, and 3 and 5 another, all three numbers are one person. Return for each row the person: the smallest of
# all patient numbers that this person has.


# %% solution="same_person"
def same_person(patient, picture):
    """Return the person of each row, (rows,).

    patient: (rows,), numbers. picture: (rows,), numbers; equal ones are the same picture.

    Not allowed: networkx, scipy.
    """
    ### BEGIN SOLUTION
    person = patient.copy()
    for one in np.unique(picture):
        known = np.unique(person[picture == one])  # who has it, as they are called by now
        person[np.isin(person, known)] = known[0]
    return person
    ### END SOLUTION


# %% check="same_person"
lab.check(same_person)

# %% [markdown]
# ## 2. `patient_labels` (2 points, 10 minutes)
#
# A biopsy is of a person. Where one row of a person has the label and another has none, both have it. Where the rows
# contradict each other, nobody knows. Return for each row the label of its person, or NaN, then the number of *people* of whom no row
# says anything, then the number of people whose rows contradict each other.


# %% solution="patient_labels"
def patient_labels(person, label):
    """Return (y, unknown, contradicted): y (rows,), and two counts.

    person: (rows,), numbers. label: (rows,), 0, 1 or NaN.
    """
    ### BEGIN SOLUTION
    y, counts = np.full(len(label), np.nan), [0, 0, 0]
    for who in np.unique(person):
        known = np.unique(label[(person == who) & ~np.isnan(label)])
        counts[len(known)] += 1
        if len(known) == 1:
            y[person == who] = known[0]
    return y, counts[0], counts[2]
    ### END SOLUTION


# %% check="patient_labels"
lab.check(patient_labels)

# %% [markdown]
# **The study: who stays.** A picture that came twice stays once. What is dropped is counted: a report says so. *Predict:* how
# many contradictions would you have seen without exercise 1?

# %%
CLEAN = "same_person", "patient_labels"
if all(map(lab.passed, CLEAN)):
    pixels = images.reshape(len(images), -1)
    first, picture = np.unique(pixels, axis=0, return_index=True, return_inverse=True)[1:]
    picture = picture.ravel()
    person = same_person(table["patient"], picture)
    y, unknown, contradicted = patient_labels(person, table["malignant"])
    by_number = patient_labels(table["patient"], table["malignant"])
    stays = ~np.isnan(y) & np.isin(np.arange(len(y)), first)

    print(f"{len(np.unique(table['patient']))} numbers are {len(np.unique(person))} people")
    print(f"dropped: {unknown} without a label, {contradicted} who contradict themselves")
    print(f"by patient number it would have been {by_number[1]} and {by_number[2]}")
    print(f"{len(y) - len(first)} pictures came twice")
    person, y, X, rows = person[stays], y[stays].astype(int), images[stays], table[stays]
    print(f"left: {len(X)} pictures of {len(np.unique(person))} people")

# %% [markdown]
# ## 3. `split_people` (3 points, 15 minutes)
#
# Half of the people for training, 20 % for validation, 30 % for the test, and in each part the same share of malignant. `order` holds all people,
# shuffled. Take the benign in this order: of n, those before rank `round(0.5 * n)` are part 0, those from `round(0.7 * n)` on part 2, the others part 1.
# Likewise the malignant. Return the part of each *row*. All rows of a person have one label.


# %% solution="split_people"
def split_people(person, y, order):
    """Return 0 (train), 1 (validation) or 2 (test) for each row, (rows,).

    person: (rows,), numbers. y: (rows,), 0 or 1. order: (people,), each person once.
    """
    ### BEGIN SOLUTION
    part = np.zeros(len(person), int)
    for label in (0, 1):
        people = order[np.isin(order, person[y == label])]
        for share in (0.5, 0.7):
            part[np.isin(person, people[round(share * len(people)) :])] += 1
    return part
    ### END SOLUTION


# %% check="split_people"
lab.check(split_people)

# %% [markdown]
# **The study: the split.** From here on a person is also one row: label, clinic, part. And from here on nothing looks at the test people, not even to find faults.

# %%
SPLIT = *CLEAN, "split_people"
if all(map(lab.passed, SPLIT)):
    part = split_people(person, y, np.random.default_rng(19).permutation(np.unique(person)))
    people, at, who = np.unique(person, return_index=True, return_inverse=True)
    label, part_of, clinic_of = y[at], part[at], rows["clinic"][at]
    train, val, test = (np.flatnonzero(part_of == k) for k in range(3))
    assert all(len(np.unique(part[person == one])) == 1 for one in people), "somebody leaks"
    for name, group in (("train", train), ("validation", val), ("test", test)):
        print(f"{name:10} {len(group):4} people, {label[group].mean():.2f} malignant")

# %% [markdown]
# ## 4. `site_map` (2 points, 10 minutes)
#
# Do the pictures say where they were made? For each pixel: of the sum of squared distances from the mean of all pictures, which share
# lies *between* the clinics? Between is: for each clinic, its number of pictures times the squared distance of its mean from the
# mean of all, added up. The share is 0 to 1, and 0 where a pixel is the same in all pictures.


# %% solution="site_map"
def site_map(images, site):
    """Return the share for each pixel, (height, width).

    images: (n, height, width). site: (n,), a number for each clinic; it is only a name.
    """
    ### BEGIN SOLUTION
    mean = images.mean(axis=0)
    whole, between = ((images - mean) ** 2).sum(axis=0), np.zeros(mean.shape)
    for one in np.unique(site):
        between += (site == one).sum() * (images[site == one].mean(axis=0) - mean) ** 2
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(between / whole)
    ### END SOLUTION


# %% check="site_map"
lab.check(site_map)

# %% [markdown]
# **The study: what must not be seen.** *Predict:* where will the map be bright, and how well would the brightest pixel alone tell malignant from benign?

# %%
LOOKED = *SPLIT, "site_map"
if all(map(lab.passed, LOOKED)):
    learn = np.flatnonzero(part == 0)
    site = rows["clinic"][learn]
    share = site_map(X[learn], site)
    hidden = share > 0.2  # yours to choose
    place = np.unravel_index(share.argmax(), share.shape)
    alone = metrics.roc_auc_score(y[learn], X[learn][:, *place])
    for clinic in (1, 2, 3):
        there = clinic_of[train] == clinic
        print(
            f"clinic {clinic}: {there.sum()} people in train, {label[train][there].mean():.2f} malignant"
        )
    means = [X[learn][site == clinic].mean(axis=0) for clinic in (1, 2, 3)]
    figure, axes = plots.subplots(1, 4, width=7.6, height=2.2)
    titles = "clinic 1", "clinic 2", "clinic 3", "share"
    for ax, shown, title in zip(axes, [*means, share], titles, strict=True):
        ax.imshow(shown, cmap="gray", vmin=0, vmax=1)
        ax.set(title=title, xticks=[], yticks=[])
        ax.grid(False)
    X = np.where(hidden, 0.5, X)
    display(
        plots.show(
            figure,
            f"The mean picture of each clinic in train, and your site_map: {hidden.sum()} pixels, about row {place[0]}, "
            f"column {place[1]}, owe up to {share.max():.2f} of their variance to the clinic, all others at most "
            f"{share[~hidden].max():.2f}. That pixel alone has an AUC of {alone:.2f}.",
        )
    )

# %% [markdown]
# A pixel that knows the clinic knows how many are ill there. It is no sign of cancer, and in a fourth clinic it means something else or nothing.
# The cell above has painted it over, in all pictures alike.
#
# **The study: the baseline.** A logistic regression on age and mean brightness. The clinic is left out: a fourth clinic is none of the three. An age that cannot be
# becomes the median age of the people in train.

# %%
if all(map(lab.passed, LOOKED)):
    age = rows["age"][at]
    print(f"{(age > 120).sum()} people with an age above 120")
    age[age > 120] = np.median(age[train][age[train] <= 120])
    brightness = np.bincount(who, X.mean(axis=(1, 2))) / np.bincount(who)
    columns = np.column_stack([age, brightness])
    columns = (columns - columns[train].mean(axis=0)) / columns[train].std(axis=0)
    baseline = LogisticRegression().fit(columns[train], label[train]).decision_function(columns)
    print(f"baseline, AUC on validation: {metrics.roc_auc_score(label[val], baseline[val]):.2f}")

# %% [markdown]
# ## 5. `person_loss` (3 points, 15 minutes, torch)
#
# The label belongs to the person, who brings one picture or several. Take the *mean of the logits* of a person's pictures; then the binary
# cross-entropy of these means with the labels; return its mean over the people. The check compares value and gradient, also at logits of 10,000.


# %% solution="person_loss"
def person_loss(logits, person, y):
    """Return the mean loss over people, a tensor with one number.

    logits: (pictures,). person: (pictures,), whose picture it is: 0 to people - 1, each with
    one picture or more. y: (people,), 0.0 or 1.0.
    """
    ### BEGIN SOLUTION
    total = torch.zeros_like(y).index_add(0, person, logits)
    return F.binary_cross_entropy_with_logits(total / torch.bincount(person), y)
    ### END SOLUTION


# %% check="person_loss"
lab.check(person_loss)

# %% [markdown]
# **The study: a network, tuned on validation.** Two learning rates; of each every third epoch is judged, the one with the least
# validation loss is kept, and then the better of the two. This cell is where your own ideas go: another network, flipped pictures, weight decay, the pictures before you hid something.
# Whatever you try, *only validation decides*.

# %%
TRAINED = *LOOKED, "person_loss"


def fit(rate, epochs=24):
    """Return (least validation loss, logit of each person) of a network trained on train."""
    torch.manual_seed(19)
    network = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.BatchNorm2d(6, momentum=0.5), nn.ReLU(), nn.MaxPool2d(4),
        nn.Conv2d(6, 12, 3, padding=1), nn.BatchNorm2d(12, momentum=0.5), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(12, 1),
    ).double()  # fmt: skip
    optimizer = torch.optim.Adam(network.parameters(), lr=rate)
    pictures = torch.from_numpy((X - X[learn].mean()) / X[learn].std())[:, None]
    truth = torch.from_numpy(label.astype(float))
    among_train = torch.from_numpy(np.unique(who[learn], return_inverse=True)[1])
    best = np.inf, None
    for epoch in range(epochs):
        network.train()
        loss = person_loss(network(pictures[learn])[:, 0], among_train, truth[train])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if epoch % 3 < 2:
            continue
        network.eval()
        with torch.no_grad():
            z = network(pictures)[:, 0].numpy()
        logit = np.bincount(who, z) / np.bincount(who)
        p = 1 / (1 + np.exp(-logit[val]))
        found = float(metrics.log_loss(label[val], p)), logit
        best = min(best, found, key=lambda one: one[0])
    return best


if all(map(lab.passed, TRAINED)):
    tried = {rate: fit(rate) for rate in (0.01, 0.03)}
    for rate, (loss, logit) in tried.items():
        area = metrics.roc_auc_score(label[val], logit[val])
        print(f"rate {rate}: validation loss {loss:.2f}, AUC {area:.2f}")
    network_logit = min(tried.values(), key=lambda one: one[0])[1]

# %% [markdown]
# ## 6. `cheapest_threshold` (3 points, 15 minutes)
#
# The alarm rings at a probability of the threshold *or more*. A miss costs `miss_cost`, a false alarm 1. Try every score, and `np.inf`, at which it never
# rings. Return the threshold with the least whole cost, of equally cheap ones the lowest, and that cost.


# %% solution="cheapest_threshold"
def cheapest_threshold(y, p, miss_cost):
    """Return (threshold, cost), two numbers.

    y: (people,), 1 ill, 0 healthy. p: (people,), probabilities. miss_cost: above 0.
    """
    ### BEGIN SOLUTION
    thresholds = np.append(np.unique(p), np.inf)
    alarm = p >= thresholds[:, None]  # (thresholds, people)
    cost = miss_cost * (~alarm & (y == 1)).sum(axis=1) + (alarm & (y == 0)).sum(axis=1)
    return thresholds[cost.argmin()], cost.min()
    ### END SOLUTION


# %% check="cheapest_threshold"
lab.check(cheapest_threshold)

# %% [markdown]
# **The study: probabilities and a threshold, on validation.** A logistic regression of the validation labels on the network's logit turns logits into
# probabilities (Platt's scaling). Here a miss counts like four unneeded biopsies. Is that what a patient would say? Defend your number in the report.

# %%
CHOSEN = *TRAINED, "cheapest_threshold"
if all(map(lab.passed, CHOSEN)):
    platt = LogisticRegression(C=1e6).fit(network_logit[val, None], label[val])
    p = platt.predict_proba(network_logit[:, None])[:, 1]
    threshold, cost = cheapest_threshold(label[val], p[val], 4)
    print(f"threshold {threshold:.2f}; on {len(val)} validation people it costs {cost:g}")

# %% [markdown]
# ## 7. `gain_interval` (3 points, 20 minutes)
#
# Scores `a` of the baseline and `b` of the network, for the same people. Each row of `draws` is a resample of people. Return the percentiles 2.5 and 97.5 of the
# *difference of AUCs*, b minus a, over the draws. The AUC is the share of pairs of an ill and a healthy person in which the ill one scores
# higher; equal scores count one half. A draw without ill people, or without healthy ones, has no AUC: leave it out.


# %% solution="gain_interval"
def gain_interval(y, a, b, draws):
    """Return (low, high), two numbers.

    y: (people,), 1 ill, 0 healthy. a, b: (people,), scores. draws: (B, people), whole numbers
    from 0 to people - 1.
    """

    ### BEGIN SOLUTION
    def auc(y, score):
        ill, healthy = score[y == 1][:, None], score[y == 0]
        return ((ill > healthy) + (ill == healthy) / 2).mean()

    gains = []
    for rows in draws:
        if y[rows].min() != y[rows].max():
            gains.append(auc(y[rows], b[rows]) - auc(y[rows], a[rows]))
    return tuple(np.percentile(gains, [2.5, 97.5]))
    ### END SOLUTION


# %% check="gain_interval"
lab.check(gain_interval)

# %% [markdown]
# ## 8. `model_card` (3 points, 15 minutes)
#
# The numbers of the card that goes with the model, as a dictionary with these eight names. The alarm rings at the threshold or more. A share of nobody is NaN.
#
# | name | is |
# |---|---|
# | `people`, `malignant` | how many, and how many of them are ill |
# | `expected` | how many would be ill if the probabilities were true: their sum |
# | `misses`, `false_alarms` | how many ill people without an alarm, how many healthy ones with one |
# | `sensitivity`, `specificity` | the share of the ill with an alarm, of the healthy without one |
# | `ppv` | the share of the alarms that are right |


# %% solution="model_card"
def model_card(y, p, threshold):
    """Return a dict of eight numbers.

    y: (people,), 1 ill, 0 healthy. p: (people,), probabilities. threshold: a number.
    """
    ### BEGIN SOLUTION
    ill, alarm = y == 1, p >= threshold

    def share(right):
        return right.mean() if len(right) else np.nan

    return {
        "people": len(y),
        "malignant": ill.sum(),
        "expected": p.sum(),
        "misses": (ill & ~alarm).sum(),
        "false_alarms": (alarm & ~ill).sum(),
        "sensitivity": share(alarm[ill]),
        "specificity": share(~alarm[~ill]),
        "ppv": share(ill[alarm]),
    }
    ### END SOLUTION


# %% check="model_card"
lab.check(model_card)

# %% [markdown]
# **The study: the test set, once.** Before you run the next cell, write down which gain you expect and which would make you give up. The cell counts
# how often it ran. What you change after the first look is a new study, and needs new patients.

# %%
looks = globals().get("looks", 0)
ALL = *CHOSEN, "gain_interval", "model_card"
if all(map(lab.passed, ALL)):
    looks += 1
    print(f"looks at the test set: {looks}")
    truth = label[test]
    draws = np.random.default_rng(7).integers(0, len(test), (1000, len(test)))
    low, high = gain_interval(truth, baseline[test], network_logit[test], draws)
    for name, score in (("baseline", baseline), ("network", network_logit)):
        print(f"AUC of the {name}: {metrics.auc_interval(truth, score[test])}")
    print(f"gain, 95 % interval over people: {low:.2f} to {high:.2f}")
    assert low > 0, "the baseline is not beaten"
    for clinic in (1, 2, 3):
        there = test[clinic_of[test] == clinic]
        area = metrics.auc_interval(label[there], network_logit[there])
        print(f"within clinic {clinic}: AUC {area}, {len(there)} people")
    card = model_card(truth, p[test], threshold)
    print("\n".join(f"{name:12} {value:.3g}" for name, value in card.items()))
    alarm = p[test] >= threshold
    print("sensitivity", metrics.sensitivity(truth, alarm))
    print("specificity", metrics.specificity(truth, alarm))
    print("calibration slope", metrics.calibration_slope_intercept(truth, p[test]).slope)

# %% [markdown]
# **The study: errors, one by one.** The test people on whom the network was most wrong. Look at each: is it a fault of the network, of the picture, or perhaps of the label?

# %%
if all(map(lab.passed, ALL)):
    lost = np.where(truth == 1, -np.log(p[test]), -np.log(1 - p[test]))
    worst = test[np.argsort(lost)[::-1][:6]]
    names = [
        f"said {p[k]:.2f}, is {label[k]}\nage {age[k]:.0f}, clinic {clinic_of[k]}" for k in worst
    ]
    figure, axes = plots.subplots(2, 3, width=7.2, height=5.8)
    for ax, k, name in zip(axes.flat, worst, names, strict=True):
        ax.imshow(X[at[k]], cmap="gray", vmin=0, vmax=1)
        ax.set(xticks=[], yticks=[])
        ax.set_title(name, fontsize=11)
        ax.grid(False)
    display(
        plots.show(
            figure,
            "The first picture of each of the six people on whom the network was most wrong. It said "
            + ", ".join(f"{p[k]:.2f} where {label[k]} is true" for k in worst)
            + ".",
        )
    )

# %% [markdown]
# ## The report (8 points, 60 minutes)
#
# Write it for a radiologist who would decide whether to try the model: **one page.** Say
#
# 1. the question, who the people are, and who was left out, by number and reason;
# 2. what in the data would have led you astray, how you found it, and what you did;
# 3. split, baseline, what was tried, and by what you chose;
# 4. the result with intervals, within the clinics too, and whether the probabilities can be taken at their word;
# 5. what kind of people it fails on, from the errors that you looked at;
# 6. a model card in words: for what it may be used, for what not, what you would watch, and what would have to be done before it sees a patient.

# %% [markdown] open="report" points=8
# **Model answer.** *Question.* Can a network tell malignant thyroid nodules from benign ones in ultrasound pictures better than age and brightness
# do? 510 pictures under 248 numbers are 230 people from three clinics. Left out were 12 people without a biopsy result and 5 whose two numbers had opposite
# results, and 18 copies of pictures; 452 pictures of 213 people remain. An age of 999 was taken for unknown.
#
# *What would have led us astray.* Patients who were referred have a second or third number, found by pictures that are the same to the last pixel. Split by number,
# they would have been in train and test at once, and none of the 5 contradictions would have been seen. Clinic 3 stamps a white square, found by the map of
# variance between clinics, in train alone. Most people there are malignant and few elsewhere, so that one pixel of the stamp, which knows nothing of nodules, ranks people about as well as the baseline. It was painted over
# in all pictures. That other traces of the clinic remain in the pictures cannot be excluded, so we also report within clinics.
#
# *Method.* People were split 50, 20 and 30 %, malignant and benign apart. Baseline: logistic regression on age and brightness, without the clinic. One small
# network, two learning rates, every third epoch; the least validation loss decided. Scaling and threshold came from validation, a miss counted as four
# unneeded biopsies.
#
# *Result.* The test set was used once: see the cell above for both AUCs, and the gain with its interval over people, which lies above 0. Within each clinic
# the AUC is about that of all, but of 18 to 25 people each: too few for a claim about any one clinic. The intervals of sensitivity and specificity are 31 and 25 points wide.
# Expected and observed numbers of ill are near each other, but the interval of the calibration slope is too wide to trust single probabilities.
#
# *Errors.* A healthy nodule that it called 0.90 has three bright specks, and an ill one at 0.20 has none: the network goes by specks, and some of the ill have none. Two errors that does not explain: a
# healthy nodule with one faint speck at 0.89, an ill one with several at 0.17. A wrong label cannot be excluded: 5 people had two that differ.
#
# *Card.* For research on these clinics' pictures. Not for deciding on a biopsy, not for other devices, not for children. Watch the share of alarms, for each clinic and month. Before it sees
# a patient: a fourth clinic, some hundred malignant nodules for a narrow interval, a threshold agreed with patients, and a study whose analysis is written down before.
#
# **Rubric.** 1 point: the question, the people, and who was left out, by number and reason. 1 point: the people with several numbers, how they were
# found, and what they would have done to split and labels. 1 point: the stamp, how it was found, why it helps without being a sign of disease, and what was done. 1 point: split by person, the baseline and
# what was tried, all chosen on validation, the test set used once, or the looks counted. 1 point: AUC of both and the gain with its interval over people, read rightly. 1 point: within clinics, and
# calibration or threshold, with the uncertainty of so few people. 1 point: errors looked at one by one, with what they have in common, or that nothing is to be seen.
# 1 point: a card that says what it is not for, what to watch, and what is missing before use.

# %% [markdown]
# ## Your score

# %%
lab.score()

# %% [markdown]
# ## Stretch goal: a fourth clinic
#
# `data.write_study("elsewhere", np.random.default_rng(20), stamped=1)` draws new people, and there clinic 1 stamps its pictures. Freeze your model, clean and score
# them, and compare AUC, sensitivity and calibration with your report. Then train once more without hiding what `site_map` found, and score again. Which of the
# two models would you rather have reported?
