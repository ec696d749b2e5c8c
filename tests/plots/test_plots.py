"""Figures show the data they were given, say what is on their axes, and tell it in words."""

import base64
import io

import matplotlib.image
import numpy as np
import pytest
from figures import drawn, legend, rendered, texts
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import same_color

from dlcourse import plots
from dlcourse.plots.boundaries import DIVERGING
from dlcourse.training import History

rng = np.random.default_rng(0)


@pytest.fixture
def ax():
    return plots.subplots()[1]


# Decision boundaries.


def diagonal(X):
    return 1 / (1 + np.exp(-4 * (X[:, 0] + X[:, 1])))


def test_the_boundary_lies_where_the_probability_is_a_half(ax):
    X = rng.uniform(-1, 1, (60, 2))
    y = (X.sum(1) > 0).astype(int)
    y[:5] = 1 - y[:5]
    alt = plots.decision_boundary(ax, diagonal, X, y, "radius (mm)", "texture", ("well", "ill"))
    np.testing.assert_array_equal(drawn(ax, "well"), X[y == 0])
    np.testing.assert_array_equal(drawn(ax, "ill"), X[y == 1])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("radius (mm)", "texture")
    assert legend(ax) == ["at 0.1", "at 0.5", "at 0.9", "well", "ill"]
    colorbar = ax.figure.axes[-1]
    assert colorbar.get_ylabel() == "probability of ill"
    (middle,) = [c for c in ax.collections if np.array_equal(c.levels, [0.5])]
    points = np.concatenate([path.vertices for path in middle.get_paths()])
    assert len(points) > 100
    np.testing.assert_allclose(points.sum(axis=1), 0, atol=1e-6)
    assert alt == (
        f"60 points, {(y == 0).sum()} well and {(y == 1).sum()} ill, by radius (mm) and texture. "
        "55 of 60 lie on their side of the line where the probability of ill is 0.5."
    )
    rendered(ax.figure)


def test_classes_differ_in_mark_and_lines_in_style(ax):
    X = np.array([[-1.0, -1.0], [1.0, 1.0]])
    plots.decision_boundary(ax, diagonal, X, [0, 1], "a", "b")
    named = [line for line in ax.lines if not line.get_label().startswith("_")]
    assert len({(line.get_marker(), line.get_linestyle()) for line in named}) == len(named) == 5


def test_a_model_that_never_crosses_a_half_has_no_line(ax):
    plots.decision_boundary(ax, lambda X: np.full(len(X), 0.3), np.eye(2), [0, 1], "a", "b")
    assert legend(ax) == ["benign", "malignant"]


@pytest.mark.parametrize(
    ("X", "y", "model", "message"),
    [
        (np.zeros((3, 3)), [0, 1, 0], diagonal, r"X has shape \(3, 3\)"),
        (np.eye(2), [0, 1, 0], diagonal, r"y \(3,\)"),
        (np.eye(2), [0, 2], diagonal, r"with \[0 2\]; needed .* with 0 and 1"),
        (np.eye(2), [0, 1], lambda X: X, r"probability returned shape .*; needed"),
    ],
)
def test_a_boundary_refuses_what_does_not_fit(X, y, model, message, ax):
    with pytest.raises(ValueError, match=message):
        plots.decision_boundary(ax, model, X, y, "a", "b")


# Learning curves.


def some_history(validation=True):
    history = History()
    for training, held_out in ((0.7, 0.8), (0.5, 0.6), (0.3, 0.65), (0.1, 0.9)):
        numbers = {"loss": held_out, "accuracy": 1 - held_out}
        history.add(
            0.1, {"loss": training, "accuracy": 1 - training}, numbers if validation else {}
        )
    return history


def test_learning_curves_count_epochs_from_1_and_mark_the_best(ax):
    alt = plots.learning_curves(ax, some_history())
    np.testing.assert_allclose(drawn(ax, "training"), [[1, 0.7], [2, 0.5], [3, 0.3], [4, 0.1]])
    np.testing.assert_allclose(drawn(ax, "validation"), [[1, 0.8], [2, 0.6], [3, 0.65], [4, 0.9]])
    np.testing.assert_allclose(drawn(ax, "best epoch, 2"), [[2, 0.6]])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss")
    assert all(tick == int(tick) for tick in ax.get_xticks())
    assert alt == (
        "Over 4 epochs training loss goes from 0.7 to 0.1; validation loss goes from 0.8 to 0.9; "
        "the best epoch, 2, has a validation loss of 0.6."
    )
    training, validation = ax.lines[:2]
    assert training.get_linestyle() != validation.get_linestyle()
    rendered(ax.figure)


