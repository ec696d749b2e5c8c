"""A convolution as one small Triton kernel: each program makes a tile of places by features.

It is a matrix product whose left matrix, all windows of the image, is never written down: each tile
of it is gathered from the image when it is needed. Importing this file needs Triton.
"""

import torch
import triton
import triton.language as tl


@triton.jit
def _tile(
    x_at, w_at, y_at, n_places, channels, height, width, features, out_h, out_w, padding,
    KH: tl.constexpr, KW: tl.constexpr, PLACES: tl.constexpr, FEATURES: tl.constexpr,
    TAPS: tl.constexpr,
):  # fmt: skip
    place = tl.program_id(0) * PLACES + tl.arange(0, PLACES)
    feature = tl.program_id(1) * FEATURES + tl.arange(0, FEATURES)
    image, row, column = place // (out_h * out_w), place // out_w % out_h, place % out_w
    taps = channels * KH * KW
    total = tl.zeros((PLACES, FEATURES), dtype=tl.float32)
    for start in range(0, taps, TAPS):
        tap = start + tl.arange(0, TAPS)
        channel, i, j = tap // (KH * KW), tap // KW % KH, tap % KW
        r = row[:, None] + i[None, :] - padding  # (places, taps)
        c = column[:, None] + j[None, :] - padding
        seen = (place[:, None] < n_places) & (tap[None, :] < taps)
        seen = seen & (r >= 0) & (r < height) & (c >= 0) & (c < width)
        pixel = ((image[:, None] * channels + channel[None, :]) * height + r) * width + c
        windows = tl.load(x_at + pixel, mask=seen, other=0.0)
        known = (tap[:, None] < taps) & (feature[None, :] < features)
        weight = tl.load(w_at + feature[None, :] * taps + tap[:, None], mask=known, other=0.0)
        total += tl.dot(windows, weight, input_precision="ieee")  # no TF32
    to = (image[:, None] * features + feature[None, :]) * out_h * out_w
    to += row[:, None] * out_w + column[:, None]
    kept = (place[:, None] < n_places) & (feature[None, :] < features)
    tl.store(y_at + to, total, mask=kept)


def conv2d(input, weight, padding=0, places=64, features=32, taps=32):
    """Return the convolution of float32 images with stride 1 and no bias, forward only.

    Parameters
    ----------
    input : (batch, in_channels, height, width)
    weight : (out_channels, in_channels, kh, kw)
    padding : zeros on each side
    places, features, taps : the size of a tile, powers of two from 16 on

    Raises
    ------
    ValueError
        If something else than float32 is given, or the channels do not match.
    """
    if input.dtype != torch.float32 or weight.dtype != torch.float32:
        raise ValueError(f"input, weight: found {input.dtype}, {weight.dtype}; needed float32")
    if input.shape[1] != weight.shape[1]:
        raise ValueError(f"weight: found {weight.shape[1]} channels; needed {input.shape[1]}")
    (n, channels, height, width), (out, _, kh, kw) = input.shape, weight.shape
    out_h, out_w = height + 2 * padding - kh + 1, width + 2 * padding - kw + 1
    output = torch.empty(n, out, out_h, out_w, device=input.device)
    n_places = n * out_h * out_w
    grid = (triton.cdiv(n_places, places), triton.cdiv(out, features))
    _tile[grid](
        input.contiguous(), weight.contiguous(), output, n_places, channels, height, width, out,
        out_h, out_w, padding, KH=kh, KW=kw, PLACES=places, FEATURES=features, TAPS=taps,
    )  # fmt: skip
    return output
