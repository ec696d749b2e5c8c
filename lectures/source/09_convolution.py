# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 09 · Convolution
#
# **Somebody bumps the microscope by one pixel. And now?**
#
# A counter of cells reads 97 of 100 images correctly. Then somebody leans on the table, and every
# cell lies one pixel further to the right. Nothing has happened to the cells. In this unit you
# measure what happens to the counter, find out why, and build a layer that does not mind.
#
# After this lecture you can
#
# 1. say what flattening an image costs, in parameters, in shift and in order;
# 2. slide a kernel over an image by hand, with stride, padding and channels, and predict the
#    output's shape;
# 3. read and write kernels that blur, sharpen and find edges, and say why libraries do not really
#    convolve;
# 4. tell equivariance from invariance, and name four things that break them;
# 5. build a network of convolutions, count it, train it, and bump it.
#
# *Time: 100 minutes. You need: units 03 and 07; the parts on backward, unit 06.*
#
# Cells that only draw are folded. Click the three dots to open one. Run everything from the top
# (menu *Run*, *Run All Cells*): then the figures with sliders are alive.

# %%
import numpy as np
import torch
import torch.nn.functional as F
from matplotlib.patches import Rectangle
from sklearn.datasets import load_sample_image
from sklearn.model_selection import train_test_split
from threadpoolctl import threadpool_limits

from dlcourse import data, metrics, plots
from dlcourse import reference as ref
from dlcourse.plots.boundaries import DIVERGING
from dlcourse.widgets import explore

limits = threadpool_limits(1)  # with products as small as these, a second thread is in the way

# %% [markdown]
# ## The bump
#
# Handwritten digits stand in for the cells: small, dark on light, each in the middle of its
# image, and somebody has told us what each one is. There are 1,797 of them, 8 × 8 pixels. We put
# each on a canvas of 12 × 12, so that a bump of one or two pixels moves no ink off the edge.
#
# The counter is a network of unit 03: it **flattens** the image, which means that it lays all
# rows end to end into one list of 144 numbers, and reads the list with a hidden layer of 64
# neurons.

# %%
digits = data.digits()
X = np.pad(digits.X, ((0, 0), (0, 0), (2, 2), (2, 2)))  # (1797, 1, 12, 12)
y = digits.y
seen, unseen = train_test_split(np.arange(len(y)), test_size=0.4, random_state=0, stratify=y)
print(f"{len(seen)} images to learn from, {len(unseen)} to test on")


def bump(images, right=0, down=0):
    """Return the images, moved by whole pixels (at most 2, or ink leaves on one side)."""
    return np.roll(images, (down, right), axis=(-2, -1))


def by(right, down):
    """Return the move in words."""
    across = f"{abs(right)} {'left' if right < 0 else 'right'}"
    return f"{across} and {abs(down)} {'up' if down < 0 else 'down'}"


def dense(rng):
    """Return a network that flattens the image."""
    return ref.Sequential(
        ref.Flatten(), ref.Linear(144, 64, rng=rng), ref.ReLU(), ref.Linear(64, 10, rng=rng)
    )


def learn(make, seed=0, epochs=20, images=X, jitter=0):
    """Train a network on the seen images with Adam; with ``jitter`` each batch is bumped."""
    rng = np.random.default_rng(seed)
    network = make(rng)
    optimizer = ref.Adam(network.parameters(), lr=0.005)
    for _ in range(epochs):
        for batch in np.array_split(rng.permutation(seen), 34):
            right, down = rng.integers(-jitter, jitter + 1, 2)
            logits = network.forward(bump(images[batch], right, down))
            network.backward(ref.cross_entropy_backward(1.0, logits, y[batch]))
            optimizer.step(network.gradients())
    return network


def correct(network, right=0, down=0, images=X):
    """Return for each unseen image, bumped, whether it is read correctly."""
    return network.forward(bump(images[unseen], right, down)).argmax(axis=1) == y[unseen]


counter = learn(dense)
print("read in the middle:")
print(metrics.rate(correct(counter).sum(), len(unseen)))

# %% [markdown]
# **Before you move anything, write down a number:** of 100 digits, how many will it still read
# when each has moved by one pixel? And by two? To you, the digit looks the same.

# %% folded=true
SIDES = [(1, 0), (-1, 0), (0, 1), (0, -1)]


def bare(ax, label=""):
    """Frame a panel and take its ticks and grid away."""
    ax.set(xticks=[], yticks=[], xlabel=label)
    ax.grid(False)
    ax.spines[:].set_visible(True)
    ax.spines[:].set_color(plots.GREY)


def grey(ax, image, label="", **options):
    """Show an image; ink is dark."""
    ax.imshow(image, cmap="gray_r", **options)
    bare(ax, label)


def draw_bump(example=3, right=0, down=0):
    image = bump(X[unseen[example]], right, down)
    shares = ref.softmax(counter.forward(image[None])[0], dim=0)
    figure, (left, bars) = plots.subplots(1, 2, width=7.6, height=3.5, width_ratios=[2, 3])
    grey(left, image[0], "12 × 12 pixels", vmin=0, vmax=1)
    truth = y[unseen[example]]
    colours = [plots.GREEN if c == truth else plots.SKY for c in range(10)]
    drawn = bars.bar(range(10), shares, color=colours, edgecolor="black")
    drawn[truth].set_hatch("//")
    bars.set(xticks=range(10), ylim=(0, 1), xlabel="digit (hatched: the true one)")
    bars.set_ylabel("probability")
    share = correct(counter, right, down).mean()
    return figure, (
        f"Image {example}, a {truth}, moved {by(right, down)}: the network says "
        f"{shares.argmax()} with probability {shares.max():.2f}. Of all {len(unseen)} unseen "
        f"images, moved alike, it reads {share:.1%}."
    )


explore(draw_bump, example=(0, 60), right=(-2, 2), down=(-2, 2))

# %%
one = np.mean([correct(counter, *side).mean() for side in SIDES])
two = np.mean([correct(counter, 2 * r, 2 * d).mean() for r, d in SIDES])
print("read correctly (mean of four directions)")
print(f"moved by 0, 1, 2: {correct(counter).mean():.1%}, {one:.1%}, {two:.1%}")
assert one < correct(counter).mean() / 2
assert two < 0.2

# %% [markdown]
# One pixel takes more than half of its readings. Two pixels bring it near guessing, which is 10 %. The rest
# of this unit is about why, and about what to build instead.
#
# ## 1. An image is a grid of numbers
#
# **Intuition.** A camera counts light, place by place. A grey image is a table of such counts,
# with rows from top to bottom and columns from left to right. A colour image is three tables: how
# much red, how much green, how much blue. Each table is a **channel**.
#
# **In NumPy.** A photograph, and 18 × 18 of its pixels as numbers (0 black, 9 white). *Look at
# the numbers with your eyes half closed: where is the edge?*

# %%
photograph = load_sample_image("china.jpg") / 255  # (427, 640, 3), from 0 to 1
colour = photograph[40:264, 120:344]  # (224, 224, 3), what many networks expect
photo = colour @ [0.299, 0.587, 0.114]  # grey: green counts most, as in the eye
patch = photo[20:38, 96:114]
print(f"{colour.shape}: {colour.size:,} numbers")
for row in (9 * patch).round().astype(int):
    print(*row)

