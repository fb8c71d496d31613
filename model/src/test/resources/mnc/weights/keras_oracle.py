"""Writes what the tests of Keras weights read: tiny networks cloned from keras.applications with fewer filters, saved by
Keras itself, what Keras computes with them, and the layers of the full-sized ones.

  KERAS_BACKEND=tensorflow python keras_oracle.py          (tensorflow-cpu 2.21.0, keras 3.15.1, h5py)
"""
import gzip
import json
import os

import h5py
import keras
import numpy as np
from keras.src.legacy.saving import legacy_h5_format

DIVISOR = 16
rng = np.random.default_rng(20260113)


def quantised(deviation, shape):
    """Multiples of a power of two, so that the file compresses."""
    unit = 2.0 ** np.floor(np.log2(deviation))
    return (np.round(rng.normal(0, deviation, shape) / unit) * unit).astype(np.float32)


def narrow(model, units, classes):
    """The same layers under the same names with fewer filters and units."""
    config = model.get_config()
    for layer in config["layers"]:
        layer.pop("build_config", None)
        if layer["class_name"] == "Conv2D":
            layer["config"]["filters"] //= DIVISOR
        if layer["class_name"] == "Dense":
            layer["config"]["units"] = classes if layer["config"]["name"] == "predictions" else units
    return keras.Model.from_config(config)


def fill(model):
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            n = layer.gamma.shape
            closing = layer.name.endswith("_3_bn")
            layer.set_weights([(0.3 if closing else 1) * (1 + quantised(0.2, n)), quantised(0.2, n), quantised(0.2, n),
                               np.abs(1 + quantised(0.25, n)) + np.float32(0.125)])
        elif layer.weights:
            kernel = layer.get_weights()[0].shape
            layer.set_weights([quantised(np.sqrt(2 / np.prod(kernel[:-1])), kernel), quantised(0.1, kernel[-1:])])


def compress(name):
    with open(name, "rb") as file, open(name + ".gz", "wb") as out:
        out.write(gzip.compress(file.read(), 9, mtime=0))
    os.remove(name)


def image(height, width, channels=3):
    n = height * width * channels
    return ((7919 * np.arange(n) % 1009) / 256 - 2).reshape(1, height, width, channels).astype(np.float32)


def note(x):
    flat = np.asarray(x, dtype=np.float64).ravel()
    step = max(1, flat.size // 120) | 1
    return {"shape": list(x.shape), "step": step, "mean": float(np.round(flat.mean(), 7)),
            "values": [float(f"{v:.7g}") for v in flat[::step]]}


def outputs(model, source, x, names):
    values = keras.Model(source, [model.get_layer(name).output for name in names]).predict(x, verbose=0)
    return dict(zip(names, map(note, values)))


expected = {}

# ResNet-50, written as save_weights did before Keras 3: a group a layer at the root. Body on an image, res5 on crops.
applications = keras.applications
model = narrow(applications.ResNet50(weights=None, include_top=False, input_shape=(None, None, 3)), 0, 0)
fill(model)
with h5py.File("keras_resnet50.h5", "w") as file:
    legacy_h5_format.save_weights_to_hdf5_group(file, model)
compress("keras_resnet50.h5")
expected["resnet50"] = outputs(model, model.input, image(150, 203), [
    "conv1_relu", "pool1_pool", "conv2_block1_out", "conv2_block3_out", "conv3_block1_out", "conv3_block4_out",
    "conv4_block1_out", "conv4_block6_out"])
crops = model.get_layer("conv4_block6_out").output
expected["resnet50_res5"] = outputs(model, crops, np.abs(image(14, 14, 1024 // DIVISOR)), ["conv5_block1_out", "conv5_block3_out"])

# VGG-16 with its top, written as a whole model: below /model_weights.
model = narrow(applications.VGG16(weights=None, include_top=True), 8, 5)
fill(model)
model.save("keras_vgg16.h5")
compress("keras_vgg16.h5")
vgg = keras.Model(model.get_layer("block1_conv1").input, model.get_layer("block5_conv3").output)
body = narrow(applications.VGG16(weights=None, include_top=False, input_shape=(None, None, 3)), 0, 0)
for layer in body.layers[1:]:
    layer.set_weights(model.get_layer(layer.name).get_weights())
expected["vgg16"] = outputs(body, body.input, image(64, 96), ["block1_conv2", "block2_conv2", "block3_conv3", "block4_conv3", "block5_conv3"])
crops = model.get_layer("block5_pool").output
expected["vgg16_top"] = outputs(model, crops, np.abs(image(7, 7, 512 // DIVISOR)), ["fc1", "fc2"])

with open("keras_tiny.json", "w") as out:
    json.dump(expected, out, separators=(",", ":"))

# The full-sized networks: layer, shape of its kernel, name of the layer that normalises its output.
with open("keras_layers.txt", "w") as out:
    for body, build in (("VGG16", applications.VGG16), ("RESNET50", applications.ResNet50), ("RESNET101", applications.ResNet101)):
        model = build(weights=None)
        names = {layer.name for layer in model.layers}
        for layer in model.layers:
            if isinstance(layer, (keras.layers.Conv2D, keras.layers.Dense)):
                bn = layer.name.replace("_conv", "_bn")
                shape = ",".join(map(str, layer.get_weights()[0].shape))
                out.write(f"{body} {layer.name} {shape}{' ' + bn if bn != layer.name and bn in names else ''}\n")
