"""Top crops: what the images have in common that make one unit answer loudest."""

import numpy as np

from ..validation.descent import whole


def top_crops(maps, field, shape, k=9):
    """Return the boxes in which a unit has seen what it answers loudest to, best first.

    Each image counts once, by the place of its largest answer. The box is what that place
    sees, its receptive field, as far as it lies inside the image.

    Parameters
    ----------
    maps : (n, rows, columns), one unit's maps of n images
    field : ReceptiveField of the layer (``dlcourse.architectures.receptive_field``)
    shape : (height, width) of the images
    k : how many, at most n

    Returns
    -------
    numpy.ndarray
        (k, 5) whole numbers: image, top, left, bottom, right, so that the crop is
        ``X[image, :, top:bottom, left:right]``

    Raises
    ------
    ValueError
        If maps are no stack of maps, or fewer than ``k``.

    Source: Zeiler and Fergus, Visualizing and understanding convolutional networks (2014),
    doi:10.1007/978-3-319-10590-1_53.
    """
    maps = np.asarray(maps)
    if maps.ndim != 3:
        raise ValueError(f"maps have shape {maps.shape}; needed (n, rows, columns)")
    if whole("k", k, 1) > len(maps):
        raise ValueError(f"k is {k}; needed at most the number of images, {len(maps)}")
    flat = maps.reshape(len(maps), -1)
    image = np.argsort(-flat.max(axis=1), kind="stable")[:k]
    place = np.column_stack(np.unravel_index(flat[image].argmax(axis=1), maps.shape[1:]))
    first = np.floor(field.start + place * field.jump - (field.size - 1) / 2).astype(int)
    start, end = np.clip(first, 0, shape), np.clip(first + field.size, 0, shape)
    return np.column_stack([image, start, end])