# %% folded=true
figure, axes = plots.subplots(1, 4, width=7.6, height=2.3)
for ax, image, name in zip(
    axes, [colour, *np.moveaxis(colour, -1, 0)], ["colour", *"RGB"], strict=True
):
    ax.imshow(image[::3, ::3], cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    bare(ax)
    ax.set_title(name)
    ax.add_patch(Rectangle((32, 6.6), 6, 6, fill=False, ec="black", lw=2))
plots.show(
    figure,
    "A photograph of a temple, 224 by 224 pixels, and its red, green and blue channels in grey. Mean "
    + ", ".join(f"{n} {m:.2f}" for n, m in zip("RGB", colour.mean(axis=(0, 1)), strict=True))
    + ". The black square marks the 18 by 18 pixels printed above.",
)

# %% [markdown]
# Photographs are stored as (height, width, channel). Convolutions in torch, and in this course,
# want **(batch, channel, height, width)**: `np.moveaxis(colour, -1, 0)[None]` makes one of the
# other. A `reshape` to the same shape would run too, and make confetti.
#
# <details><summary><b>Question.</b> A microscope records 18 × 18 pixels at 5 wavelengths. Which
# shape has a batch of 32 such images?</summary>
#
# (32, 5, 18, 18). Nothing in a convolution cares that there are three colours. It needs to know
# how many channels there are, and that is all.
# </details>

# %% [markdown]
# ## 2. What flattening costs
#
# **Intuition.** Cut a photograph into single pixels, and thread them on a string. Nothing is
# lost, in a way: with the instructions at hand you could rebuild it. But the neuron that reads
# the string has no instructions. It pays three times.
#
# **First, in parameters.** A dense layer has one weight for each pair of input and neuron.


# %%
def dense_parameters(inputs, outputs):
    return inputs * outputs + outputs


huge = torch.nn.Linear(224 * 224 * 3, 1000, device="meta")  # counted, never built
small = torch.nn.Conv2d(3, 64, kernel_size=3)
count = sum(p.numel() for p in huge.parameters())
assert count == dense_parameters(224 * 224 * 3, 1000)
print(f"224 x 224 x 3 = {224 * 224 * 3:,} inputs")
print(f"1,000 neurons: {count:,} parameters")
print(f"in float32: {count * 4 / 1e6:.0f} MB; in training: {count * 16 / 1e9:.1f} GB")
print(f"64 kernels of 3 x 3: {sum(p.numel() for p in small.parameters()):,} parameters")

# %% [markdown]
# (In training Adam keeps four numbers for each weight: the weight, its gradient, and two
# averages. Kernels come in part 3.)
#
# **Second, in shift.** Move the photograph by one pixel, and every number moves to its
# neighbour's place on the string, where it meets its neighbour's weight. How far has the image
# moved, seen from the string? Let us ask a hundred neurons with random weights what they say
# before and after. *Predict:* after one pixel, which share of the 150,528 numbers has changed
# (by more than 0.01)? And how far have the neurons' answers moved, if 100 % is the answer to
# another photograph altogether, a flower?

# %%
flower = load_sample_image("flower.jpg")[40:264, 120:344] / 255
rng = np.random.default_rng(0)
neurons = rng.normal(size=(100, colour.size)).astype(np.float32) / np.float32(colour.size**0.5)


def view(right):
    """Return the same scene with everything ``right`` pixels further right, as one list."""
    return photograph[40:264, 120 - right : 344 - right].ravel()


def answers(pixels):
    return neurons @ (pixels - pixels.mean()).astype(np.float32)


before = answers(view(0))
another = np.linalg.norm(answers(flower.ravel()) - before)
SHIFTS = [0, 1, 2, 4, 16]
moved = [np.linalg.norm(answers(view(s)) - before) / another for s in SHIFTS]
print("pixels moved   ", "".join(f"{s:5}" for s in SHIFTS))
changed = [(np.abs(view(s) - view(0)) > 0.01).mean() for s in SHIFTS]
print("numbers changed", "".join(f"{c:5.0%}" for c in changed))
print("answers moved  ", "".join(f"{m:5.0%}" for m in moved))


# %% folded=true
def draw_string(right=1):
    after = answers(view(right))
    far = np.linalg.norm(after - before) / another
    kernel = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    maps = [
        ref.conv2d(view(s).reshape(224, 224, 3).mean(-1)[None, None], kernel[None, None])[0, 0]
        for s in (0, right)
    ]
    agree = np.abs(maps[1][:, right:] - maps[0][:, : 222 - right]).max()
    figure, (left, other) = plots.subplots(1, 2, width=7.6, height=3.9)
    left.plot(before, after, "o", color=plots.BLUE, ms=5)
    ends = np.array([before.min(), before.max()])
    left.plot(ends, ends, "--", color=plots.GREY)
    left.set(
        xlabel="answer before (dashed: no change)",
        ylabel=f"answer after {right} {'pixel' if right == 1 else 'pixels'}",
    )
    grey(other, np.abs(maps[1])[::3, ::3], "a convolution's answer", vmin=0, vmax=2)
    return figure, (
        f"Pixels moved: {right}. The answers of 100 dense neurons are {far:.0%} as far away as for "
        f"another photograph, correlation {np.corrcoef(before, after)[0, 1]:.2f}. The convolution's "
        f"answers differ from the old ones, moved along, by {agree:.1g}."
    )


explore(draw_string, right=(0, 24))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# One pixel changes two thirds of the numbers, and carries the answers a quarter of the way to
# another photograph.
# </details>
#
# (The right panel is a foretaste of part 3: its edges move along with the image, and nothing else
# happens to them.)
#
# **Third, in order.** Shuffle the 144 pixels, the same shuffle for all images, and train again.
# You could no longer read a single digit. *Predict:* what will the counter lose? Beside it stands
# a network of convolutions, which you will build in part 12.


# %%
def convolutional(rng):
    """Return a network of two convolutions, each with pooling, and a dense layer at the end."""
    return ref.Sequential(
        ref.Conv2d(1, 8, 3, padding=1, rng=rng),
        ref.ReLU(),
        ref.MaxPool2d(2),
        ref.Conv2d(8, 16, 3, padding=1, rng=rng),
        ref.ReLU(),
        ref.MaxPool2d(2),
        ref.Flatten(),
        ref.Linear(144, 10, rng=rng),
    )


shuffle = np.random.default_rng(0).permutation(144)
shuffled = X.reshape(-1, 144)[:, shuffle].reshape(X.shape)
makers = {"dense": dense, "convolutional": convolutional}
in_order = {name: [learn(make, s) for s in range(2)] for name, make in makers.items()}
print("mean of 2 starts  in order  shuffled")
for name, make in makers.items():
    mixed = [learn(make, s, images=shuffled) for s in range(2)]
    before_and_after = (
        np.mean([correct(network) for network in in_order[name]]),
        np.mean([correct(network, images=shuffled) for network in mixed]),
    )
    print(f"{name:17}", "".join(f"{share:9.3f}" for share in before_and_after))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Nothing. The dense network does not notice the shuffle: for a layer that connects everything with
# everything, pixels have no neighbours, so none were lost. The convolutional one loses its lead.
# </details>
#
# It was betting that neighbours belong together, and on real images that bet pays.
#
# <details><summary><b>Question.</b> Why is it exactly the same problem for the dense network, and
# not merely a similar one?</summary>
#
# Shuffle the columns of its first weight matrix along with the pixels, and every sum is what it
# was. For each network that reads the images in order there is one that reads the shuffled ones
# equally well, and a random start favours neither.
# </details>

# %% [markdown]
# ## 3. Region by region: the window
#
# **Intuition.** You do not look for a cell by comparing the whole slide with a picture of a
# slide. You move your eye across it, region by region, and ask at each place the same small
# question. The small question is a grid of weights, the **kernel** (or **filter**). At each place
# you multiply it with what lies below, number by number, and add up: a dot product. Write the sum
# down at that place of a new grid, the **activation grid** or **feature map**.
#
# **Formula.** For an image $x$ and a kernel $w$ of $k_h \times k_w$ numbers, with stride 1 and no
# padding,
#
# $$y_{r,c} = b + \sum_{i=0}^{k_h-1}\sum_{j=0}^{k_w-1} w_{i,j}\;x_{r+i,\;c+j}$$
#
# - $r, c$: row and column of the output, and of the window's upper left corner in the image.
# - $i, j$: row and column within the kernel.
# - $b$: the bias, one number for all places.
#
# It is a neuron. It has few inputs, and it is asked again at every place. A bend follows, as
# always: ReLU keeps places where the answer is "yes" and sets the others to 0.
#
# **In NumPy.** An image of 5 × 5, a kernel of 3 × 3. *Compute the first number in your head:* lay
# the kernel on the upper left corner, and count the ones that meet ones.

# %%
image = np.array(
    [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
)
kernel = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]])


