# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""A decoder of Merlin .mib files in numpy, independent of Ronchi's: whole-array operations on the stored words."""
import numpy as np


def read(path):
    """All complete frames of a .mib, as (frames, rows, columns)."""
    data = open(path, "rb").read()
    text = data[:1024].split(b"\0")[0].decode("latin1").split(",")
    header, chips, width, height, kind = int(text[2]), int(text[3]), int(text[4]), int(text[5]), text[6]
    depth = int([w for w in (t.strip() for t in text) if w][-1])
    if kind == "R64":
        pixel_bits = {1: 1, 6: 8, 12: 16, 24: 32}[depth]
        if depth == 24 and width == 2 * height:
            width //= 2
        size = width * height * pixel_bits // 8
    else:
        size = width * height * {"U08": 1, "U16": 2, "U32": 4}[kind]
    n = len(data) // (header + size)
    rows = np.frombuffer(data, np.uint8, n * (header + size)).reshape(n, header + size)[:, header:]
    if kind != "R64":
        dtype = {"U08": ">u1", "U16": ">u2", "U32": ">u4"}[kind]
        return np.ascontiguousarray(rows).view(dtype).reshape(n, height, width).astype(np.dtype(dtype).newbyteorder("="))
    words = np.ascontiguousarray(rows).reshape(n, -1, 8)[:, :, ::-1]  # little-endian 64-bit words
    if depth == 1:
        image = np.unpackbits(np.ascontiguousarray(words), axis=-1, bitorder="little").reshape(n, height, width)
    elif depth == 6:
        image = words.reshape(n, height, width)
    else:
        image = np.ascontiguousarray(words).view("<u2")
        if depth == 24:
            two = image.reshape(n, 2, height, width).astype(np.uint32)
            image = two[:, 0] * 4096 + two[:, 1]
        else:
            image = image.reshape(n, height, width)
    if chips == 4:
        side = height
        q4, q3, q2, q1 = (image[:, :, k * side:(k + 1) * side] for k in range(4))
        top = np.concatenate([q1, q2], axis=2)
        bottom = np.concatenate([q3[:, ::-1, ::-1], q4[:, ::-1, ::-1]], axis=2)
        image = np.concatenate([top, bottom], axis=1)
    return image
