"""Writes caffe_tiny.h5.gz and caffe_tiny.json: a tiny network in the layout of the released MNC snapshot, and what it
computes. NumPy in float64, NCHW, written from the behaviour of the Caffe layers; no code of this project is used.

  python caffe_oracle.py          (numpy, h5py)
"""
import gzip
import io
import json

import h5py
import numpy as np

WIDTH, CLASSES, MASK, MASK_UNITS, UNITS = 4, 4, 21, 8, 8
STRIDE, P = 16, 28
rng = np.random.default_rng(20260112)


def quantised(deviation, *shape):
    """Multiples of a power of two, so that the file compresses."""
    unit = 2.0 ** np.floor(np.log2(deviation))
    return (np.round(rng.normal(0, deviation, shape) / unit) * unit).astype(np.float32)


BLOCKS = [(1, 2, 1), (2, 2, 2), (3, 3, 4), (4, 3, 8), (5, 3, 8)]
weights = {}


def layer(name, out, *inputs, gain=2.0):
    weights[name] = (quantised(np.sqrt(gain / np.prod(inputs)), out, *inputs), quantised(0.1, out))


channels = 3
for block, convolutions, factor in BLOCKS:
    for i in range(1, convolutions + 1):
        layer(f"conv{block}_{i}", WIDTH * factor, channels, 3, 3)
        channels = WIDTH * factor
layer("rpn_conv_3x3", channels, channels, 3, 3)
layer("rpn_cls_score", 18, channels, 1, 1)
layer("rpn_bbox_pred", 36, channels, 1, 1, gain=0.1)
layer("fc6_maskest", MASK_UNITS, channels * 14 * 14)
layer("mask_pred", MASK * MASK, MASK_UNITS)
for suffix in ("", "_mask"):
    layer("fc6" + suffix, UNITS, channels * 7 * 7)
    layer("fc7" + suffix, UNITS, UNITS)
layer("cls_score", CLASSES, 2 * UNITS)
layer("seg_cls_score", CLASSES, 2 * UNITS)
layer("bbox_pred", 4 * CLASSES, 2 * UNITS, gain=0.05)
assert len(weights) == 25

# ---- the file, with the empty groups a training network leaves behind --------------------------------------------------
buffer = io.BytesIO()
with h5py.File(buffer, "w") as file:
    data = file.create_group("data")
    for name, (w, b) in weights.items():
        group = data.create_group(name)
        group.create_dataset("0", data=w)
        group.create_dataset("1", data=b)
    for name in ("fc6_ext", "fc7_ext", "mask_pred_ext", "bbox_pred_ext", "relu1_1", "pool1", "conv5_3_relu5_3_0_split",
                 "loss_cls", "accuracy", "roi_interpolate_conv5"):
        data.create_group(name)
with open("caffe_tiny.h5.gz", "wb") as out:
    out.write(gzip.compress(buffer.getvalue(), 9, mtime=0))

# ---- Caffe's layers --------------------------------------------------------------------------------------------------------
weights = {name: (w.astype(np.float64), b.astype(np.float64)) for name, (w, b) in weights.items()}


