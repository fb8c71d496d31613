"""Pastes 100,000 random soft masks with NumPy, lets pycocotools encode them, and prints the sha256 of all the results.

    pip install numpy==2.4.6 pycocotools==2.0.11
    python reference.py > digest.txt

PastedMasksTest makes the same masks from the same random numbers. Nothing here knows of run lengths: a mask is pasted
into a whole image pixel by pixel, in 64-bit arithmetic rounded to 32 bits before it is compared, and pycocotools does
the rest.
"""

import hashlib

import numpy as np
from pycocotools import mask as coco

MASKS = 100_000
SIZES = [1, 2, 3, 7, 14, 21, 28]
THRESHOLDS = [0.5, 0.4, 0.375, 0.25, 0.0, 1.0, 0.999, 1e-6]


class Random:
    """SplitMix64, seeded with the number of the mask."""

    GAMMA = 0x9E3779B97F4A7C15

    def __init__(self, seed):
        self.state = seed

    def draw(self, count):
        steps = np.arange(1, count + 1, dtype=np.uint64)
        z = np.uint64(self.state) + steps * np.uint64(self.GAMMA)
        self.state = (self.state + count * self.GAMMA) & (2**64 - 1)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))

    def below(self, limit):
        return int(self.draw(1)[0]) % limit

    def shares(self, count):
        """Multiples of 2^-24 in [0, 1)."""
        return (self.draw(count) >> np.uint64(40)).astype(np.float64) * 2.0**-24


def soft_mask(random, size, threshold):
    kind = random.below(6)
    noise = random.shares(size * size).reshape(size, size)
    if kind == 0:
        return noise
    if kind == 1:
        y, x = (2.0 * i / size - 1 for i in np.mgrid[0:size, 0:size])
        return 1.25 - x * x - y * y + (noise - 0.5) * 0.5
    if kind == 2:
        return np.floor(noise * 9) / 8
    if kind == 3:
        return np.floor(noise * 2)
    if kind == 4:
        return np.full((size, size), np.float64(threshold) if random.below(2) == 0 else noise[0, 0])
    return np.float64(threshold) + (noise - 0.5) * 2.0**-22


def side(random, length):
    """First and last pixel of a box along one axis of the image."""
    kind = random.below(4)
    if kind == 0:
        return 0, length - 1
    first = random.below(length + 60) - 40
    if kind == 1:
        return first, first
    if kind == 2:
        return first, first + random.below(2 * length)
    return -random.below(9), length + random.below(9)


def samples(size, first, last, length):
    """Which pixels of the image the box covers, and where they lie in the soft mask."""
    pixels = np.arange(max(first, 0), min(last, length - 1) + 1)
    position = (pixels - first + 0.5) * size / np.float64(last - first + 1) - 0.5
    inside = np.minimum(np.maximum(position, 0), size - 1)
    low = inside.astype(np.int64)
    return pixels, low, np.minimum(low + 1, size - 1), inside - low


def paste(soft, x1, y1, x2, y2, height, width, threshold):
    values = soft.astype(np.float64)
    columns, left, right, u = samples(len(soft), x1, x2, width)
    rows, upper, lower, v = samples(len(soft), y1, y2, height)
    across = values[:, left] * (1 - u) + values[:, right] * u
    v = v[:, None]
    down = across[upper] * (1 - v) + across[lower] * v
    image = np.zeros((height, width), dtype=np.uint8, order="F")
    image[np.ix_(rows, columns)] = down.astype(np.float32) >= threshold
    return image


def line(number):
    random = Random(number)
    size = SIZES[random.below(len(SIZES))]
    height = 1 + random.below(90)
    width = 1 + random.below(90)
    threshold = np.float32(THRESHOLDS[random.below(len(THRESHOLDS))])
    x1, x2 = side(random, width)
    y1, y2 = side(random, height)
    soft = soft_mask(random, size, threshold).astype(np.float32)
    encoded = coco.encode(paste(soft, x1, y1, x2, y2, height, width, threshold))
    x, y, w, h = (int(edge) for edge in coco.toBbox(encoded))
    return f"{encoded['counts'].decode()} {int(coco.area(encoded))} {x} {y} {w} {h}\n"


def main():
    np.seterr(over="ignore")
    digest = hashlib.sha256()
    for number in range(MASKS):
        digest.update(line(number).encode())
    print(digest.hexdigest())


if __name__ == "__main__":
    main()