def test_a_metric_is_marked_at_the_epoch_of_the_lowest_loss(ax):
    plots.learning_curves(ax, some_history(), "accuracy")
    np.testing.assert_allclose(drawn(ax, "best epoch, 2"), [[2, 0.4]])
    assert ax.get_ylabel() == "accuracy"


def test_without_validation_there_is_one_curve(ax):
    alt = plots.learning_curves(ax, some_history(validation=False))
    assert legend(ax) == ["training"]
    assert alt == "Over 4 epochs training loss goes from 0.7 to 0.1."


def test_an_unknown_measure_is_named(ax):
    with pytest.raises(ValueError, match=r"history has \['accuracy', 'loss'\].*needed 'auc'"):
        plots.learning_curves(ax, some_history(), "auc")
    with pytest.raises(ValueError, match=r"history has \[\]"):
        plots.learning_curves(ax, History())


# Activations.


def test_histograms_hold_all_activations_on_one_scale():
    layers = [("first", rng.normal(size=(50, 8))), ("second", 0.1 * rng.normal(size=(50, 4)))]
    figure, alt = plots.activation_histograms(layers, bins=20)
    panels = figure.axes
    edges = []
    for ax, (name, values) in zip(panels, layers, strict=True):
        shown = ax.patches[0].get_data()
        counts = np.histogram(values, shown.edges)[0]
        assert counts.sum() == values.size
        np.testing.assert_allclose(shown.values, counts / counts.max())
        assert ax.get_title().split("\n") == [name, f"SD {values.std():.2g}"]
        assert f"{name} {values.std():.2g}" in alt
        edges.append(shown.edges)
    np.testing.assert_array_equal(*edges)
    assert figure.get_supxlabel() == "activation" and figure.get_supylabel() == "count / peak"
    rendered(figure)


def test_what_lies_outside_is_told():
    figure, alt = plots.activation_histograms([("a", [0.1, 0.2, 5.0, np.nan])], span=(0, 1))
    assert "50% outside" in figure.axes[0].get_title() and "50% outside" in alt


def test_panels_are_as_many_as_layers():
    figure, _ = plots.activation_histograms([(f"layer {i}", np.arange(3.0)) for i in range(7)])
    assert [ax.get_title().split("\n")[0] for ax in figure.axes] == [f"layer {i}" for i in range(7)]


@pytest.mark.parametrize(
    ("layers", "message"),
    [([], "layers is empty"), ([("a", []), ("b", [1])], "'a' holds no finite number")],
)
def test_histograms_refuse_nothing_to_draw(layers, message):
    with pytest.raises(ValueError, match=message):
        plots.activation_histograms(layers)


# Feature maps and kernels.


def test_feature_maps_share_one_scale_of_grey():
    maps = rng.normal(size=(7, 5, 4))
    figure, alt = plots.feature_maps(maps)
    *panels, colorbar = figure.axes
    assert [ax.get_title() for ax in panels] == [f"map {i}" for i in range(7)]
    for ax, image in zip(panels, maps, strict=True):
        np.testing.assert_array_equal(ax.images[0].get_array(), image)
        assert ax.images[0].get_clim() == (maps.min(), maps.max())
    assert colorbar.get_ylabel() == "activation"
    row, column = np.unravel_index(maps[2].argmax(), (5, 4))
    assert alt.startswith("7 maps of 5 by 4: ")
    assert f"map 2 is largest, {maps[2].max():.2g}, at row {row}, column {column}" in alt
    rendered(figure)


def test_feature_maps_may_each_have_their_own_scale():
    maps = np.stack([np.eye(3), 10 * np.eye(3)])
    figure, _ = plots.feature_maps(maps, ["small", "large"], shared=False)
    assert [ax.images[0].get_clim() for ax in figure.axes] == [(0, 1), (0, 10)]
    assert [ax.get_xlabel() for ax in figure.axes] == ["0 to 1", "0 to 10"]


