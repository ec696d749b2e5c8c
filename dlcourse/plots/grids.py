"""Grids of small images: what a convolution looks for, and where it finds it."""

import math

import numpy as np

from .boundaries import DIVERGING
from .style import subplots
from .written import legible

SPACE_FOR_NUMBERS = 16  # cells across the figure, beyond which numbers would overlap
MOST_LISTED = 8  # parts that a sentence names one by one


def feature_maps(maps, names=None, columns=6, shared=True):
    """Draw the maps of one image side by side, in grey.

    Parameters
    ----------
    maps : (channels, height, width)
    names : one per map; by default "map 0", "map 1" ...
    columns : maps in a row, at most
    shared : bool
        One scale of grey for all, with a bar; or to each its own, with its range below.

    Returns
    -------
    A figure, and a sentence with the numbers, for the alt text
    """
    maps = _stack("maps", maps)
    figure, axes, names = _panels(maps, names, "map", columns)
    for ax, image in zip(axes, maps, strict=True):
        limits = {"vmin": maps.min(), "vmax": maps.max()} if shared else {}
        drawn = ax.imshow(image, cmap="gray", **limits)
        if not shared:
            ax.set_xlabel(f"{image.min():.2g} to {image.max():.2g}", fontsize=10)
    if shared:
        figure.colorbar(drawn, ax=axes, label="activation", shrink=0.8)
    parts = []
    for name, image in zip(names, maps, strict=True):
        row, column = np.unravel_index(image.argmax(), image.shape)
        parts.append(f"{name} is largest, {image.max():.2g}, at row {row}, column {column}")
    size = f"{maps.shape[1]} by {maps.shape[2]}"
    found = _listed(parts, f"activations go from {maps.min():.2g} to {maps.max():.2g}")
    return figure, f"{len(maps)} maps of {size}: {found}."


def kernel_grid(kernels, names=None, columns=6):
    """Draw kernels side by side: vermillion and bare above 0, blue with a minus below.

    Where there is room the weights themselves are written into the cells.

    Parameters
    ----------
    kernels : (n, height, width), such as ``weight[:, 0]`` of a convolution
    names : one per kernel; by default "kernel 0", "kernel 1" ...
    columns : kernels in a row, at most

    Returns
    -------
    A figure, and a sentence with the numbers, for the alt text
    """
    kernels = _stack("kernels", kernels)
    figure, axes, names = _panels(kernels, names, "kernel", columns)
    largest = np.abs(kernels).max() or 1.0
    numbers = min(columns, len(kernels)) * kernels.shape[2] <= SPACE_FOR_NUMBERS
    for ax, kernel in zip(axes, kernels, strict=True):
        drawn = ax.imshow(kernel, cmap=DIVERGING, vmin=-largest, vmax=largest)
        for (row, column), weight in np.ndenumerate(kernel):
            text = f"{weight:.2g}" if numbers else "−" if weight < 0 else ""
            colour = legible(drawn.to_rgba(weight))
            ax.text(column, row, text, ha="center", va="center", fontsize=9, color=colour)
    figure.colorbar(drawn, ax=axes, label="weight", shrink=0.8)
    parts = [
        f"{name} from {k.min():.2g} to {k.max():.2g}, sum {k.sum():.2g}"
        for name, k in zip(names, kernels, strict=True)
    ]
    size = f"{kernels.shape[1]} by {kernels.shape[2]}"
    found = _listed(parts, f"weights go from {kernels.min():.2g} to {kernels.max():.2g}")
    return figure, f"{len(kernels)} kernels of {size}: {found}."


def _listed(parts, whole):
    """Return what there is to say about each part; of many parts, only about the whole."""
    return "; ".join(parts) if len(parts) <= MOST_LISTED else whole


def _stack(name, images):
    images = np.asarray(images, float)
    if images.ndim != 3 or 0 in images.shape:
        raise ValueError(f"{name} has shape {images.shape}; needed (n, height, width), n > 0")
    return images


def _panels(images, names, kind, columns):
    """Return a figure, as many bare axes as images, and their names."""
    names = [f"{kind} {i}" for i in range(len(images))] if names is None else list(names)
    if len(names) != len(images):
        raise ValueError(f"names has {len(names)} entries; needed one per image, {len(images)}")
    rows = math.ceil(len(images) / columns)
    columns = math.ceil(len(images) / rows)  # 8 maps in two rows of 4, not 6 and 2
    height = 0.5 + rows * (6.0 / columns * images.shape[1] / images.shape[2] + 0.35)
    figure, axes = subplots(rows, columns, width=7.6, height=height, squeeze=False)
    for ax in axes.flat[len(images) :]:
        ax.remove()
    axes = list(axes.flat[: len(images)])
    for ax, name in zip(axes, names, strict=True):
        ax.set(title=name, xticks=[], yticks=[])
        ax.title.set_size(11)
        ax.grid(False)
    return figure, axes, names
