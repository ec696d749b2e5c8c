"""Paths of descent, networks and graphs show the numbers they were given."""

import numpy as np
import pytest
from figures import drawn, rendered, texts

from dlcourse import plots


@pytest.fixture
def ax():
    return plots.subplots()[1]


# Paths of descent.


def test_a_path_on_a_curve_lies_on_the_curve(ax):
    path = np.array([-2.0, 1.0, -0.5])
    alt = plots.path_1d(ax, np.square, path)
    np.testing.assert_array_equal(drawn(ax, "steps"), np.c_[path, path**2])
    np.testing.assert_array_equal(drawn(ax, "start"), [[-2, 4]])
    np.testing.assert_array_equal(drawn(ax, "end"), [[-0.5, 0.25]])
    curve = ax.lines[0].get_xydata()
    np.testing.assert_allclose(curve[:, 1], curve[:, 0] ** 2)
    assert curve[0, 0] < path.min() and curve[-1, 0] > path.max()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("weight w", "loss")
    assert alt == "In 2 steps from -2, where the loss is 4, to -0.5, where it is 0.25."
    rendered(ax.figure)


def test_a_path_on_a_map(ax):
    def loss(a, b):
        return a**2 + 4 * b**2

    path = np.array([[-2.0, 1.0], [1.0, 0.5], [0.0, 0.5]])
    alt = plots.path_2d(ax, loss, path, span=((-3, 2), (-1, 2)), levels=[1.0, 4.0])
    np.testing.assert_array_equal(drawn(ax, "steps"), path)
    np.testing.assert_array_equal(drawn(ax, "start"), path[:1])
    np.testing.assert_array_equal(drawn(ax, "end"), path[-1:])
    (lines,) = ax.collections
    assert lines.levels.tolist() == [1, 4]
    for level, line in zip(lines.levels, lines.get_paths(), strict=True):
        np.testing.assert_allclose(loss(*line.vertices.T), level, atol=0.05)
    assert ax.get_xlim() == (-3, 2) and ax.get_ylim() == (-1, 2)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("weight w₁", "weight w₂")
    assert alt == "In 2 steps from (-2, 1), loss 8, to (0, 0.5), loss 1."
    rendered(ax.figure)


def test_a_diverging_path_can_be_drawn(ax):
    with np.errstate(over="ignore"):
        alt = plots.path_1d(ax, np.square, np.array([1.0, -1e10, np.inf]), span=(-3, 3))
    assert ax.get_xlim() == (-3, 3) and alt.endswith("to inf, where it is inf.")
    rendered(ax.figure)


def test_paths_refuse_other_shapes(ax):
    with pytest.raises(ValueError, match=r"path has shape \(2, 2\); needed \(steps \+ 1,\)"):
        plots.path_1d(ax, np.square, np.eye(2))
    with pytest.raises(ValueError, match=r"path has shape \(3,\); needed \(steps \+ 1, 2\)"):
        plots.path_2d(ax, np.add, np.zeros(3))
    with pytest.raises(ValueError, match="path holds no finite weight"):
        plots.path_1d(ax, np.square, [np.nan])


# Networks and graphs.


def circles(ax):
    """Return how many circles stand in each column."""
    columns = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    return [columns.count(i) for i in sorted(set(columns))]


def test_a_network_has_a_circle_per_neuron_and_a_line_per_weight(ax):
    alt = plots.network_diagram(ax, [3, 4, 2])
    assert circles(ax) == [3, 4, 2]
    assert len(ax.lines) - 9 == 3 * 4 + 4 * 2
    assert texts(ax) == ["input\n3", "hidden 1\n4", "output\n2"]
    assert alt == (
        "Network of 3 layers: 3 in input, 4 in hidden 1, 2 in output; 26 weights and biases."
    )
    rendered(ax.figure)


def test_large_layers_are_shortened_but_counted(ax):
    alt = plots.network_diagram(ax, [30, 16, 1], ["cells", "hidden", "malignant"], most=8)
    assert circles(ax) == [6, 6, 1]
    assert texts(ax).count("⋮") == 2
    assert "30 in cells, 16 in hidden, 1 in malignant; 513 weights" in alt


def test_thick_lines_weigh_more_and_dashed_ones_are_negative(ax):
    weight = np.array([[4.0, -1.0], [0.0, 2.0]])  # (out, in)
    alt = plots.network_diagram(ax, [2, 2], weights=[weight])
    found = {}
    for line in ax.lines:
        if line.get_marker() != "o":
            (y, z) = line.get_ydata()
            found[int(z < 0), int(y < 0)] = (line.get_linewidth(), line.get_linestyle())
    for index, value in np.ndenumerate(weight):
        width, style = found[index]
        assert width == pytest.approx(0.3 + 3.2 * abs(value) / 4)
        assert style == ("-" if value >= 0 else "--")
    assert alt.endswith("Weights go from -1 to 4; negative ones are dashed.")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sizes": [3]}, r"sizes is \[3\]; needed at least two layers"),
        ({"sizes": [3, 0]}, "of at least one neuron"),
        ({"sizes": [3, 2], "names": ["a"]}, "names has 1 entries; needed one per layer, 2"),
        ({"sizes": [3, 2], "weights": [np.ones((3, 2))]}, r"\[\(3, 2\)\]; needed \[\(2, 3\)\]"),
    ],
)
def test_a_network_that_does_not_fit_is_refused(arguments, message, ax):
    with pytest.raises(ValueError, match=message):
        plots.network_diagram(ax, **arguments)


GRAPH = {"x": (2.0, 6.0), "w": (3.0, 4.0), "product": (6.0, 2.0), "loss": (12.0, 1.0)}
EDGES = [("x", "product", 3.0), ("w", "product", 2.0), ("product", "loss", "double")]


def test_a_graph_shows_values_gradients_and_their_order(ax):
    alt = plots.computation_graph(ax, GRAPH, EDGES)
    places = {
        t.get_text().split("\n")[0]: t.get_position() for t in ax.texts if "\n" in t.get_text()
    }
    assert {name: x for name, (x, _) in places.items()} == {"x": 0, "w": 0, "product": 1, "loss": 2}
    assert places["x"][1] != places["w"][1]
    assert {"x\n2", "product\n6", "∂ 6", "∂ 1", "× 3", "× 2", "double"} <= set(texts(ax))
    arrows = {(patch._posA_posB[0], patch._posA_posB[1]) for patch in ax.patches}
    assert arrows == {(places[a], places[b]) for a, b, _ in EDGES}
    assert "∂: gradient of loss" in texts(ax)[-1]
    assert "product is 6 from x and w, gradient 2. loss is 12 from product, gradient 1." in alt
    rendered(ax.figure)


def test_a_graph_of_values_alone(ax):
    alt = plots.computation_graph(ax, {"a": 1.0, "b": 2.0}, [("a", "b")])
    assert texts(ax) == ["a\n1", "b\n2"]
    assert alt == "a is 1. b is 2 from a."


@pytest.mark.parametrize(
    ("edges", "message"),
    [
        ([("x", "y")], "the edge 'x' to 'y' needs nodes; there are x, w, product, loss"),
        ([("x", "w"), ("w", "x")], "edges run in a circle"),
    ],
)
def test_a_graph_that_makes_no_sense_is_refused(edges, message, ax):
    with pytest.raises(ValueError, match=message):
        plots.computation_graph(ax, GRAPH, edges)