def test_small_kernels_show_their_weights_as_numbers():
    kernels = np.array([[[0, 1, 0], [1, -4, 1], [0, 1, 0]], np.full((3, 3), 1 / 9)])
    figure, alt = plots.kernel_grid(kernels, ["edge", "blur"])
    edge, blur, colorbar = figure.axes
    assert texts(edge) == ["0", "1", "0", "1", "-4", "1", "0", "1", "0"]
    assert texts(blur) == ["0.11"] * 9
    assert edge.images[0].get_clim() == blur.images[0].get_clim() == (-4, 4)
    assert colorbar.get_ylabel() == "weight"
    assert alt == ("2 kernels of 3 by 3: edge from -4 to 1, sum 0; blur from 0.11 to 0.11, sum 1.")
    rendered(figure)


def test_many_kernels_show_the_sign_without_colour():
    kernels = rng.normal(size=(16, 5, 5))
    figure, alt = plots.kernel_grid(kernels, columns=8)
    for ax, kernel in zip(figure.axes, kernels, strict=False):
        assert [text == "−" for text in texts(ax)] == (kernel.ravel() < 0).tolist()
    low, high = kernels.min(), kernels.max()
    assert alt == f"16 kernels of 5 by 5: weights go from {low:.2g} to {high:.2g}."


def greys(ax, column, row, across):
    """Return the range of grey in a square around a place of an image, ``across`` pixels wide."""
    picture = np.asarray(ax.figure.canvas.buffer_rgba())[::-1, :, :3] / 255
    ends = ax.transData.transform([[column - across / 2, row + across / 2],
                                   [column + across / 2, row - across / 2]])  # fmt: skip
    (left, low), (right, high) = ends.round().astype(int)
    return np.ptp(picture[low:high, left:right].mean(axis=2))


def test_numbers_stand_in_their_pixels_and_stand_out():
    grid = np.array([[4.0, -4.0, np.nan], [0.0, 1.5, 2.0]])
    figure, ax = plots.subplots()
    FigureCanvasAgg(figure)
    ax.imshow(grid, cmap=DIVERGING, vmin=-4, vmax=4)
    ax.grid(False)
    plots.numbers(ax, grid, 20)
    figure.canvas.draw()
    white = [same_color(c, "white") for c in ax.collections[0].get_facecolors()]
    assert white == [False, True, False, False, False]  # on blue
    for row, column in np.argwhere(np.isfinite(grid)):
        assert greys(ax, column, row, 0.5) > 0.3
    assert greys(ax, 2, 0, 0.5) < 0.01
    for edge in (-0.4, 0.4):
        assert greys(ax, 1, 1 + edge, 0.1) < 0.01


@pytest.mark.parametrize("draw", [plots.feature_maps, plots.kernel_grid])
def test_grids_refuse_what_does_not_fit(draw):
    with pytest.raises(ValueError, match=r"has shape \(3, 3\); needed \(n, height, width\)"):
        draw(np.eye(3))
    with pytest.raises(ValueError, match="names has 1 entries; needed one per image, 2"):
        draw(np.zeros((2, 3, 3)), ["one"])


# All of them.


def luminance(colour):
    """Return WCAG 2's relative luminance of a colour in hex."""
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("colour", [plots.BLUE, plots.VERMILLION, plots.GREY])
def test_lines_and_labels_stand_out_from_white(colour):
    contrast = 1.05 / (luminance(colour) + 0.05)
    assert contrast >= 3, f"{contrast:.2f}; WCAG 2.1 asks for 3 of graphics"


def test_the_sign_of_a_weight_is_one_of_the_palettes_two_colours():
    from dlcourse.plots.boundaries import DIVERGING

    assert same_color(DIVERGING(0.0), plots.BLUE) and same_color(DIVERGING(1.0), plots.VERMILLION)
    assert min(DIVERGING(0.5)) > 0.98


def test_a_figure_brings_its_white_paper_along(ax):
    png = plots.show(ax.figure, "").png
    pixels = matplotlib.image.imread(io.BytesIO(base64.b64decode(png)))
    # Black on transparent would be black on the black of a dark page.
    assert (pixels[0, 0] == 1).all() and (pixels[..., 3] == 1).all()