def slide(x, w, b=0.0):
    """Slide one kernel over one grey image."""
    rows, columns = x.shape[0] - w.shape[0] + 1, x.shape[1] - w.shape[1] + 1
    y = np.zeros((rows, columns))
    for r in range(rows):
        for c in range(columns):
            window = x[r : r + w.shape[0], c : c + w.shape[1]]
            y[r, c] = (window * w).sum() + b
    return y


print(slide(image, kernel))

# %% [markdown]
# **The same in torch.** `F.conv2d` wants the two axes in front: (batch, channel, height, width)
# for the image, (out channels, in channels, height, width) for the kernel.


# %%
def in_torch(x, w, **options):
    x, w = (torch.from_numpy(np.array(a, float))[None, None] for a in (x, w))
    return F.conv2d(x, w, **options)[0, 0].numpy()


assert np.array_equal(slide(image, kernel), in_torch(image, kernel))
edge_of_roof = slide(photo, kernel / 5)
assert np.allclose(edge_of_roof, ref.conv2d(photo[None, None], kernel[None, None] / 5)[0, 0])
print("loops, torch and the library agree")
print("the photograph became", edge_of_roof.shape)

# %% [markdown]
# Two more knobs. **Stride** $s$: the window moves by $s$ pixels, not by one, and the output
# shrinks about $s$-fold. **Padding** $p$: the image gets a frame of $p$ rows and columns of zeros
# on every side, so that the window can hang over. (A third, **dilation** $d$, spreads the
# kernel's taps $d$ pixels apart.) Along an axis of $n$ pixels,
#
# $$n_\text{out} = \left\lfloor \frac{n + 2p - d\,(k-1) - 1}{s} \right\rfloor + 1$$
#
# $\lfloor\cdot\rfloor$ rounds down: a last window that does not fit is not taken.

# %%
print("   n  k  s  p   out")
for n, k, s, p in [(5, 3, 1, 0), (8, 3, 1, 1), (8, 3, 2, 0), (7, 3, 2, 1), (224, 11, 4, 2)]:
    out = (n + 2 * p - k) // s + 1
    assert in_torch(np.zeros((n, n)), np.zeros((k, k)), stride=s, padding=p).shape == (out, out)
    print(f"{n:4} {k:2} {s:2} {p:2}  {out:4}")

# %% [markdown]
# **Move the window** over a digit of 8 × 8 pixels (ink from 0 to 16). Upper left: the image with
# its frame, and the window. Upper right: the nine products. Lower left: the output so far. Lower
# right: how many windows look at each pixel. *Predict:* how often is a corner pixel used, and how
# often one in the middle? With stride 2 and no padding, is any pixel never looked at?

# %% folded=true
SOBEL = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
MENU = {
    "vertical edges": SOBEL,
    "horizontal edges": SOBEL.T,
    "box blur": ref.kernels.BOX_BLUR,
    "all edges": ref.kernels.EDGE_EIGHT,
    "identity": ref.kernels.IDENTITY,
}
ink = digits.X[3, 0] * 16  # (8, 8), a three


def draw_window(place=9, stride=1, padding=0, kernel="vertical edges"):
    weight = MENU[kernel]
    x = np.pad(ink, padding)
    y = ref.conv2d(ink[None, None], weight[None, None], stride=stride, padding=padding)[0, 0]
    r, c = divmod(place, y.shape[1])
    top, left = r * stride, c * stride
    products = x[top : top + 3, left : left + 3] * weight
    so_far = np.where(np.arange(y.size).reshape(y.shape) <= place, y, np.nan)
    used = ref.conv2d_backward(
        np.ones((1, 1, *y.shape)), ink[None, None], np.ones((1, 1, 3, 3)), None, stride, padding
    )[0][0, 0]

    figure, panels = plots.subplots(2, 2, width=7.6, height=7.4)
    (a, b), (d, e) = panels
    grey(a, x, f"image, {len(x)} × {len(x)} with its frame", vmin=0, vmax=16)
    a.add_patch(Rectangle((left - 0.5, top - 0.5), 3, 3, fill=False, ec=plots.VERMILLION, lw=4))
    largest = 16 * np.abs(weight).max()
    b.imshow(products, cmap=DIVERGING, vmin=-largest, vmax=largest)
    plots.numbers(b, products, 20)
    bare(b, f"nine products; their sum is {products.sum():.3g}")
    largest = max(np.abs(y).max(), 1)
    d.imshow(so_far, cmap=DIVERGING, vmin=-largest, vmax=largest)
    plots.numbers(d, so_far, min(16, 96 / len(y)))
    bare(d, f"output so far, {y.shape[0]} × {y.shape[1]}")
    grey(e, used, "windows that look at each pixel", vmin=0, vmax=12)
    plots.numbers(e, used, 15)
    return figure, (
        f"{kernel.capitalize()}, stride {stride}, padding {padding}: at row {r}, column {c} the nine "
        f"products sum to {products.sum():.3g}. The output is {y.shape[0]} by {y.shape[1]}. "
        f"Windows that look at the corner pixel: {used[0, 0]:.0f}; at one in the middle: "
        f"{used[3, 3]:.0f}. Pixels never used: {(used == 0).sum()} of 64."
    )