def convolution(x, name):
    w, b = weights[name]
    k = w.shape[2]
    x = np.pad(x, ((0, 0), (k // 2, k // 2), (k // 2, k // 2)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(1, 2))
    return np.einsum("ihwkl,oikl->ohw", windows, w, optimize=True) + b[:, None, None]


def relu(x):
    return np.maximum(x, 0)


def max_pool(x):
    """2 x 2, stride 2, ceil mode; the last two axes."""
    h, w = x.shape[-2:]
    padding = [(0, 0)] * (x.ndim - 2) + [(0, h % 2), (0, w % 2)]
    x = np.pad(x, padding, constant_values=-np.inf)
    return x.reshape(*x.shape[:-2], x.shape[-2] // 2, 2, x.shape[-1] // 2, 2).max(axis=(-3, -1))


def dense(x, name):
    w, b = weights[name]
    return x.reshape(len(x), -1) @ w.T + b


def settled(rois):
    """Whether no corner lies so close to the middle of two cells that float32 could round it the other way."""
    cells = np.asarray(rois) / STRIDE + 0.5
    return np.all((np.abs(cells - np.round(cells)) > 1e-3) | (rois == np.round(rois)))


def warp(feature, roi, samples):
    """ROIWarping: corners rounded half up to the grid, left-aligned samples, bilinear, clamped inside W - 0.5."""
    x1, y1, x2, y2 = np.floor(np.asarray(roi) / STRIDE + 0.5)
    c, h, w = feature.shape
    out = np.zeros((c, samples, samples))
    for i in range(samples):
        y = y1 + i * max(y2 - y1, 0) / samples
        for j in range(samples):
            x = x1 + j * max(x2 - x1, 0) / samples
            if not (-0.5 <= x <= w - 0.5 and -0.5 <= y <= h - 0.5):
                continue
            yc, xc = min(max(y, 0), h - 1), min(max(x, 0), w - 1)
            y0, x0 = int(yc), int(xc)
            y9, x9 = min(y0 + 1, h - 1), min(x0 + 1, w - 1)
            fy, fx = yc - y0, xc - x0
            out[:, i, j] = ((1 - fy) * ((1 - fx) * feature[:, y0, x0] + fx * feature[:, y0, x9])
                            + fy * ((1 - fx) * feature[:, y9, x0] + fx * feature[:, y9, x9]))
    return out


def mask_resize(masks):
    """21 -> 14, sample i at i * 21 / 14, bilinear."""
    at = np.arange(14) * (MASK / 14)
    low = np.floor(at).astype(int)
    high = np.minimum(low + 1, MASK - 1)
    f = at - low
    rows = masks[:, low] * (1 - f)[None, :, None] + masks[:, high] * f[None, :, None]
    return rows[:, :, low] * (1 - f) + rows[:, :, high] * f


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def bridge(rois, deltas, scores, height, width):
    """stage_bridge at test: the deltas of the best class, background included; decoded without -1; clipped."""
    assert np.diff(np.sort(scores, axis=1))[:, -1].min() > 1e-3
    best = scores.argmax(axis=1)
    dx, dy, dw, dh = deltas.reshape(len(rois), CLASSES, 4)[np.arange(len(rois)), best].T
    w, h = rois[:, 2] - rois[:, 0] + 1, rois[:, 3] - rois[:, 1] + 1
    cx, cy = rois[:, 0] + 0.5 * w + dx * w, rois[:, 1] + 0.5 * h + dy * h
    pw, ph = np.exp(dw) * w, np.exp(dh) * h
    moved = np.stack([cx - 0.5 * pw, cy - 0.5 * ph, cx + 0.5 * pw, cy + 0.5 * ph], axis=1)
    return np.clip(moved, 0, [width - 1, height - 1, width - 1, height - 1])


# ---- forward -----------------------------------------------------------------------------------------------------------------
HEIGHT, WIDTH_PX = 134, 181
image = ((7919 * np.arange(HEIGHT * WIDTH_PX * 3) % 1009) / 256 - 2).reshape(HEIGHT, WIDTH_PX, 3).transpose(2, 0, 1)
rois = np.array([[0, 0, 180, 133], [17, 9, 100, 120], [24, 40, 72, 56], [150.4, 90.7, 180, 133], [88, 3, 95.9, 131.2],
                 [60, 60, 60, 60]], dtype=np.float64)
expected = {}


def note(name, x):
    """Channels last, as the graph under test has them; every value of a small array, else every n-th and the sum."""
    x = np.asarray(x)
    x = x.transpose(1, 2, 0)[None] if x.ndim == 3 and name[0] != "=" else x
    x = x.transpose(0, 2, 3, 1) if name[0] == "/" else x
    flat = x.ravel()
    step = max(1, flat.size // 120) | 1
    expected[name.lstrip("=/")] = {"shape": list(x.shape), "step": step, "mean": float(np.round(flat.mean(), 7)),
                                   "values": [float(f"{v:.7g}") for v in flat[::step]]}


x = image
for block, convolutions, _ in BLOCKS:
    for i in range(1, convolutions + 1):
        x = relu(convolution(x, f"conv{block}_{i}"))
        note(f"conv{block}_{i}", x)
    if block < 5:
        x = max_pool(x)
        note(f"pool{block}", x)
feature = x
rpn = relu(convolution(feature, "rpn_conv_3x3"))
note("rpn_conv_3x3", rpn)
classes = convolution(rpn, "rpn_cls_score")
note("=rpn_log_odds", (classes[9:] - classes[:9]).transpose(1, 2, 0).reshape(1, -1))
note("=rpn_bbox_pred", convolution(rpn, "rpn_bbox_pred").transpose(1, 2, 0).reshape(1, -1, 4))


def stages(rois, pooled, suffix):
    assert settled(rois)
    note("=rois" + suffix, rois)
    if pooled:
        crops = max_pool(np.stack([warp(feature, roi, P) for roi in rois]))
    else:
        crops = np.stack([warp(feature, roi, P // 2) for roi in rois])
    note("/roi_interpolate_conv5" + suffix, crops)
    hidden = relu(dense(crops, "fc6_maskest"))
    note("=fc6_maskest" + suffix, hidden)
    logits = dense(hidden, "mask_pred")
    note("=mask_pred" + suffix, logits)
    masks = mask_resize(sigmoid(logits).reshape(-1, MASK, MASK))
    paths = []
    for path, features in (("_mask", crops * masks[:, None]), ("", crops)):
        small = max_pool(features)
        note("/roi_7x7" + path + suffix, small)
        fc6 = relu(dense(small, "fc6" + path))
        note("=fc6" + path + suffix, fc6)
        fc7 = relu(dense(fc6, "fc7" + path))
        note("=fc7" + path + suffix, fc7)
        paths.append(fc7)
    joined = np.concatenate(paths, axis=1)
    scores = dense(joined, "seg_cls_score")
    deltas = dense(joined, "bbox_pred")
    note("=cls_score" + suffix, dense(joined, "cls_score"))
    note("=seg_cls_score" + suffix, scores)
    note("=seg_cls_prob" + suffix, softmax(scores))
    note("=bbox_pred" + suffix, deltas.reshape(len(rois), CLASSES, 4))
    return bridge(rois, deltas, softmax(scores), HEIGHT, WIDTH_PX)


moved = stages(rois, True, "")
stages(moved, True, "_ext")
stages(moved, False, "_ext_direct")

with open("caffe_tiny.json", "w") as out:
    json.dump({"height": HEIGHT, "width": WIDTH_PX, "rois": rois.tolist(), "expected": expected}, out, separators=(",", ":"))
