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
# A counter of cells reads 97 of 100 images correctly. Then somebody leans on the table, and every cell lies one
# pixel further to the right. Nothing has happened to the cells.
#
# After this lecture you can
#
# 1. say what flattening an image costs, in parameters, in shift and in order;
# 2. lead from a dense layer to a kernel in four steps, and slide the kernel by hand;
# 3. build a CNN in torch, predict the shape and the weights of each layer, train it, and bump it;
# 4. read and write kernels (sitting 2), size a network (sitting 3), and go backward through a
#    convolution (sitting 4).
#
# *You need:* [03](03_layers.ipynb) and [07](07_training_loop.ipynb); for sitting 4 also
# [06](06_backpropagation.ipynb). *Lab:* [lab 09](../labs/09_convolution.ipynb).
#
# Run cell by cell. Cells that only draw are folded; click the three dots to open one.

# %%
import numpy as np
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits, load_sample_image
from sklearn.model_selection import train_test_split
from torch import nn

from dlcourse import plots
from dlcourse import reference as ref
from dlcourse.widgets import explore

torch.set_num_threads(1)  # the networks are small: a second thread would be in the way

# %% [markdown]
# ## Sitting 1 · To build a counter that survives a bump
#
# *Read in 65 minutes.*
#
# ### The bump
#
# Handwritten digits stand in for the cells: small, dark on light, each in the middle of its image.
# There are 1,797 of them, 8 × 8 pixels. We put each on a canvas of 12 × 12, so that a bump of one or
# two pixels moves no ink off the edge.
#
# The counter is a network of unit 03. It **[flattens](glossary.md#flatten)** the image: it lays all
# rows end to end into one list of 144 numbers. A hidden layer of 40 neurons reads the list.

# %%
digits = load_digits()
X = F.pad(torch.tensor(digits.images / 16)[:, None], (2, 2, 2, 2))  # (1797, 1, 12, 12)
y = torch.tensor(digits.target)
seen, unseen = train_test_split(np.arange(1797), test_size=0.4, random_state=0, stratify=y)


def bump(images, right=0, down=0):
    """Return the images, moved by whole pixels."""
    return torch.roll(images, (down, right), dims=(-2, -1))