explore(
    draw_window,
    place=lambda stride, padding: (0, ((8 + 2 * padding - 3) // stride + 1) ** 2 - 1),
    stride=(1, 3),
    padding=(0, 2),
    kernel=list(MENU),
)

# %% [markdown]
# With stride 2:

# %%
tally = torch.zeros(1, 1, 8, 8, requires_grad=True)
F.conv2d(tally, torch.ones(1, 1, 3, 3), stride=2).sum().backward()  # the slope counts windows
print(tally.grad[0, 0].int().numpy())
print((tally.grad == 0).sum().item(), "of 64 pixels are never looked at")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# A corner pixel speaks once, one in the middle nine times. With stride 2 the last row and the last
# column are lost: the windows do not fit any more, and nobody tells you.
# </details>
#
# *An erratum.* One of this course's sources draws a filter with sigmoid(10 + 10 + 20) = 0.9 and,
# one place further, sigmoid(9 + 12 + 10) = 0.8. As arithmetic it cannot be:

# %%
for total, drawn in [(40, 0.9), (31, 0.8)]:
    print(f"sigmoid({total}) = {ref.sigmoid(float(total)):.13f}")
    print(f"  {drawn} would need a sum of {np.log(drawn / (1 - drawn)):.2f}")

# %% [markdown]
# <details><summary><b>Question.</b> You want the output to have the same size as the image, with
# a kernel of 5 × 5 and stride 1. Which padding? And why do kernels have odd sizes?</summary>
#
# 2: each side loses (k − 1)/2. With an even size the frame would have to be wider on one side
# than on the other, and the output would lie half a pixel beside the image.
# </details>

# %% [markdown]
# ## 4. Libraries do not convolve
#
# **Intuition.** Hold a stamp over the page and look through it: that is what the window did. In
# mathematics, to *convolve* means to press the stamp: each pixel leaves a whole print of the
# kernel on the page. Looking and stamping differ by a half turn.
#
# **Formula.** Mathematicians write $\sum w_{i,j}\,x_{r-i,\,c-j}$ with minus signs, and call the
# one with plus signs, from part 3, **cross-correlation**. torch, TensorFlow and this course
# compute the one with plus signs and call it convolution.
#
# *Predict:* a single bright pixel meets a kernel whose only weight, 1, sits left of the centre.
# Where does the pixel go in `F.conv2d`? And in a true convolution?

# %%
from scipy.signal import convolve2d

impulse = np.zeros((3, 5))
impulse[1, 2] = 1
left_of_centre = np.array([[0, 0, 0], [1, 0, 0], [0, 0, 0]])
print("image:            ", impulse[1])
print("torch's conv2d:   ", in_torch(impulse, left_of_centre, padding=1)[1])
print("true convolution: ", convolve2d(impulse, left_of_centre, mode="same")[1])
turned = in_torch(impulse, left_of_centre[::-1, ::-1].copy(), padding=1)
assert np.array_equal(turned, convolve2d(impulse, left_of_centre, mode="same"))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# torch moves it right: the window whose left neighbour is bright lies one further right. A true
# convolution moves it left.
# </details>
#
# A learned kernel does not care: it comes out turned by 180 degrees, and nobody ever knows. But if
# a book gives you a kernel for true convolution, turn it before you hand it to torch.
#
# <details><summary><b>Question.</b> For which of the kernels in the next part does it make no
# difference?</summary>
#
# For all that look the same after a half turn. All six are of this kind. The Sobel kernels in the
# figure above are not: turned, they change sign, and light-to-dark becomes dark-to-light.
# </details>

# %% [markdown]
# ## 5. Kernels that people wrote down
#
# **Intuition.** Before networks learned kernels, people made them by thought. A kernel answers
# loudest where the image looks like the kernel itself. So draw a small picture of what you look
# for: light on one side, dark on the other, and you have an edge detector.
#
# Six classics. Two rules tell you what to expect before you run one. *The sum of the weights* is
# what happens to an even surface: sum 1 keeps it, sum 0 makes it black. *The signs* say what is
# compared with what.

# %% folded=true
NAMES = ["IDENTITY", "EDGE_DIAGONAL", "EDGE_FOUR", "EDGE_EIGHT", "SHARPEN", "BOX_BLUR"]
CLASSICS = {name.lower().replace("_", " "): getattr(ref.kernels, name) for name in NAMES}
plots.show(*plots.kernel_grid(np.stack(list(CLASSICS.values())), list(CLASSICS), columns=3))


# %%
def in_grey(image):
    """Return a colour image in grey and half as large."""
    return (image @ [0.299, 0.587, 0.114]).reshape(112, 2, 112, 2).mean(axis=(1, 3))


scene = in_grey(colour)  # (112, 112)


def look(weight, x=scene):
    """Return the answer of one kernel to one grey image; the border is mirrored, not black."""
    framed = ref.pad(x[None, None], (1, 1, 1, 1), mode="reflect")
    return ref.conv2d(framed, weight[None, None])[0, 0]


print("kernel          sum   0.5 becomes")
for name, weight in CLASSICS.items():
    even = look(weight, np.full((5, 5), 0.5))
    assert np.allclose(even, 0.5 * weight.sum())
    assert np.allclose(look(weight)[1:-1, 1:-1], in_torch(scene, weight))
    assert np.array_equal(weight, weight[::-1, ::-1])  # a half turn changes none of the six
    print(f"{name:14} {weight.sum():4.0f}   {even[2, 2]:.1f}")

# %% [markdown]
# **Turn the knobs**, live on a photograph: the weight in the centre, the four at its sides and
# the four in its corners. With `divide` the kernel is divided by its sum, unless that is 0. Where
# the sum is 0, you see the size of the answer. *Predict, then try:* centre 1, all others 1.
# Centre 5, sides −1, corners 0. Centre 4, sides −1, corners 0. And what does centre 9, all others
# −1 do?


# %% folded=true
SCENES = {"temple": scene, "flower": in_grey(flower)}


def draw_numbers(centre=8, side=-1, corner=-1, divide=True, picture="temple"):
    scene = SCENES[picture]
    weight = np.full((3, 3), float(corner))
    weight[1, :] = weight[:, 1] = side
    weight[1, 1] = centre
    total = weight.sum()
    if divide and total:
        weight /= total
    answer = look(weight, scene)
    names = [n for n, k in CLASSICS.items() if np.allclose(k, weight)]
    figure, (left, middle, right) = plots.subplots(1, 3, width=7.6, height=3.2)
    left.imshow(scene, cmap="gray", vmin=0, vmax=1)
    largest = np.abs(weight).max() or 1
    middle.imshow(weight, cmap=DIVERGING, vmin=-largest, vmax=largest)
    plots.numbers(middle, weight, 15)
    shown = np.abs(answer) if total == 0 else answer
    right.imshow(shown, cmap="gray", vmin=0, vmax=1)
    words = ["photograph", f"kernel, sum {weight.sum():.2g}", "0 black, 1 white"]
    for ax, word in zip((left, middle, right), words, strict=True):
        bare(ax, word)
    return figure, (
        f"{picture.capitalize()}. Centre {centre}, sides {side}, corners {corner}: {names[0] if names else 'no classic'}. "
        f"The weights sum to {weight.sum():.2g}{', which divides nothing' if divide and not total else ''}; "
        f"the answers go from {answer.min():.2f} to "
        f"{answer.max():.2f}, mean {answer.mean():.2f} (photograph: {scene.mean():.2f})."
    )


explore(
    draw_numbers, centre=(-4, 9), side=(-2, 2), corner=(-2, 2), divide=True, picture=list(SCENES)
)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# `box blur`, `sharpen`, `edge four`; and the last sharpens more.
# </details>
#
# **Edges with a direction.** Two more kernels, after Sobel: one compares right with left, the other
# below with above. Any mixture $\cos\theta\cdot S_x + \sin\theta\cdot S_y$ looks for edges across
# the direction $\theta$ (Freeman and Adelson, 1991). With `rectify` a ReLU follows, and only one
# side of each beam remains. *Predict:* at which angle do the temple's columns vanish? And what does
# 180 do, with and without the ReLU?


# %% folded=true
def draw_angle(angle=0, rectify=True):
    theta = np.radians(angle)
    weight = (np.cos(theta) * SOBEL + np.sin(theta) * SOBEL.T) / 4
    answer = look(weight)
    answer = ref.relu(answer) if rectify else answer
    figure, (middle, right) = plots.subplots(1, 2, width=7.6, height=3.9, width_ratios=[2, 3])
    middle.imshow(weight, cmap=DIVERGING, vmin=-0.6, vmax=0.6)
    plots.numbers(middle, weight.round(2) + 0, 15)
    step = 9 * np.array([np.cos(theta), np.sin(theta)])
    centre = np.array([98, 14])
    arrow = {"arrowstyle": "->", "color": plots.YELLOW, "lw": 3}
    right.annotate("", centre + step, centre - step, arrowprops=arrow)
    limits = {"vmin": 0, "vmax": 0.7} if rectify else {"vmin": -0.7, "vmax": 0.7}
    right.imshow(answer, cmap="gray", **limits)
    bare(middle, "kernel")
    bare(right, "answer (arrow: dark to light)")
    strong = (np.abs(answer) > 0.3).mean()
    return figure, (
        f"Angle {angle} degrees, {'with' if rectify else 'without'} ReLU: answers from "
        f"{answer.min():.2f} to {answer.max():.2f}; {strong:.1%} of all places answer with more than 0.3."
    )


explore(draw_angle, angle=(0, 360, 5), rectify=True)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# At 90. And 180 swaps the two sides of each edge: without the ReLU only the sign changes, with it
# you see the other sides.
# </details>
#
# *An erratum.* `edge diagonal`, [[1, 0, −1], [0, 0, 0], [−1, 0, 1]], stands in one of this course's
# sources as an edge detector. It is blind to upright and level edges:

# %%
upright = np.zeros((7, 7))
upright[:, 4:] = 1
level = upright.T
corner = upright * level
slanting = np.triu(np.ones((7, 7)))
print("kernel        upright  level corner  slant")
for name in ["edge diagonal", "edge four", "edge eight"]:
    inside = [look(CLASSICS[name], x)[1:-1, 1:-1] for x in (upright, level, corner, slanting)]
    print(f"{name:14}", *(f"{np.abs(answer).max():6.0f}" for answer in inside))

# %% [markdown]
# It compares left minus right above the pixel with left minus right below it, and along an
# upright or level edge these two are equal. It answers to corners and to slanting edges.
#
# <details><summary><b>Question.</b> Sharpening is "image plus edges". Show it with the
# kernels.</summary>
#
# `sharpen` = `identity` + `edge four`, weight by weight: 5 = 1 + 4 in the centre, −1 = 0 − 1 at
# the sides. The same sum holds for the answers, because sliding is linear. Centre 9 with −1 all
# round is `identity` + `edge eight`, and sharpens more.
# </details>

# %%
assert np.array_equal(CLASSICS["sharpen"], CLASSICS["identity"] + CLASSICS["edge four"])
assert np.allclose(look(CLASSICS["sharpen"]), scene + look(CLASSICS["edge four"]))

# %% [markdown]
# ## 6. The border is not neutral
#
# **Intuition.** Padding with zeros puts the image into a black frame. The kernel sees the frame
# and reports what it is there for: an edge. *Predict:* what does the edge detector find in an
# image that is 0.5 everywhere, and what with a frame of mirrored pixels?

# %%
even = np.full((1, 1, 4, 5), 0.5)
laplacian = CLASSICS["edge four"][None, None]
print("zero padding:")
print(ref.conv2d(even, laplacian, padding=1)[0, 0])
mirrored = ref.conv2d(ref.pad(even, (1, 1, 1, 1), mode="reflect"), laplacian)
print("mirrored: largest answer", np.abs(mirrored).max())
assert np.allclose(
    ref.conv2d(even, laplacian, padding=1)[0, 0], in_torch(even[0, 0], laplacian[0, 0], padding=1)
)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# A ring of edges in an image without edges. With mirrored pixels, nothing.
# </details>
#
# In digits it does no harm, because their paper is 0 anyway. On a bright slide each layer adds its
# ring, and a network can use it to learn where the border is (Islam and others, 2020). Sometimes
# that helps. It should not come as a surprise.
#
# <details><summary><b>Question.</b> Ten layers of 3 × 3, each padded. How far into the image can
# the frame be felt?</summary>
#
# Ten pixels: each layer carries it one further. With a stride of 2 in between it goes faster,
# since one step is then two pixels of the image.
# </details>

# %% [markdown]
# ## 7. Channels: a kernel is a bundle
#
# **Intuition.** In a colour image the window is not a square but a block: three channels deep. So
# the kernel is a block as well, a **bundle** of one grid of weights (one *slice*) for each
# channel. All products of the block are added up, to *one* number. One kernel makes one feature
# map, whatever it reads. A layer is a bundle of kernels: 8 kernels, 8 maps, and these are the
# channels of what the next layer reads.
#
# **Formula.** With $n$ counting images, $f$ kernels and $k$ channels, stride $s$ and padding $p$
# (what lies outside the image counts as 0),
#
# $$y_{n,f,r,c} = b_f + \sum_{k}\sum_{i,j} w_{f,k,i,j}\;x_{n,k,\,rs+i-p,\,cs+j-p}$$
#
# The weight has the shape (out channels, in channels, height, width), and there is one bias per
# kernel. *Predict:* how many parameters have 8 kernels of 3 × 3 on an RGB image?

# %%
layer = ref.Conv2d(3, 8, kernel_size=3, rng=np.random.default_rng(0))
x = np.moveaxis(colour, -1, 0)[None]  # (1, 3, 224, 224)
print("weight", layer.weight.shape, " bias", layer.bias.shape)
print("parameters:", sum(p.size for p in layer.parameters()), "= 8 * (3 * 3 * 3 + 1)")
print("from", x.shape, "to", layer.forward(x).shape)

by_hand = np.zeros((222, 222))
for channel in range(3):
    by_hand += slide(x[0, channel], layer.weight[5, channel])  # one slice at a time
by_hand += layer.bias[5]  # once, not per channel
assert np.allclose(by_hand, layer.forward(x)[0, 5])
in_full = F.conv2d(*(torch.from_numpy(a) for a in (x, layer.weight, layer.bias)))
assert np.allclose(layer.forward(x), in_full)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 224, not 80: every kernel looks at all three channels.
# </details>
#
# Four kernels make four maps:

# %% folded=true
small = scene[::2, ::2][None, None]
bundle = np.stack([SOBEL, SOBEL.T, CLASSICS["edge eight"], CLASSICS["box blur"]])[:, None] / 4
maps = ref.relu(ref.conv2d(small, bundle, padding=0))[0]
names = ["to the right", "downward", "all edges", "blur"]
plots.show(*plots.feature_maps(maps, names, columns=4, shared=False))

# %% [markdown]
# **What if** a network was trained on colour and you have grey X-rays? Two ways. Give it the grey
# image three times. Or add up the three slices of each first kernel, once, and it reads one
# channel. They are the same:

# %%
thrice = ref.conv2d(np.repeat(photo[None, None], 3, axis=1), layer.weight, layer.bias)
summed = ref.conv2d(photo[None, None], layer.weight.sum(axis=1, keepdims=True), layer.bias)
print("largest difference below 1e-12:", np.abs(thrice - summed).max() < 1e-12)

# %% [markdown]
# <details><summary><b>Question.</b> What does a kernel of 1 × 1 do? It has no neighbours to look
# at.</summary>
#
# It mixes channels: at every place the same weighted sum of them. `[0.299, 0.587, 0.114]` in part
# 1 was one, from RGB to grey. Unit 10 meets it again.
# </details>

# %% [markdown]
# ## 8. What sharing saves, and what it does not
#
# **Intuition.** From dense to convolution there are two steps. Each neuron looks at a small
# region only: *locally connected*. And all neurons of a map use the same weights: *shared*. What
# is worth finding here is worth finding there.
#
# **In NumPy.** A convolution *is* a dense layer, with most weights 0 and the rest equal. Write it
# as a matrix by asking what each single pixel does to the output:

# %%
side = 18
pixels = np.eye(side * side).reshape(-1, 1, side, side)  # 324 images of one pixel each
matrix = ref.conv2d(pixels, SOBEL[None, None], padding=1).reshape(side**2, -1).T
print(f"{matrix.size:,} entries, {np.count_nonzero(matrix):,} of them not 0,")
print("and all of these are one of", np.unique(matrix[matrix != 0]).astype(int))
flat_patch = patch.ravel()
assert np.allclose(
    matrix @ flat_patch, ref.conv2d(patch[None, None], SOBEL[None, None], padding=1).ravel()
)

n = side * side
print("\n18 x 18 to 18 x 18        parameters")
print(f"dense                     {dense_parameters(n, n):10,}")
print(f"locally connected, 3 x 3  {n * 9 + n:10,}")
print(f"convolution, 3 x 3        {9 + 1:10,}")

# %% [markdown]
# Ten numbers in place of 105,300. But *few parameters are not few operations*: each weight is
# used at every place. For the two networks of part 2 (a *multiply-add* is one product, added to a
# sum):


# %%
def multiply_adds(network, shape=(1, 1, 12, 12)):
    """Count the products that one image costs."""
    x, total = np.zeros(shape), 0
    for layer in network.layers:
        x = layer.forward(x)
        if hasattr(layer, "weight"):
            total += layer.weight.size * (x[0, 0].size if x.ndim == 4 else 1)
    return total


print("               parameters  multiply-adds")
for name, (network, _) in in_order.items():
    count = sum(p.size for p in network.parameters())
    print(f"{name:14} {count:10,} {multiply_adds(network):14,}")

# %% [markdown]
# <details><summary><b>Question.</b> When would you <i>not</i> share weights between
# places?</summary>
#
# When the same thing means something else elsewhere. In a chest X-ray taken in a fixed position,
# a shadow on the left may be the heart and on the right a finding. A network can still find out
# where it is: from the border (part 6), or from a dense layer at the end.
# </details>

# %% [markdown]
# ## 9. Pooling: a smaller map
#
# **Intuition.** After "is there an edge at this place?" comes "is there an edge *around here*?".
# **Max pooling** keeps the largest answer of each window, **average pooling** the mean. Usually
# the window is 2 × 2 and moves by 2, so that a quarter of the numbers remain: pooling
# *subsamples*. It has no parameters, and each channel is pooled by itself.

# %%
answers_4x4 = np.array([[1.0, 3, 0, 2], [0, 2, 1, 1], [4, 0, 5, 6], [1, 1, 7, 2]])
blocks = answers_4x4.reshape(2, 2, 2, 2)  # (row of blocks, row within, column of blocks, within)
print("largest:\n", blocks.max(axis=(1, 3)))
print("mean:\n", blocks.mean(axis=(1, 3)))
x = answers_4x4[None, None]
assert np.array_equal(blocks.max(axis=(1, 3)), ref.max_pool2d(x, 2)[0, 0])
assert np.array_equal(blocks.mean(axis=(1, 3)), F.avg_pool2d(torch.from_numpy(x), 2)[0, 0])

# %% [markdown]
# Three traps with numbers. Average pooling with padding counts the frame's zeros. Max pooling
# pads with minus infinity, so it does not. And what does not fill a window at the end is dropped:

# %%
ones = np.ones((1, 1, 4, 4))
counted = ref.avg_pool2d(ones, 2, padding=1)[0, 0, 0, 0]
left_out = ref.avg_pool2d(ones, 2, padding=1, count_include_pad=False)[0, 0, 0, 0]
print("average of ones at a corner:", counted)
print("  and if the frame is not counted:", left_out)
print("maximum of minus ones:", ref.max_pool2d(-ones, 2, padding=1)[0, 0, 0, 0])
print("5 x 5 becomes", ref.max_pool2d(np.ones((1, 1, 5, 5)), 2).shape[2:])

# %% [markdown]
# <details><summary><b>Question.</b> One small bright cell: 5 in one place of a 12 × 12 map, 0
# everywhere else. What do maximum and mean over the whole map make of it?</summary>
#
# 5 and 5/144, about 0.03. The maximum finds one cell in a large field; the mean drowns it.
# </details>

# %% [markdown]
# ## 10. Equivariance, shown and broken
#
# **Intuition.** Two words that are often taken for each other.
#
# - **Equivariant**: move the image, and the answer moves along. "There is a cell, *here*."
# - **Invariant**: move the image, and the answer stays. "There is a cell."
#
# **Formula.** Let $S$ move by some pixels. A layer $f$ is equivariant if $f(Sx) = S f(x)$, and
# invariant if $f(Sx) = f(x)$.
#
# Away from the border a convolution is equivariant: the window asks the same question everywhere.
# What do stride, pooling and the frame do to that?
#
# **Move** the digit. Left: the answer in place, moved along. Middle: the answer to the moved
# digit. Right: middle minus left. Blank means equivariant. (A map half as large moves along by
# half as many pixels; for odd shifts the better neighbour counts.) *Predict* for shifts of 1 and
# 2, and for each layer.

# %% folded=true
canvas = np.pad(digits.X[3, 0], 4)  # (16, 16)
LAYERS = {
    "convolution": lambda x: ref.relu(ref.conv2d(x, SOBEL[None, None], padding=1)),
    "with stride 2": lambda x: ref.relu(ref.conv2d(x, SOBEL[None, None], stride=2, padding=1)),
    "with max pooling": lambda x: ref.max_pool2d(LAYERS["convolution"](x), 2),
    "on light paper": lambda x: ref.relu(ref.conv2d(1 - x, SOBEL[None, None], padding=1)),
}


def compare_moved(layer, shift):
    """Return the map moved along, the moved image's map, and the difference's relative size."""
    still = LAYERS[layer](canvas[None, None])[0, 0]
    moved = LAYERS[layer](bump(canvas, shift)[None, None])[0, 0]
    shrink = 16 // still.shape[1]
    along = [np.roll(still, k, axis=1) for k in (shift // shrink, -(-shift // shrink))]
    nearest = min(along, key=lambda a: np.linalg.norm(moved - a))
    return nearest, moved, np.linalg.norm(moved - nearest) / np.linalg.norm(still)


def draw_moved(shift=1, layer="with max pooling"):
    along, moved, error = compare_moved(layer, shift)
    figure, (left, middle, right) = plots.subplots(1, 3, width=7.6, height=3.1)
    grey(left, along, "answer,\nmoved along", vmin=0, vmax=along.max())
    grey(middle, moved, f"answer to image\nmoved by {shift}", vmin=0, vmax=along.max())
    right.imshow(moved - along, cmap=DIVERGING, vmin=-along.max(), vmax=along.max())
    bare(right, "difference")
    return figure, (
        f"Layer: {layer}, shift {shift}. The difference is {error:.0%} as large as the answer."
    )


explore(draw_moved, shift=(-3, 3), layer=list(LAYERS))

# %%
print("left over after a shift of    1     2")
for name in LAYERS:
    print(f"{name:24}", "".join(f"{compare_moved(name, s)[2]:6.0%}" for s in (1, 2)))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Blank for the convolution. Stride and pooling keep only shifts that are multiples of the step. On
# light paper, the frame's edge stays at home while the digit moves.
# </details>
#
# "Pooling makes networks invariant to shift" is in many texts, one of this course's sources among
# them. How invariant? Take 200 digits, four edge kernels and ReLU, and move by one pixel. Which
# share of the active cells is exactly as before? (The difference is measured as in the figure, but
# without moving along.)

# %%
wide = np.pad(digits.X[:200], ((0, 0), (0, 0), (4, 4), (4, 4)))  # 16 x 16
four = np.stack([SOBEL, -SOBEL, SOBEL.T, -SOBEL.T])[:, None]
POOLS = {"none": 1, "max 2 x 2": 2, "max 4 x 4": 4, "max over all": 16}
print("pooling        unchanged    difference")
for name, size in POOLS.items():
    old, new = (
        ref.max_pool2d(ref.relu(ref.conv2d(z, four, padding=1)), size)
        for z in (wide, bump(wide, 1))
    )
    same = np.isclose(old, new)[old > 0].mean()
    print(f"{name:14} {same:9.0%} {np.linalg.norm(old - new) / np.linalg.norm(old):13.0%}")

# %% [markdown]
# Pooling by 2 softens a shift of one. It is far from removing it. (Azulay and Weiss, 2019, found
# the same in large networks.) The maximum over the whole map is invariant, and it pays: it no
# longer knows where.
#
# <details><summary><b>Question.</b> You want to <i>count</i> cells. Is equivariance or invariance
# what you need, and which pooling over the whole map?</summary>
#
# The detector should be equivariant: one answer for each cell, at its place. The count is
# invariant. Sum the map (or average it: the mean times the number of places). The maximum only
# says that there is at least one.
# </details>

# %% [markdown]
# ## 11. How a kernel learns
#
# **Intuition.** Blame goes back the way the numbers came, and adds up where paths fork (unit 06).
# A weight was used at every place, and collects from all of them. A pixel was seen by several
# windows, and collects from all of these.
#
# **Picture.** Two outputs have the slope 1, all others 0. Each presses the kernel, as a stamp,
# onto the pixels that its window saw. Where stamps overlap, they add. **Move** the second output.
# *Predict* first: at row 0, column 1, what do the pixels of the top row get?


# %% folded=true
def draw_stamps(row=1, column=2):
    G = np.zeros((4, 4))
    G[0, 0] = 1
    G[row, column] += 1
    stamp = np.arange(1.0, 10).reshape(3, 3)
    x = np.zeros((1, 1, 6, 6))
    blame = ref.conv2d_backward(G[None, None], x, stamp[None, None], None)[0][0, 0]
    figure, panels = plots.subplots(1, 3, width=7.6, height=3.1)
    words = ["slope in\nthe outputs", "kernel", "slope in\nthe pixels"]
    for ax, grid, word, size in zip(panels, (G, stamp, blame), words, (18, 18, 14), strict=True):
        grey(ax, grid, word, vmin=0, vmax=2 * grid.max())
        plots.numbers(ax, grid, size)
    return figure, (
        f"Two outputs have slope 1: row 0, column 0, and row {row}, column {column}. The kernel "
        f"holds 1 to 9. The pixels' slopes reach {blame.max():.0f} and sum to {blame.sum():.0f}; "
        f"{(blame > 0).sum()} of 36 pixels get one."
    )


explore(draw_stamps, row=(0, 3), column=(0, 3))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 1, 3, 5, 3, 0 and 0: the stamp's first row, 1, 2, 3, twice, one column apart.
# </details>
#
# **Formula.** With $G = \partial L/\partial y$, the slope in each output, and stride 1:
#
# $$\frac{\partial L}{\partial w_{f,k,i,j}} = \sum_{n,r,c} G_{n,f,r,c}\;x_{n,k,r+i,c+j}$$
#
# $$\frac{\partial L}{\partial x_{n,k,u,v}} = \sum_{f,i,j} G_{n,f,u-i,v-j}\;w_{f,k,i,j}$$
#
# and $\partial L/\partial b_f$ is the sum of $G$ over images, rows and columns. Only the second has
# minus signs: the stamp, a true convolution (part 4). It has a name of its own, *transposed
# convolution* (unit 13). The first slides $G$ over $x$ as it is. Some notes say that both flip the
# kernel; they do not.
#
# **In NumPy**, by the nine taps of the kernel rather than by the places: few steps, each large.


# %%
def backward(G, x, w):
    """Return the slopes in image, kernels and biases, for stride 1 without padding."""
    rows, columns = G.shape[2:]
    grad_x, grad_w = np.zeros_like(x), np.zeros_like(w)
    for i, j in np.ndindex(w.shape[2:]):
        saw = np.s_[:, :, i : i + rows, j : j + columns]  # all that this tap saw
        grad_w[:, :, i, j] = np.einsum("nfrc,nkrc->fk", G, x[saw])
        grad_x[saw] += np.einsum("nfrc,fk->nkrc", G, w[:, :, i, j])
    return grad_x, grad_w, G.sum(axis=(0, 2, 3))


rng = np.random.default_rng(0)
x, w, b = rng.normal(size=(2, 3, 7, 6)), rng.normal(size=(4, 3, 3, 3)), rng.normal(size=4)
xt, wt, bt = (torch.tensor(a, requires_grad=True) for a in (x, w, b))
out = F.conv2d(xt, wt, bt)
G = rng.normal(size=out.shape)
out.backward(torch.from_numpy(G))
for mine, torchs in zip(backward(G, x, w), (xt.grad, wt.grad, bt.grad), strict=True):
    assert np.allclose(mine, torchs)
for mine, theirs in zip(backward(G, x, w), ref.conv2d_backward(G, x, w, b), strict=True):
    assert np.allclose(mine, theirs)
print("slopes agree with torch and the library")

# %% [markdown]
# Max pooling passes the whole slope to the pixel that won, and nothing to the others. In a tie,
# torch pays the first in reading order; it matters, since after ReLU many windows are all zero:

# %%
tie = np.array([[[[0.0, 0.0, 1.0, 5.0], [0.0, 0.0, 5.0, 2.0]]]])
print(ref.max_pool2d_backward(np.array([[[[10.0, 20.0]]]]), tie, 2)[0, 0])
all_zero = ref.max_pool2d(digits.X, 2) == 0
print(f"digits' windows that are all zero: {all_zero.mean():.0%}")

# %% [markdown]
# <details><summary><b>Question.</b> In part 3 you have met this backward pass. Where?</summary>
#
# In the count of windows. With a kernel of ones and the slope 1 in every output, a pixel's slope
# is the number of windows that look at it: 1 in the corner, 9 in the middle.
# </details>

# %% [markdown]
# ## 12. The network, and the bump
#
# **Convolution, bend, pooling, and again.** That is a *convolutional neural network*, CNN for
# short (Fukushima, 1980, without labels; LeCun and others, 1989, by backpropagation). Each pooling lets the next
# kernel see twice as far. At the end something must turn maps into ten logits. Two ways:
#
# - **flatten** the last maps, and a dense layer reads them: LeCun's way, and the one of part 2;
# - **maximum over each map**, and a dense layer reads one number per map: "was it found
#   anywhere?"
#
# *Predict*, before you run it: three networks, trained on digits in the middle. Which of them
# still reads digits that moved by one pixel, and by two?


# %%
class MaxOverMap:
    """Keep the largest number of each map: (batch, maps, height, width) to (batch, maps)."""

    def forward(self, x):
        self.shape = x.shape
        flat = x.reshape(*x.shape[:2], -1)
        self.winner = flat.argmax(axis=2)[..., None]
        return flat.max(axis=2)

    def backward(self, grad):
        blame = np.zeros((*self.shape[:2], self.shape[2] * self.shape[3]), grad.dtype)
        np.put_along_axis(blame, self.winner, grad[..., None], axis=2)
        return blame.reshape(self.shape)

    def parameters(self):
        return []

    gradients = parameters


def anywhere(rng):
    """Return a network of three convolutions that forgets where it found things."""
    return ref.Sequential(
        ref.Conv2d(1, 8, 3, padding=1, rng=rng),
        ref.ReLU(),
        ref.Conv2d(8, 16, 3, padding=1, rng=rng),
        ref.ReLU(),
        ref.Conv2d(16, 32, 3, padding=1, rng=rng),
        MaxOverMap(),
        ref.Linear(32, 10, rng=rng),
    )


networks = {
    "dense": counter,
    "CNN, flatten": in_order["convolutional"][0],
    "CNN, maximum": learn(anywhere, epochs=8),
}
print(ref.summary(convolutional(np.random.default_rng(0)), (1, 12, 12)))


# %%
def bumped(network, pixels):
    """Return the share read correctly, averaged over the four directions."""
    return np.mean([correct(network, pixels * r, pixels * d).mean() for r, d in SIDES])


print("network      weights   share at 0, 1, 2 px")
for name, network in networks.items():
    count = sum(p.size for p in network.parameters())
    print(f"{name:12} {count:7,} ", "".join(f"{bumped(network, k):7.2f}" for k in range(3)))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# **There is the answer to the opening question.** One pixel costs the flattening counter more than
# half of its readings. It costs the CNN that flattens at the end nearly a third, in spite of its
# convolutions and poolings. And it costs the CNN that takes the maximum nothing to speak of.
# </details>
#
# "CNNs are invariant to shift" is true of the third and false of the second. Ask what a network
# does with its last maps.
#
# Could one not simply bump the images in training? *Predict* what it does to the first two.

# %%
print("trained on images bumped by up to 1 pixel")
for name, make in [("dense", dense), ("CNN, flatten", convolutional)]:
    taught = learn(make, epochs=40, jitter=1)
    print(f"{name:14}", "".join(f"{bumped(taught, k):6.2f}" for k in range(3)))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# It helps, as far as it goes. Both have learned the bumps that they were shown, and the dense one,
# which must learn every position by itself, paid for it with centred digits. Two pixels were not in
# the lesson.
# </details>

# %% folded=true
figure, ax = plots.subplots(height=3.6)
POSITIONS = range(-2, 3)
curves = {name: [correct(n, k).mean() for k in POSITIONS] for name, n in networks.items()}
for mark, (name, curve) in zip(["o-", "s--", "^-."], curves.items(), strict=True):
    ax.plot(POSITIONS, curve, mark, label=name)
ax.set(xticks=POSITIONS, xlabel="pixels to the right", ylabel="share read", ylim=(0, 1.45))
ax.set_yticks([0, 0.25, 0.5, 0.75, 1])
ax.legend(loc="upper center", ncols=3, fontsize=11)
plots.show(
    figure,
    "Share of unseen digits read, by pixels moved to the right, from -2 to 2: "
    + "; ".join(f"{n} " + ", ".join(f"{y:.2f}" for y in curve) for n, curve in curves.items())
    + ".",
)

# %% [markdown]
# **Move** a digit under all three. Each row holds the ten probabilities of one network; the true
# digit is framed. This 3 lies one pixel to the left. *Predict* for two pixels, and for other
# digits: which network changes its mind, and how sure is it of the wrong answer?


# %% folded=true
def draw_networks(example=8, right=-1, down=0):
    image = bump(X[unseen[example]], right, down)
    truth = y[unseen[example]]
    logits = np.stack([network.forward(image[None])[0] for network in networks.values()])
    shares = ref.softmax(logits, dim=1)  # (3, 10)
    figure, (left, table) = plots.subplots(1, 2, width=7.6, height=3.3, width_ratios=[1, 2])
    grey(left, image[0], by(right, down), vmin=0, vmax=1)
    grey(table, shares, vmin=0, vmax=1.2, aspect="auto")
    for (row, digit), share in np.ndenumerate(shares):
        if share >= 0.005:
            colour = "white" if share > 0.6 else "black"
            text = f"{share:.2f}".lstrip("0")
            table.text(digit, row, text, ha="center", va="center", color=colour, fontsize=13)
    table.add_patch(Rectangle((truth - 0.5, -0.5), 1, 3, fill=False, ec=plots.VERMILLION, lw=3))
    table.set(xticks=range(10), yticks=range(3), xlabel="digit (framed: the true one)")
    table.set_yticklabels(["dense", "flatten", "maximum"])
    words = [
        f"{name} says {share.argmax()} with {share.max():.2f}"
        for name, share in zip(networks, shares, strict=True)
    ]
    return figure, f"A {truth}, moved {by(right, down)}. " + "; ".join(words) + "."


explore(draw_networks, example=(0, 60), right=(-2, 2), down=(-2, 2))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# The first two. Already here both call it a 5, with at least 0.95. At two pixels they read 0.13 and
# 0.26 of the digits, the third 0.97.
# </details>
#
# <details><summary><b>Question.</b> Three convolutions of 3 × 3 without pooling. How large is the
# region of the image that a number of the last map depends on? And what follows for a digit that
# is 8 pixels high?</summary>
#
# 7 × 7: each layer adds one pixel on every side. No single number sees a whole digit, only large
# parts of it. The maximum over each map collects which parts occur, and not where. For ten digits
# that is enough.
# </details>

# %% [markdown]
# ## 13. One dimension: a heartbeat
#
# **Intuition.** Signals are images one pixel high. A kernel that looks like what you seek, slid
# along the signal, answers loudest where it is: engineers call it a *matched filter*. Here is an
# electrocardiogram with noise (drawn from five bumps per beat, not recorded), and for a kernel
# the sharp spike of a beat, without the noise.


# %%
def beat(t):
    """Return one beat; t in seconds from its spike."""
    waves = [(-0.17, 0.025, 0.12), (-0.03, 0.01, -0.12), (0, 0.012, 1.0)]
    waves += [(0.03, 0.012, -0.25), (0.25, 0.05, 0.3)]
    return sum(height * np.exp(-((t - at) ** 2) / (2 * sd**2)) for at, sd, height in waves)


rate = 250  # samples per second
rng = np.random.default_rng(1)
time = np.arange(10 * rate) / rate
spikes = np.cumsum(rng.uniform(0.7, 1.0, 11))
signal = sum(beat(time - spike) for spike in spikes) + rng.normal(0, 0.35, len(time))

kernel = beat(np.arange(-12, 13) / rate)  # 25 samples, a tenth of a second
kernel = (kernel - kernel.mean()) / np.linalg.norm(kernel - kernel.mean())
answer = ref.conv1d(signal[None, None], kernel[None, None], padding=12)[0, 0]
in_torch_1d = F.conv1d(*(torch.from_numpy(a)[None, None] for a in (signal, kernel)), padding=12)
assert np.allclose(answer, in_torch_1d[0, 0])


def peaks(z, count):
    """Return the times of the highest values, at least 0.3 s apart."""
    z, found = z.copy(), []
    for _ in range(count):
        found.append(time[z.argmax()])
        z[np.abs(time - found[-1]) < 0.3] = -np.inf
    return np.array(found)


inside = spikes[spikes < 9.9]
print(f"{len(inside)} beats; found within 20 ms of one:")
for name, z in [("the raw signal's peaks", signal), ("the kernel's answers", answer)]:
    hits = (np.abs(peaks(z, len(inside))[:, None] - inside).min(axis=1) < 0.02).sum()
    print(f"  {name:24} {hits} of {len(inside)}")

# %% folded=true
figure, (top, bottom) = plots.subplots(2, 1, width=7.2, height=5, sharex=True)
part = time < 5
top.plot(time[part], signal[part], lw=1)
bottom.plot(time[part], answer[part], lw=1.2, color=plots.VERMILLION)
for ax in (top, bottom):
    ax.plot(
        inside[inside < 5], np.full((inside < 5).sum(), ax.get_ylim()[1]), "v", color="black", ms=8
    )
top.set_ylabel("signal\n(spike = 1)")
bottom.set(xlabel="time (s); triangles: true beats", ylabel="answer of\nthe kernel")
plots.show(
    figure,
    f"Five seconds of a noisy heartbeat signal and a kernel's answer to it, which rises to "
    f"{answer[part].max():.1f} at the beats; {(inside < 5).sum()} true beats are marked.",
)

# %% [markdown]
# Unit 16 lets such kernels be learned.
#
# <details><summary><b>Question.</b> Electrodes drift: over minutes, the whole signal creeps up.
# Why does the kernel not mind?</summary>
#
# Its mean was taken away, so its weights sum to 0, and an even stretch is answered with 0 at any
# height. (The rule of part 5, in one dimension.)
# </details>

# %% [markdown]
# ## Common mistakes
#
# | mistake | how it shows itself |
# |---|---|
# | (H, W, C) given where (C, H, W) is wanted | an error about channels; with `reshape`, confetti |
# | expecting a true convolution | edges with the opposite sign; shifts the other way |
# | bias added per channel | answers off by a constant per map |
# | one kernel slice for all channels | 80 parameters instead of 224 |
# | padding added once, not on both sides | the image shifts, the shape is one short |
# | blur kernel that sums to 9 | a white image |
# | zero padding on bright images | a ring at the border |
# | `reshape` with wrong axes before pooling | right shape, wrong pixels |
# | "CNN, so shift does not matter" | a third of the readings gone after one pixel |
# | test images all centred | 98 %, and nobody knows of the third |

# %%
wrong_pool = answers_4x4.reshape(2, 2, 2, 2).max(axis=(2, 3))
print("pooled over the wrong axes:", wrong_pool.ravel())
print("right:                     ", blocks.max(axis=(1, 3)).ravel())
try:
    ref.conv2d(colour[None], layer.weight)
except ValueError as error:
    print("refused:", error)

# %% [markdown]
# ## Summary
#
# - Flattening costs parameters (150,529,000 for one layer on 224 × 224 × 3), shift (one pixel:
#   more than half of the readings), and order (a shuffle goes unnoticed).
# - A kernel is a neuron with a small window, asked the same question everywhere. It spans all
#   channels; one kernel, one map.
# - Output size: $\lfloor (n + 2p - d(k-1) - 1)/s \rfloor + 1$.
# - Libraries slide without turning the kernel: cross-correlation.
# - Convolution is equivariant. Stride, pooling and the border break it for some shifts, and a
#   flatten at the end throws it away. Only a pooling over the whole map makes it invariance.
# - Few parameters are not few operations.
#
# **Next:** the lab of this unit, where you write all of it and train a CNN with nothing but your
# own functions. Then unit 10, which builds large things from these blocks.
#
# ## Sources
#
# - Fukushima, *Neocognitron* (1980).
# - LeCun and others, *Backpropagation applied to handwritten zip code recognition* (1989).
# - Freeman and Adelson, *The design and use of steerable filters* (1991).
# - Dumoulin and Visin, *A guide to convolution arithmetic for deep learning* (2016).
# - Azulay and Weiss, *Why do deep convolutional networks generalize so poorly to small image
#   transformations?* (2019).
# - Zhang, *Making convolutional networks shift-invariant again* (2019).
# - Islam, Jia and Bruce, *How much position information do convolutional neural networks encode?*
#   (2020).
# - Photographs: `china.jpg` by danielbuechele and `flower.jpg` by vultilion, CC BY 2.0, as
#   shipped with scikit-learn. Digits: Alpaydin and Kaynak (1998), UCI.