def learn(model):
    """Train on the seen images: the loop of unit 07."""
    rng = np.random.default_rng(0)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    for _ in range(20):  # epochs
        for batch in np.array_split(rng.permutation(seen), 34):
            loss = F.cross_entropy(model(X[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model


def read(model, pixels=0):
    """Return the share of unseen images read correctly after a bump, mean of four directions."""
    shares = []
    with torch.no_grad():
        for right, down in [(pixels, 0), (-pixels, 0), (0, pixels), (0, -pixels)]:
            said = model(bump(X[unseen], right, down)).argmax(dim=1)
            shares.append((said == y[unseen]).double().mean().item())
    return np.mean(shares)


torch.manual_seed(0)
dense = nn.Sequential(nn.Flatten(), nn.Linear(144, 40), nn.ReLU(), nn.Linear(40, 10)).double()
learn(dense)
print(f"read in the middle: {read(dense):.3f}")

# %% [markdown]
# *Predict:* of 100 digits, how many will it still read when each has moved by one pixel? And by two?
# To you, the digit looks the same.


# %% folded=true
def moved_by(right, down):
    """Return the move in words."""
    across = f"{abs(right)} {'left' if right < 0 else 'right'}"
    return f"{across} and {abs(down)} {'up' if down < 0 else 'down'}"


def draw_bump(example=8, right=-1, down=0):
    image, truth = bump(X[unseen[example]], right, down), y[unseen[example]].item()
    with torch.no_grad():
        shares = torch.softmax(dense(image[None])[0], dim=0).numpy()
    figure, (left, bars) = plots.subplots(1, 2, width=7, height=3, width_ratios=[2, 3])
    plots.heat.film(left, 1 - image[0], "12 × 12 pixels")
    colours = [plots.GREEN if c == truth else plots.SKY for c in range(10)]
    drawn = bars.bar(range(10), shares, color=colours, edgecolor="black")
    drawn[truth].set_hatch("//")
    bars.set(xticks=range(10), ylim=(0, 1), yticks=[0, 0.5, 1], ylabel="probability")
    bars.set_xlabel("digit (hatched: the true one)")
    return figure, (
        f"Image {example}, a {truth}, moved {moved_by(right, down)}: the network says "
        f"{shares.argmax()} with probability {shares.max():.2f}."
    )


explore(draw_bump, example=(0, 60), right=(-2, 2), down=(-2, 2))

# %%
print("read after 0, 1, 2 pixels:", *(f"{read(dense, k):.2f}" for k in range(3)))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# One pixel takes half of its readings. Two pixels bring it near guessing, which is 0.10. And its probabilities do not
# warn you: it calls the 3 in the figure, moved one pixel to the left, a 5 with 0.97.
# </details>
#
# ### An image is a grid of numbers
#
# A grey image is a table of how much light there is, place by place. A colour image is three tables: red, green,
# blue. Each is a **[channel](glossary.md#channel)**.
#
# Below are 18 × 18 pixels of a photograph as numbers (0 black, 9 white). Look at them with your eyes half closed:
# where is the edge?

# %%
photograph = load_sample_image("china.jpg") / 255  # (427, 640, 3), from 0 to 1
colour = photograph[40:264, 120:344]  # (224, 224, 3), what many networks expect
grey = colour @ [0.299, 0.587, 0.114]  # green counts most, as in the eye
patch = grey[20:38, 96:114]
for row in (9 * patch).round().astype(int):
    print(*row)

# %% folded=true
square = np.array([[96, 20, 114, 38]]) / 3
tables = (colour, *np.moveaxis(colour, -1, 0))
figure, axes = plots.subplots(1, 4, width=7.6, height=2.3)
for ax, image, name in zip(axes, tables, ["colour", "red", "green", "blue"], strict=True):
    plots.heat.film(ax, image[::3, ::3], name)
    plots.heat.boxes(ax, square, "black", lw=2)
plots.show(
    figure,
    "A photograph of a temple, 224 by 224 pixels, and its red, green and blue channels in grey. Mean "
    + ", ".join(f"{n} {m:.2f}" for n, m in zip("RGB", colour.mean(axis=(0, 1)), strict=True))
    + ". The black square marks the 18 by 18 pixels printed above.",
)

# %% [markdown]
# Photographs are stored as (height, width, channel). Convolutions in torch want **(batch, channel,
# height, width)**: `np.moveaxis(colour, -1, 0)[None]`. A `reshape` to that shape would run too, and make confetti.
#
# ### What flattening costs
#
# **First, parameters.** A dense layer has one weight for each pair of input and neuron.

# %%
huge = nn.Linear(224 * 224 * 3, 1000, device="meta")  # counted, never built
count = sum(p.numel() for p in huge.parameters())
print(f"{224 * 224 * 3:,} inputs, 1,000 neurons: {count:,} parameters")
print(f"in float32: {count * 4 / 1e6:.0f} MB")

# %% [markdown]
# **Second, shift.** Move the photograph by one pixel, and every number meets its neighbour's weight.
# *Predict:* which share of the 150,528 numbers changes by more than 0.01?

# %%
moved = photograph[40:264, 119:343]  # the same scene, one pixel further right
print(f"{(np.abs(moved - colour) > 0.01).mean():.0%} of the numbers changed")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Two thirds of them.
# </details>
#
# **Third, order.** Shuffle the 144 pixels, in the same way for all digits, and train again.
#
# One run is one draw of luck. So a script (`dlcourse/measured/last_maps.py`) trained each network of
# this unit five times as above, each time with other images to learn from, another start and another
# order. Its results are stored. `five` gives the mean of the five runs ± half of its 95 % interval.

# %% folded=true
from dlcourse import measured
from dlcourse.measured import last_maps

stored = measured.load("last_maps")


def five(name, how="centred"):
    """Return what five runs of a network read, in words."""
    return f"{name:26} {last_maps.interval(stored.values(name, how))}"


def lead(first, second, how):
    """Return by how much `first` reads more than `second` without a bump, run by run, in words."""
    a, b = (stored.values(name, how).reshape(5, -1)[:, 0] for name in (first, second))
    return last_maps.interval(a - b, 3)


# %% [markdown]
# *Predict:* what will the dense network lose?

# %%
print("in order, after 0, 1, 2 px:", five("dense"))
print("shuffled, after 0 px:      ", five("dense", "shuffled"))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Nothing. Shuffle the columns of its first weight matrix along with the pixels, and every sum is what it was. A layer
# that connects everything with everything knows no neighbours.
# </details>
#
# ### From a dense layer to a kernel, in four steps
#
# **Intuition.** To search a slide, you look at one place and ask one small question. Then you ask it at the next
# place. That is two ideas: *the same question everywhere*, and *look only near*. They turn a dense layer into a
# [convolution](glossary.md#convolution).
#
# Let $x_{u,v}$ be the pixel in row $u$ and column $v$, and $y_{r,c}$ the output in row $r$ and column $c$
# of a grid as large as the image.
#
# 1. **Keep the grid.** A dense layer has a weight for each output place and each pixel:
#    $$y_{r,c}=\sum_{u,v}W_{r,c,u,v}\;x_{u,v}$$
# 2. **Count from the output's place.** Call the pixel $i$ rows further down and $j$ columns further right
#    $(r+i,\,c+j)$. Only names have changed:
#    $$y_{r,c}=\sum_{i,j}W_{r,c,\,r+i,\,c+j}\;x_{r+i,\,c+j}$$
# 3. **Ask the same everywhere.** Let the weight depend on $i$ and $j$ alone, not on $r$ and $c$. Call it
#    $w_{i,j}$. If the image moves, the outputs move along. This is [weight sharing](glossary.md#weight-sharing):
#    $$y_{r,c}=\sum_{i,j}w_{i,j}\;x_{r+i,\,c+j}$$
# 4. **Look only near.** Let $w_{i,j}$ be 0 unless $i$ and $j$ are −1, 0 or 1. The grid of weights that
#    remains is the **[kernel](glossary.md#kernel)**, or filter.
#
# | a grey image of 1,000 × 1,000 pixels | weights |
# |---|---|
# | steps 1 and 2: each of $10^6$ outputs reads each of $10^6$ pixels | $10^{12}$ |
# | step 3: $i$ and $j$ go from −999 to 999 | 1,999² = 3,996,001 |
# | step 4 | 9 |
#
# Step 3 assumes that what is worth finding here is worth finding there; step 4, that neighbours belong
# together. So a convolution is still a dense layer, one with most weights 0: each row of its matrix holds the
# same nine numbers at other places (fewer at the border), and 0 elsewhere.
#
# <details><summary><b>Question.</b> When would you <i>not</i> share weights between places?</summary>
#
# When the same thing means something else elsewhere. In a chest X-ray taken in a fixed position, a shadow
# on the left may be the heart, and on the right a finding.
# </details>

# %% [markdown]
# ### The window, with numbers
#
# At each place you multiply the kernel with what lies below it, number by number, and add up: a dot
# product. Write the sum down at that place of a new grid, the **[feature map](glossary.md#feature-map)**
# (or activation grid). Step 4 counted the weights from the window's middle, −1 to 1. Libraries count the same nine
# from its upper left corner, 0 to 2:
#
# $$y_{r,c} = b + \sum_{i=0}^{k_h-1}\sum_{j=0}^{k_w-1} w_{i,j}\;x_{r+i,\;c+j}$$
#
# - $k_h \times k_w$: the kernel's height and width. $i, j$: row and column within the kernel.
# - $r, c$: row and column of the output, and of the window's upper left corner.
# - $b$: the bias, one number for all places.
#
# It is a neuron with few inputs, asked again at every place. *Compute the first number in your head:* lay this
# kernel on the image's upper left corner, and count the ones that meet ones.

# %%
rows = "11100", "01110", "00111", "00110", "01100"
image = torch.tensor([[int(pixel) for pixel in row] for row in rows])
kernel = torch.tensor([[1, 0, 1], [0, 1, 0], [1, 0, 1]])


def slide(x, w):
    """Slide one kernel over one grey image."""
    y = torch.zeros(x.shape[0] - w.shape[0] + 1, x.shape[1] - w.shape[1] + 1, dtype=x.dtype)
    for r in range(y.shape[0]):
        for c in range(y.shape[1]):
            y[r, c] = (x[r : r + w.shape[0], c : c + w.shape[1]] * w).sum()
    return y


print(slide(image, kernel))
in_torch = F.conv2d(image[None, None], kernel[None, None])  # (batch, channel, height, width)
assert torch.equal(slide(image, kernel), in_torch[0, 0])

# %% [markdown]
# Three more settings:
#
# - **[stride](glossary.md#stride)** $s$: the window moves by $s$ pixels, and the output shrinks about $s$-fold;
# - **[padding](glossary.md#padding)** $p$: a frame of $p$ rows and columns of zeros on every side;
# - **[dilation](glossary.md#dilation)** $d$, rarely used: the kernel's weights lie $d$ pixels apart.
#
# Along an axis of $n$ pixels,
#
# $$n_\text{out} = \left\lfloor \frac{n + 2p - d\,(k-1) - 1}{s} \right\rfloor + 1$$
#
# $\lfloor\cdot\rfloor$ rounds down: a last window that does not fit is not taken.

# %%
for n, k, s, p in [(8, 3, 1, 1), (8, 3, 2, 0), (224, 11, 4, 2)]:
    out = (n + 2 * p - (k - 1) - 1) // s + 1
    slid = F.conv2d(torch.zeros(1, n, n), torch.zeros(1, 1, k, k), stride=s, padding=p)
    assert slid.shape == (1, out, out)
    print(f"{n} pixels, kernel {k}, stride {s}, padding {p}: {out}")

# %% [markdown]
# **Move the window** over a digit of 8 × 8 pixels (ink from 0 to 16). *Predict:* how often is a corner pixel used, and how often one in the middle?
# With stride 2 and no padding, is any pixel never looked at?

# %% folded=true
SOBEL = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
MENU = {
    "vertical edges": SOBEL,
    "horizontal edges": SOBEL.T,
    "box blur": ref.kernels.BOX_BLUR,
    "all edges": ref.kernels.EDGE_EIGHT,
    "identity": ref.kernels.IDENTITY,
}
ink = X[3, 0, 2:10, 2:10].numpy() * 16  # (8, 8), a three


def draw_window(place=9, stride=1, padding=0, kernel="vertical edges"):
    weight = MENU[kernel]
    x = np.pad(ink, padding)
    y = ref.conv2d(ink[None, None], weight[None, None], stride=stride, padding=padding)[0, 0]
    r, c = divmod(place, y.shape[1])
    top, left = r * stride, c * stride
    products = x[top : top + 3, left : left + 3] * weight
    done = np.arange(y.size).reshape(y.shape) <= place
    used = ref.conv2d_backward(
        np.ones((1, 1, *y.shape)), ink[None, None], np.ones((1, 1, 3, 3)), None, stride, padding
    )[0][0, 0]

    figure, panels = plots.subplots(2, 2, width=6.2, height=6.5)
    (a, b), (d, e) = panels
    plots.heat.film(a, 1 - x / 16, f"image, {len(x)} × {len(x)} with its frame")
    plots.heat.boxes(a, [[left, top, left + 3, top + 3]], plots.VERMILLION, lw=4)
    plots.heat.heat(
        b, products, f"nine products, sum {products.sum():.3g}", 16 * np.abs(weight).max()
    )
    plots.numbers(b, products, 16)
    plots.heat.heat(
        d, np.where(done, y, 0), f"output so far, {len(y)} × {len(y)}", max(np.abs(y).max(), 1)
    )
    plots.numbers(d, np.where(done, y, np.nan), min(13, 76 / len(y)))
    plots.heat.heat(e, used, "windows that look at each pixel", 12)
    plots.numbers(e, used, 12)
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
# <details><summary><b>Answer.</b></summary>
#
# Once, and nine times. With stride 2 the last row and the last column, 15 of 64 pixels, are lost: no window fits
# there any more, and no error tells you.
# </details>
#
# <details><summary><b>Question.</b> You want the output to have the same size as the image, with
# a kernel of 5 × 5 and stride 1. Which padding? And why do kernels have odd sizes?</summary>
#
# 2: each side loses (k − 1)/2. With an even size the output would lie half a pixel beside the image.
# </details>
#
# ### Channels: a kernel is a bundle
#
# In a colour image the window is a block, three channels deep. So the kernel is a bundle of three grids of weights,
# one *slice* for each channel. All products and one bias are added up, to *one* number. One kernel makes one feature
# map. A layer is a bundle of kernels: 8 kernels, 8 maps. These are the channels that the next layer reads.
#
# *Predict:* how many parameters have 8 kernels of 3 × 3 on a colour image?

# %%
torch.manual_seed(0)
layer = nn.Conv2d(3, 8, kernel_size=3).double()
x = torch.tensor(np.moveaxis(colour, -1, 0)[None])  # (1, 3, 224, 224)
print(sum(p.numel() for p in layer.parameters()), "parameters;", *x.shape, "to", *layer(x).shape)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 8 · (3 · 3 · 3 + 1) = 224, and not 80: every kernel looks at all three channels.
# </details>
#
# `layer.weight` has the shape (out channels, in channels, height, width): here (8, 3, 3, 3).
#
# A kernel of 1 × 1 sees no neighbours; it mixes the channels of one place. The weights that made the temple
# grey, (0.299, 0.587, 0.114), were one.
#
# ### Pooling: a smaller map
#
# Is there an edge *around here*? **[Max pooling](glossary.md#pooling)**
# keeps the largest output of each window, **average pooling** the mean. Usually the window is 2 × 2 and moves by 2, so that a quarter of the numbers remain: pooling *subsamples*,
# each channel by itself. It has no parameters.

# %%
z = torch.tensor([[1.0, 3, 0, 2], [0, 2, 1, 1], [4, 0, 5, 6], [1, 1, 7, 2]])
print("largest", F.max_pool2d(z[None], 2)[0].tolist())
print("mean   ", F.avg_pool2d(z[None], 2)[0].tolist())

# %% [markdown]
# ### Equivariant is not invariant
#
# Let $S$ move an image, and $f$ be a layer.
#
# - **[Equivariant](glossary.md#equivariance)**: move the image, and the output moves along. "There is a
#   cell, *here*."
#   $$f(Sx) = S f(x)$$
# - **[Invariant](glossary.md#invariance)**: move the image, and the output stays. "There is a cell."
#   $$f(Sx) = f(x)$$
#
# Step 3 made the convolution equivariant. After a pooling by 2, or with stride 2, that holds for even moves only:
# for a move of one pixel there is no place half a step further. After two poolings by 2 it holds for multiples of 4.
#
# At the end something must turn maps into ten logits. The maximum over a whole map is invariant to every move that
# the map follows.
#
# ### A convolutional network
#
# **Convolution, activation function, pooling, and again**: that is a
# [convolutional neural network](glossary.md#cnn), CNN for short (Fukushima, 1980; LeCun and others, 1989). Here is one in
# plain torch, and a digit goes through it. *Predict:* which layer gives the most activations, and which holds the most
# weights?

# %%
torch.manual_seed(0)
cnn = nn.Sequential(
    nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(16, 21, 3, padding=1), nn.ReLU(),
    nn.Flatten(), nn.Linear(21 * 3 * 3, 10),
).double()  # fmt: skip


def table(network, x):
    """Print the output's shape, the activations and the weights (and biases) of each layer."""
    for layer in network:
        x = layer(x)
        count = sum(p.numel() for p in layer.parameters())
        print(f"{type(layer).__name__:17} {tuple(x.shape[1:])!s:13} {x[0].numel():9,} {count:7,}")


print("layer             output      activations weights")
table(cnn, X[:1])

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# The first gives the most activations, since its maps are large: 8 · 12 · 12 = 1,152. The last convolution and the
# dense layer hold four fifths of the 6,193 parameters: 21 · (16 · 9 + 1) = 3,045 and 10 · (189 + 1) = 1,900.
# </details>
#
# It learns by the loop at the top of this page, unchanged.

# %%
learn(cnn)
print("after 0, 1, 2 px:", five("dense"))
print("after 0, 1, 2 px:", five("flatten, pooling"))  # this one
print("its lead after 0 px, in order:", lead("flatten, pooling", "dense", "centred"))
print("its lead after 0 px, shuffled:", lead("flatten, pooling", "dense", "shuffled"))

# %% [markdown]
# Without a bump it reads 0.009 more than the dense network of the same size. On shuffled pixels that lead is gone: it
# came from the neighbours. But a bump of one pixel still takes a third of its readings, in spite of its convolutions.
#
# ### What does a network do with its last maps?
#
# Two suspects. **The flatten** gives each place of each map a weight of its own. **The steps of the pooling** break
# equivariance. To tell them apart, build all four combinations: flatten the last maps, or keep the maximum of each;
# pool between the convolutions, or do not. All have three convolutions and about 6,200 parameters, and learn alike. You
# have built "flatten, pooling"; here is "maximum", and the other two put their parts together anew. *Predict:* which of
# the four still read digits that moved by one pixel, and by two?

# %%
torch.manual_seed(0)
anywhere = nn.Sequential(
    nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(),
    nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(),
    nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(),
    nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(32, 10),  # one number for each map
).double()  # fmt: skip
learn(anywhere)
print("after                      0 px         1 px         2 px")
for name in ["flatten", "flatten, pooling", "maximum", "maximum, pooling"]:
    print(five(name))

# %% folded=true
for name, network in {"dense": dense, "flatten, pooling": cnn, "maximum": anywhere}.items():
    run = [read(network, pixels) for pixels in range(3)]
    assert last_maps.agrees(run, stored.values(name, "centred"))
    print(f"{name:26} {run[0]:.2f}         {run[1]:.2f}         {run[2]:.2f}")
print("These three, trained on this page, agree with the stored runs.")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# **There is the answer to the opening question.** Only the maximum without pooling: 0.97 after one pixel, 0.94
# after two. Either fault alone is enough. Flattening without pooling keeps 0.52 after one pixel. The maximum
# after pooling keeps 0.63, then 0.34: it pools twice by 2, and neither 1 nor 2 is a multiple of 4. (A move of 4
# would leave the canvas; it is not tested.)
# </details>
#
# "CNNs are invariant to shift" is nearly true of one network in this table. Ask of a network: by how many pixels does it
# step, and what does it do with its last maps?
#
# Steps are not a mistake: they save work, and later kernels see further. Sitting 3 measures what bumping in
# training mends.
#
# ### Common mistakes
#
# | mistake | how it shows itself |
# |---|---|
# | (H, W, C) given where (C, H, W) is wanted | an error about channels |
# | "a CNN, so shift does not matter" | a third of the readings gone after one pixel |
# | test images all centred | 97 %, and nobody knows of the third |
#
# ### Summary
#
# - Flattening costs parameters (150,529,000 for one layer), shift (one pixel: half of the readings), and order.
# - A kernel is a dense layer that asks the same everywhere, and only of what is near. It spans all channels; one kernel,
#   one map.
# - A convolution is equivariant. Steps of more than one pixel break that, and a flatten throws it away. Without steps, a
#   maximum over the whole map makes invariance of it.
#
# ### On Monday
#
# - **Layers:** 3 × 3, stride 1, padding 1, then ReLU. Halve the map and double the channels. At the end one
#   number for each map (`AdaptiveAvgPool2d(1)` or `AdaptiveMaxPool2d(1)`), and one dense layer. Adam at 0.001.
# - **Move the training images** by as much as can happen, because halving breaks equivariance. Test on moved ones.
# - **Many layers:** batch norm before each ReLU ([08](08_initialization_and_regularization.ipynb)).
# - **Before you design your own** for photographs or X-rays, see [10](10_architectures.ipynb), networks with a name, and
#   [11](11_transfer_learning.ipynb), networks that others have trained. With few patients begin there.

# %%
import numpy as np
import torch
from torch import nn

images, labels = X, y  # yours: (n, channels, height, width), with room to move, and classes
torch.manual_seed(0)
parts = [nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
parts += [nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten()]
model = nn.Sequential(*parts, nn.Linear(32, 10)).double()
optimizer, rng = torch.optim.Adam(model.parameters(), lr=1e-3), np.random.default_rng(0)
for _ in range(30):  # epochs; of your patients, keep each on one side
    for batch in np.array_split(rng.permutation(1200), 40):
        moved = images[batch].roll(rng.integers(-2, 3, 2).tolist(), dims=(2, 3))
        loss = nn.functional.cross_entropy(model(moved), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
for right in (0, 1, 2):
    said = model(images[1200:].roll(right, dims=3)).argmax(dim=1)
    print(f"moved by {right}: {(said == labels[1200:]).double().mean():.2f} read")

# %% [markdown]
# ## Sitting 2 · To read and write kernels
#
# **Nine numbers find the edges of a temple. Which nine, and who chooses them?**
#
# *Read in 30 minutes.* Run the cells of sitting 1 first.
#
# ### Kernels that people wrote down
#
# Draw a small picture of what you look for: light on one side, dark on the other, and you have an edge
# detector. If its weights sum to 0, then of all windows with the same contrast it responds most strongly to the
# one that looks like the kernel.
#
# Two rules tell you what to expect. *The sum of the weights* is what happens to an even surface: sum 1 keeps it,
# sum 0 makes it black. *The signs* say what is compared with what.

# %% folded=true
NAMES = ["IDENTITY", "EDGE_DIAGONAL", "EDGE_FOUR", "EDGE_EIGHT", "SHARPEN", "BOX_BLUR"]
CLASSICS = {name.lower().replace("_", " "): getattr(ref.kernels, name) for name in NAMES}
plots.show(*plots.kernel_grid(np.stack(list(CLASSICS.values())), list(CLASSICS), columns=3))


# %%
def look(weight, x):
    """Return the map of one kernel over one grey image; the border is mirrored, not black."""
    framed = ref.pad(x[None, None], (1, 1, 1, 1), mode="reflect")
    return ref.conv2d(framed, weight[None, None])[0, 0]


temple = grey.reshape(112, 2, 112, 2).mean(axis=(1, 3))  # half as large
print("kernel         sum  0.5 becomes")
for name, weight in CLASSICS.items():
    print(f"{name:14} {weight.sum():3.0f}  {look(weight, np.full((5, 5), 0.5))[2, 2]:.1f}")

# %% [markdown]
# **Turn the knobs** on a photograph: the weight in the centre, the four at its sides and the four in its
# corners. With `divide` the kernel is divided by its sum, unless that is 0. Where the sum is 0, you see the
# size of the response. *Predict, then try:* centre 1, all others 1. Centre 5, sides −1, corners 0. Centre 4,
# sides −1, corners 0. And what does centre 9, all others −1 do?


# %% folded=true
flower = load_sample_image("flower.jpg")[40:264:2, 120:344:2] / 255
SCENES = {"temple": temple, "flower": flower @ [0.299, 0.587, 0.114]}


def draw_numbers(centre=8, side=-1, corner=-1, divide=True, picture="temple"):
    scene = SCENES[picture]
    weight = np.full((3, 3), float(corner))
    weight[1, :] = weight[:, 1] = side
    weight[1, 1] = centre
    total = weight.sum()
    if divide and total:
        weight /= total
    seen_there = look(weight, scene)
    names = [n for n, k in CLASSICS.items() if np.allclose(k, weight)]
    figure, (left, middle, right) = plots.subplots(1, 3, width=7.6, height=3.1)
    plots.heat.film(left, scene, "photograph")
    plots.heat.heat(middle, weight, f"kernel, sum {weight.sum():.2g}")
    plots.numbers(middle, weight, 15)
    plots.heat.film(
        right, np.abs(seen_there) if total == 0 else seen_there, "map, 0 black, 1 white"
    )
    return figure, (
        f"{picture.capitalize()}. Centre {centre}, sides {side}, corners {corner}: "
        f"{names[0] if names else 'no classic'}. The weights sum to {weight.sum():.2g}"
        f"{', so nothing is divided' if divide and not total else ''}; the map goes from "
        f"{seen_there.min():.2f} to {seen_there.max():.2f}, mean {seen_there.mean():.2f} (photograph: "
        f"{scene.mean():.2f})."
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
# Why 5? `sharpen` is `identity` + `edge four`: the image plus its edges, and in the centre 1 + 4.
#
# ### Edges with a direction
#
# Sobel's two kernels compare right with left, and below with above. Any mixture
# $\cos\theta\cdot S_x + \sin\theta\cdot S_y$ looks for edges across the direction $\theta$ (Freeman and
# Adelson, 1991). With `rectify` a ReLU follows, and only one side of each beam remains. *Predict:* at which
# angle do the temple's columns vanish? And what does 180 do, with and without the ReLU?


# %% folded=true
def draw_angle(angle=0, rectify=True):
    theta = np.radians(angle)
    weight = (np.cos(theta) * SOBEL + np.sin(theta) * SOBEL.T) / 4
    seen_there = look(weight, temple)
    seen_there = ref.relu(seen_there) if rectify else seen_there
    figure, (middle, right) = plots.subplots(1, 2, width=7.2, height=3.9, width_ratios=[2, 3])
    plots.heat.heat(middle, weight.round(2) + 0, "kernel", 0.6)
    plots.numbers(middle, weight.round(2) + 0, 15)
    shown = seen_there / 0.7 if rectify else 0.5 + seen_there / 1.4
    plots.heat.film(right, shown, "map (arrow: from dark to light)")
    step = 9 * np.array([np.cos(theta), np.sin(theta)])
    arrow = {"arrowstyle": "->", "color": plots.YELLOW, "lw": 3}
    right.annotate("", np.array([98, 14]) + step, np.array([98, 14]) - step, arrowprops=arrow)
    strong = (np.abs(seen_there) > 0.3).mean()
    return figure, (
        f"Angle {angle} degrees, {'with' if rectify else 'without'} ReLU: the map goes from "
        f"{seen_there.min():.2f} to {seen_there.max():.2f}; {strong:.1%} of all places are beyond 0.3."
    )


explore(draw_angle, angle=(0, 360, 5), rectify=True)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# At 90. And 180 swaps the two sides of each edge: without the ReLU only the sign changes, with it you see
# the other sides.
# </details>
#
# Which edges does `edge diagonal`, [[1, 0, −1], [0, 0, 0], [−1, 0, 1]], see?

# %%
upright = np.zeros((7, 7))
upright[:, 4:] = 1
shapes = (upright, upright.T, upright * upright.T, np.triu(np.ones((7, 7))))
print("strongest response  upright level corner slant")
for name in ["edge diagonal", "edge four", "edge eight"]:
    inside = [look(CLASSICS[name], x)[1:-1, 1:-1] for x in shapes]
    print(f"{name:20}", *(f"{np.abs(z).max():6.0f}" for z in inside))

# %% [markdown]
# Not the upright and the level ones: along them, left minus right is the same above the pixel and below it.
#
# ### Libraries do not convolve
#
# In mathematics a convolution has minus signs, which turn the kernel by 180 degrees:
#
# $$\sum_{i,j} w_{i,j}\,x_{r-i,\,c-j}$$
#
# The one with plus signs is called [cross-correlation](glossary.md#cross-correlation). torch, TensorFlow and this
# course compute that one, and call it convolution.
#
# *Predict:* a single bright pixel meets a kernel whose only weight, 1, sits left of the centre. Where does
# the pixel go in `F.conv2d`? And in a true convolution?

# %%
from scipy.signal import convolve2d

impulse, left_of_centre = np.zeros((3, 5)), np.zeros((3, 3))
impulse[1, 2] = left_of_centre[1, 0] = 1
print("image           ", impulse[1])
x, w = (torch.tensor(grid)[None, None] for grid in (impulse, left_of_centre))
print("F.conv2d        ", F.conv2d(x, w, padding=1)[0, 0, 1].numpy())
print("true convolution", convolve2d(impulse, left_of_centre, mode="same")[1])

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# torch moves it right: the window whose left neighbour is bright lies one further right. A true convolution
# moves it left. So turn a book's kernel for true convolution before you hand it to torch.
# </details>
#
# ### A kernel learned in ten lines
#
# Show a layer the temple, and what SciPy's true convolution with Sobel's
# kernel makes of it. The layer starts from chance. *Predict:* which nine numbers does descent find?

# %%
given = torch.tensor(temple)[None, None]
wanted = torch.tensor(convolve2d(temple, SOBEL, mode="valid"))[None, None]
torch.manual_seed(0)
conv = nn.Conv2d(1, 1, 3, bias=False).double()
optimizer = torch.optim.Adam(conv.parameters(), lr=0.05)
for _ in range(600):
    loss = F.mse_loss(conv(given), wanted)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(conv.weight.detach()[0, 0].numpy().round(2) + 0.0)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Sobel's kernel, turned by 180 degrees. A learned kernel comes out as its library slides it.
# </details>
#
# Here the wanted map was given. In a CNN only the label is. These are the eight kernels in the first layer of
# `anywhere`, which you trained in sitting 1:

# %% folded=true
plots.show(*plots.kernel_grid(anywhere[0].weight.detach()[:, 0].numpy().round(1) + 0.0, columns=4))

# %%
print("what Sobel's two make up of the squared weights: at the start, after training, rise")
for name in ("maximum", "flatten, pooling"):
    start, end = stored.values(name, "edges, centred").T
    print(f"{name:17}", last_maps.interval(np.stack([start, end, end - start], axis=1)))

# %% [markdown]
# Nine weights have nine directions, as a point in space has three. Sobel's kernels are two of them. Random
# weights lie as much along one direction as along another, so two hold 2/9 = 0.22 of the squares by chance. So
# it is at the start. Training adds 0.17 on average along these two. Most of the weight lies elsewhere.
#
# ### The border is not neutral
#
# Padding puts the image into a black frame, and the kernel reports what it is there for: an edge. *Predict:*
# what does `edge four` find in an image that is 0.5 everywhere? And with a frame of mirrored pixels?

# %%
even = np.full((1, 1, 4, 5), 0.5)
print(ref.conv2d(even, CLASSICS["edge four"][None, None], padding=1)[0, 0])
print("mirrored: largest response", np.abs(look(CLASSICS["edge four"], even[0, 0])).max())

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# A ring of edges in an image without edges. With mirrored pixels, nothing.
# </details>
#
# The digits' paper is 0, so the first layer adds no ring. After its bias and ReLU the paper need not be 0, and the next
# layers do add one. A network can learn from it where the border is (Islam and others, 2020).
#
# Does that explain why `maximum` reads less after a bump? *Predict:* let each of its layers go on at the opposite border,
# instead of meeting zeros. What does it read after 0, 1 and 2 pixels?

# %%
from copy import deepcopy

circular = deepcopy(anywhere)
for layer in circular:
    if isinstance(layer, nn.Conv2d):
        layer.padding_mode = "circular"
for network in (anywhere, circular):
    print(*(f"{read(network, pixels):.3f}" for pixels in range(3)))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# The same each time: all that the maximum lost, it lost to the frame. (0.979 is less than 0.992, since it had
# learned with zeros.)
# </details>
#
# ### One dimension: a heartbeat
#
# Signals are images one pixel high. A kernel that looks like what you seek is called a
# *[matched filter](glossary.md#matched-filter)*. The electrocardiograms here are
# simulated: five bumps for each beat, a slow wander, and noise. One kernel is the very spike that drew the
# beats. Nobody has that for a patient, so it is the best case. Beside it stands a crude one, a narrow block.
# Both have their mean taken off, so that a constant under the signal drops out.


# %%
from scipy.signal import find_peaks

from dlcourse import data
from dlcourse.data import rhythms

strips = data.ecg_strips(20, np.random.default_rng(0), kinds="normal", rate=250, noise=0.5)
t = np.arange(-12, 13) / 250  # seconds: 25 samples, a tenth of a second
kernels = np.stack([rhythms.one_beat(t), np.abs(t) < 0.013])[:, None]  # (2, 1, 25)
kernels = kernels - kernels.mean(axis=2, keepdims=True)
responses = ref.conv1d(strips.X.astype(float), kernels, padding=12)  # (20, 2, 2500)


def found(z, beats):
    """Return the share of beats within 20 ms of one of as many highest peaks."""
    peaks, _ = find_peaks(z, distance=75)  # at least 0.3 s apart
    highest = peaks[np.argsort(z[peaks])[-len(beats) :]] / 250
    return np.mean([np.abs(highest - beat).min() < 0.02 for beat in beats])


signals = {"raw": strips.X[:, 0], "spike": responses[:, 0], "block": responses[:, 1]}
shares = {}
print("beats found, mean ± SD of 20 signals")
for name, rows in signals.items():
    shares[name] = np.array([found(z, b) for z, b in zip(rows, strips.beats, strict=True)])
    print(f"{name:6} {shares[name].mean():.2f} ± {shares[name].std():.2f}")
more = shares["spike"] - shares["block"]
half = 2.09 * more.std(ddof=1) / 20**0.5  # of the 95 % interval
print(f"spike minus block, signal by signal: {more.mean():.2f} ± {half:.2f}")

# %% folded=true
figure, (top, bottom) = plots.subplots(2, 1, width=7.2, height=4.4, sharex=True)
seconds, early = np.arange(1250) / 250, strips.beats[0][strips.beats[0] < 5]
top.plot(seconds, strips.X[0, 0, :1250], lw=1)
bottom.plot(seconds, responses[0, 0, :1250], lw=1.2, color=plots.VERMILLION)
for ax in (top, bottom):
    ax.plot(early, np.full(len(early), ax.get_ylim()[1]), "v", color="black", ms=8)
top.set_ylabel("signal (mV)")
bottom.set(xlabel="time (s); triangles: true beats", ylabel="response")
plots.show(
    figure,
    f"Five seconds of the first signal, and the response of the kernel that is the true spike: at most "
    f"{responses[0, 0, :1250].max():.1f}. {len(early)} true beats are marked.",
)

# %% [markdown]
# The crude block helps nearly as much: the exact shape adds 0.03 ± 0.02. In unit 16 a network learns such
# kernels.

# %% [markdown]
# ## Sitting 3 · To size a network
#
# **How far does one number of the last map see, and what is the price of its steps?**
#
# *Read in 30 minutes.* Run the cells of sitting 1 first.
#
# ### The receptive field of two layers
#
# A number of the first map sees 3 × 3 pixels. A number of the second map sees 3 × 3 numbers of the first. How
# many pixels is that? Along one axis the middle one of the three sees pixels −1, 0, 1. Its left neighbour sees −2, −1,
# 0, its right one 0, 1, 2. Together: −2 to 2, which is 5.
#
# So every further layer of 3 × 3 adds one pixel on each side. After a pooling by 2, neighbours lie two pixels apart,
# and a layer adds two. In general, with $k_t$ the kernel's size in layer $t$ and $s_1, s_2, \dots$ the strides,
#
# $$\text{field} = 1 + \sum_t (k_t - 1)\; s_1 s_2 \cdots s_{t-1}$$
#
# This is the [receptive field](glossary.md#receptive-field). To check it: the gradient of one output is not 0 exactly
# where it sees. *Predict:* three layers of 3 × 3, and two with a pooling by 2 between them: how many pixels wide?


# %%
def field(*layers):
    """Return in how many ways each of 15 × 15 pixels reaches the middle output of some layers."""
    x = torch.zeros(1, 1, 15, 15, dtype=torch.float64, requires_grad=True)
    y = x
    for k, stride in layers:
        y = F.conv2d(y, torch.ones(1, 1, k, k, dtype=torch.float64), stride=stride)
    middle = y.shape[3] // 2
    (gradient,) = torch.autograd.grad(y[0, 0, middle, middle], x)
    return gradient[0, 0].numpy()


def width(layers):
    """Return how many pixels wide an output of some layers sees, by the formula."""
    wide, step = 1, 1
    for k, stride in layers:
        wide, step = wide + (k - 1) * step, step * stride
    return wide


STACKS = {
    "one layer": [(3, 1)], "two layers": [(3, 1)] * 2, "three layers": [(3, 1)] * 3,
    "pooling between two": [(3, 1), (2, 2), (3, 1)],
}  # fmt: skip
for name, layers in STACKS.items():
    assert (field(*layers) > 0).sum() == width(layers) ** 2
    print(f"{name:20} sees {width(layers)} × {width(layers)}")


# %% folded=true
def draw_field(layers="two layers"):
    ways = field(*STACKS[layers])
    figure, (left, right) = plots.subplots(1, 2, width=6.6, height=3.5)
    rows, columns = np.nonzero(ways)
    corners = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    plots.heat.film(
        left, 1 - np.pad(X[3, 0].numpy(), ((1, 2), (2, 1))), "a digit, and what is seen of it"
    )
    plots.heat.boxes(left, [corners], plots.VERMILLION, lw=3)
    plots.heat.heat(right, ways, "ways from each pixel")
    plots.numbers(right, np.where(ways > 0, ways, np.nan), 8)
    return figure, (
        f"{layers.capitalize()}: the middle output sees {np.ptp(rows) + 1} by {np.ptp(columns) + 1} pixels. "
        f"From the middle pixel {ways.max():.0f} ways lead to it, from the corner of the field "
        f"{ways[rows.min(), columns.min()]:.0f}."
    )


explore(draw_field, layers=list(STACKS))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 7 and 8. With kernels of ones, as here, the middle of a field counts most: from there many ways lead to the output, from
# its corner one.
# </details>
#
# ### Three small kernels, or one large one?
#
# Three layers of 3 × 3 see 7 × 7 pixels. One layer of 7 × 7 does too. Let both lead from $C$ channels to $C$. A kernel
# of $k \times k$ has $C k^2$ weights, and a layer has $C$ kernels: $C^2 k^2$.
#
# - one layer of 7 × 7: $49\,C^2$;
# - three layers of 3 × 3: $3 \cdot 9\,C^2 = 27\,C^2$, and three activation functions instead of one.
#
# So the small ones see as far for little more than half of the work.
#
# ### Few parameters are not few operations
#
# A kernel's few weights are used at every place. Each use is a product added to a sum, a
# *[multiply-add](glossary.md#multiply-add)*. *Predict:* the networks of sitting 1 have the same number of parameters.
# How many times more multiply-adds have the CNNs than the dense one?


# %%
from dlcourse.architectures import count_macs  # unit 10 writes it

for name, network in {"dense": dense, "flatten, pooling": cnn, "maximum": anywhere}.items():
    count = sum(p.numel() for p in network.parameters())
    print(f"{name:16} {count:,} parameters, {count_macs(network, X[:1]):7,} multiply-adds")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# With pooling 13 times as many, without pooling 136 times.
# </details>
#
# ### A recipe
#
# 1. **3 × 3, stride 1, padding 1.** The map keeps its size, so you need not count pixels.
# 2. **Halve the map, double the channels.** A quarter of the places, four times as many weights: from the second stage
#    on, each costs the same. (The first reads three channels only.)
# 3. **Go on** until a number of the last map sees as much as the question needs.
# 4. **One number for each map**, and one dense layer.
# 5. **Bump the images in training**, because of the halving.
#
# Four such stages for the temple:

# %%
parts, before, side = [], 3, 224
for stage, after in enumerate([16, 32, 64, 128], start=1):
    parts += [nn.Conv2d(before, after, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    work = side**2 * after * before * 9 / 1e6
    sees = width([(3, 1), (2, 2)] * stage)
    print(f"stage {stage}: {side:3} × {side:3}, {work:.0f} million multiply-adds, then sees {sees}")
    before, side = after, side // 2
sized = nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(128, 2))
photo = torch.tensor(colour).float().permute(2, 0, 1)[None]
print(f"all: {count_macs(sized, photo):,} multiply-adds to {sized(photo).shape[1]} logits")

# %% [markdown]
# If 46 of the temple's 224 pixels are too few, add a stage: 94.
#
# ### The price of steps
#
# A convolution is equivariant: its map moves along. What do stride, pooling and the frame do to that?
#
# **Move** the digit. Left: the map of the digit in place, moved along. Middle: the map of the moved digit. Right: their
# difference; white means equivariant. (For odd moves of a map half as large, the better neighbour counts.) *Predict* for
# moves of 1 and 2, and for each layer.

# %% folded=true
canvas = np.pad(X[3, 0].numpy(), 2)  # (16, 16)
LAYERS = {
    "convolution": lambda x: ref.relu(ref.conv2d(x, SOBEL[None, None], padding=1)),
    "with stride 2": lambda x: ref.relu(ref.conv2d(x, SOBEL[None, None], stride=2, padding=1)),
    "with max pooling": lambda x: ref.max_pool2d(LAYERS["convolution"](x), 2),
    "on light paper": lambda x: ref.relu(ref.conv2d(1 - x, SOBEL[None, None], padding=1)),
}


def compare_moved(layer, by):
    """Return the map moved along, the moved image's map, and the difference's relative size."""
    still = LAYERS[layer](canvas[None, None])[0, 0]
    moved = LAYERS[layer](np.roll(canvas, by, axis=1)[None, None])[0, 0]
    shrink = 16 // still.shape[1]
    along = [np.roll(still, k, axis=1) for k in (by // shrink, -(-by // shrink))]
    nearest = min(along, key=lambda a: np.linalg.norm(moved - a))
    return nearest, moved, np.linalg.norm(moved - nearest) / np.linalg.norm(still)


def draw_moved(layer="with max pooling", move=1):
    along, moved, error = compare_moved(layer, move)
    figure, panels = plots.subplots(1, 3, width=7.6, height=3.1)
    words = ("map, moved along", f"map of image\nmoved by {move}", "difference")
    for ax, grid, word in zip(panels, (along, moved, moved - along), words, strict=True):
        plots.heat.heat(ax, grid, word, along.max())
    return figure, (
        f"Layer: {layer}, moved by {move}. The difference is {error:.0%} as large as the map."
    )


explore(draw_moved, layer=list(LAYERS), move=(-3, 3))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# White for the convolution. Stride and pooling keep only moves that are multiples of their step. On light paper the
# frame of zeros is an edge that stays while the digit moves.
# </details>
#
# Azulay and Weiss (2019) found the same in large networks: pooling softens a move, and does not remove it.
#
# ### Step or size?
#
# Was it the pooling that harmed the maximum, or its step? And do the flattening networks have too few maps? Three more
# networks, five runs each:

# %%
print("after                      0 px         1 px         2 px")
for name in ["maximum, pooling by 1", "flatten, 32 maps", "flatten, pooling, 32 maps"]:
    print(five(name))

# %% [markdown]
# The step: with a pooling whose window moves by 1, the maximum keeps 0.94. And with 32 maps, as many as the maximum gets,
# flattening reads no more at one pixel than before.
#
# ### Bumps in training
#
# Now each batch is bumped by up to one pixel in training. *Predict* what that does at one pixel, and at two.

# %%
print("after                      0 px         1 px         2 px")
for name in ["dense", "flatten", "flatten, pooling", "maximum", "maximum, pooling"]:
    print(five(name, "bumped"))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# It helps: at one pixel the CNNs read 0.91 to 0.98. Two pixels were not in the lesson. There the maximum without steps
# keeps 0.97, with pooling by 2 it has 0.70, and flattening 0.42 and 0.58. The dense network has to learn every
# position by itself, and reads fewer digits in the middle, too: 0.90 instead of 0.96.
# </details>

# %% [markdown]
# ## Sitting 4 · To go backward through a convolution
#
# **A weight is used at a thousand places. Which gradient does it get?**
#
# *Read in 25 minutes.* Run the cells of sitting 1 first.
#
# ### With four outputs, in numbers
#
# An image of 3 × 3, a kernel of 2 × 2, no bias. The four outputs are
#
# $$\begin{aligned}
# y_{0,0}&=w_{0,0}x_{0,0}+w_{0,1}x_{0,1}+w_{1,0}x_{1,0}+w_{1,1}x_{1,1}\\
# y_{0,1}&=w_{0,0}x_{0,1}+w_{0,1}x_{0,2}+w_{1,0}x_{1,1}+w_{1,1}x_{1,2}\\
# y_{1,0}&=w_{0,0}x_{1,0}+w_{0,1}x_{1,1}+w_{1,0}x_{2,0}+w_{1,1}x_{2,1}\\
# y_{1,1}&=w_{0,0}x_{1,1}+w_{0,1}x_{1,2}+w_{1,0}x_{2,1}+w_{1,1}x_{2,2}
# \end{aligned}$$
#
# From above arrives $G_{r,c} = \partial L/\partial y_{r,c}$, the gradient with respect to each output. The chain rule multiplies
# along a path and adds over paths.
#
# **One weight.** $w_{0,0}$ stands in all four lines, each time before another pixel. So it collects four
# products:
#
# $$\frac{\partial L}{\partial w_{0,0}} =G_{0,0}x_{0,0}+G_{0,1}x_{0,1}+G_{1,0}x_{1,0}+G_{1,1}x_{1,1}$$
#
# That is $G$, laid on the upper left corner of the image like a kernel. For $w_{0,1}$ it lies one column further right.
#
# **One pixel.** $x_{0,1}$ stands in two lines only: in $y_{0,0}$ behind $w_{0,1}$, and in $y_{0,1}$ behind
# $w_{0,0}$. So
#
# $$\frac{\partial L}{\partial x_{0,1}} = G_{0,0}\,w_{0,1} + G_{0,1}\,w_{0,0}$$
#
# *Predict*, with the numbers below: the gradients with respect to $w_{0,0}$ and to $x_{0,1}$.

# %%
x = torch.tensor([[1.0, 2, 0], [0, 1, 3], [2, 0, 1]], dtype=torch.float64, requires_grad=True)
w = torch.tensor([[1.0, -1], [2, 0]], dtype=torch.float64, requires_grad=True)
G = torch.tensor([[1.0, 2], [0, -1]], dtype=torch.float64)
F.conv2d(x[None, None], w[None, None])[0, 0].backward(G)
print("weights:", w.grad.tolist())
print("pixels: ", x.grad.tolist())

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# $$1\cdot1+2\cdot2+0\cdot0-1\cdot1=4$$
#
# $$1\cdot(-1)+2\cdot1=1$$
# </details>
#
# ### The stamp
#
# Output $(r, c)$ saw a window of pixels through the kernel. Going back it leaves $G_{r,c}$ times the whole kernel on
# them, like a stamp. Where stamps overlap, they add. The four lines above are a matrix of 4 × 9 times the nine
# pixels, and the way back is its transpose times the four $G$. Hence the standard name,
# [transposed convolution](glossary.md#transposed-convolution); unit 13 enlarges maps with it.
#
# Two outputs have the gradient 1, all others 0. **Move** the second one. *Predict* first: at row 0, column 1,
# what do the six pixels of the top row get?


# %% folded=true
def draw_stamps(row=1, column=2):
    G = np.zeros((4, 4))
    G[0, 0] = 1
    G[row, column] += 1
    stamp = np.arange(1.0, 10).reshape(3, 3)
    gradient = ref.conv_transpose2d(G[None, None], stamp[None, None])[0, 0]
    figure, panels = plots.subplots(1, 3, width=7.6, height=3.1)
    words = ["outputs'\ngradient", "kernel", "pixels'\ngradient"]
    for ax, grid, word, size in zip(panels, (G, stamp, gradient), words, (18, 18, 14), strict=True):
        plots.heat.heat(ax, grid, word, 2 * grid.max())
        plots.numbers(ax, grid, size)
    return figure, (
        f"Two outputs have the gradient 1: row 0, column 0, and row {row}, column {column}. The kernel "
        f"holds 1 to 9. The pixels' gradients reach {gradient.max():.0f} and sum to {gradient.sum():.0f}; "
        f"{(gradient > 0).sum()} of 36 pixels get one."
    )


explore(draw_stamps, row=(0, 3), column=(0, 3))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 1, 3, 5, 3, 0 and 0: the stamp's first row, 1, 2, 3, twice, one column apart.
# </details>
#
# ### In general
#
# With images $n$, kernels $f$, channels $k$ and stride 1, the same two sums:
#
# $$\frac{\partial L}{\partial w_{f,k,i,j}} = \sum_{n,r,c} G_{n,f,r,c}\;x_{n,k,r+i,c+j}$$
#
# $$\frac{\partial L}{\partial x_{n,k,u,v}} = \sum_{f,i,j} G_{n,f,u-i,v-j}\;w_{f,k,i,j}$$
#
# A bias is added at every place of its map, so its gradient is the sum of $G$ over images, rows and columns.
# Only the pixels' sum has minus signs. In NumPy go through all weights, and let each do all places of all images at
# once:


# %%
def backward(G, x, w):
    """Return the gradients with respect to image, kernels and biases, for stride 1, no padding."""
    rows, columns = G.shape[2:]
    grad_x, grad_w = np.zeros_like(x), np.zeros_like(w)
    for f, k, i, j in np.ndindex(w.shape):
        met = np.s_[:, k, i : i + rows, j : j + columns]  # all pixels that this weight met
        grad_w[f, k, i, j] = (G[:, f] * x[met]).sum()
        grad_x[met] += G[:, f] * w[f, k, i, j]
    return grad_x, grad_w, G.sum(axis=(0, 2, 3))


rng = np.random.default_rng(0)
x, w, b = rng.normal(size=(2, 3, 7, 6)), rng.normal(size=(4, 3, 3, 3)), rng.normal(size=4)
tensors = [torch.tensor(a, requires_grad=True) for a in (x, w, b)]
out = F.conv2d(*tensors)
G = rng.normal(size=out.shape)
out.backward(torch.tensor(G))
for mine, tensor in zip(backward(G, x, w), tensors, strict=True):
    assert np.allclose(mine, tensor.grad)
print("all three gradients agree with torch")

# %% [markdown]
# ### Max pooling
#
# Each window's gradient goes to the pixel that was largest: only it moved the output. *Predict:* what happens
# in a tie? It matters, since after ReLU many windows are all zero.

# %%
tie = torch.tensor([[[[0.0, 0, 1, 5], [0, 0, 5, 2]]]], requires_grad=True)
F.max_pool2d(tie, 2).backward(torch.tensor([[[[10.0, 20.0]]]]))
print(tie.grad[0, 0])
zero = (F.max_pool2d(X[:, :, 2:10, 2:10], 2) == 0).double().mean()
print(f"2 × 2 windows of the digits that are all zero: {zero:.0%}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# torch gives all of it to the first in reading order.
# </details>

# %% [markdown]
# ## Sources
#
# - Fukushima, *Neocognitron* (1980). [doi:10.1007/BF00344251](https://doi.org/10.1007/BF00344251)
# - LeCun and others, *Backpropagation applied to handwritten zip code recognition* (1989).
#   [doi:10.1162/neco.1989.1.4.541](https://doi.org/10.1162/neco.1989.1.4.541)
# - Freeman and Adelson, *The design and use of steerable filters* (1991).
#   [doi:10.1109/34.93808](https://doi.org/10.1109/34.93808)
# - Dumoulin and Visin, *A guide to convolution arithmetic for deep learning* (2016).
#   [doi:10.48550/arXiv.1603.07285](https://doi.org/10.48550/arXiv.1603.07285)
# - Azulay and Weiss, *Why do deep convolutional networks generalize so poorly to small image
#   transformations?* (2019), no DOI.
# - Zhang, *Making convolutional networks shift-invariant again* (2019), no DOI: blur before each step.
# - Islam, Jia and Bruce, *How much position information do convolutional neural networks encode?*
#   (2020), no DOI.
# - Photographs: `china.jpg` by danielbuechele and `flower.jpg` by vultilion, CC BY 2.0, as shipped with
#   scikit-learn. Digits: Alpaydin and Kaynak (1998), UCI.
#   [doi:10.24432/C50P49](https://doi.org/10.24432/C50P49)
#
# <details><summary><b>Errata of our sources</b></summary>
#
# - A drawing of a filter has sigmoid(10 + 10 + 20) = 0.9 and, one place further, sigmoid(9 + 12 + 10) = 0.8. Both
#   are 1 to thirteen digits: the drawing is schematic.
# - "Pooling provides spatial invariance": it softens a shift and does not remove it (sitting 3).
# - The kernel [[1, 0, −1], [0, 0, 0], [−1, 0, 1]] is listed as an edge detector. It is blind to upright and level
#   edges; it answers to corners and slanting ones (sitting 2).
# </details>
