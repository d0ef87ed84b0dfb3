# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""The examples of docs/data_set.md are run as they stand there, on a small set made by the program. Truths: what h5py reads in the
shards themselves; numpy's own conversion to float16; the statistics of Poisson's distribution, known from dose and clean image."""
import contextlib
import glob
import io
import os
import re
import subprocess
import sys
import tempfile

import h5py
import numpy
import torch

program, source = sys.argv[1:3]


def check(condition, sentence):
    if not condition:
        sys.exit(f"FAILED: {sentence}")
    print(f"ok: {sentence}")


def make(output, *options):
    job = os.path.join(source, "tests/kill/training_set.yaml")
    words = [program, "run", job, "-o", output, "--threads", "2", "learn.epochs=1", *options]
    made = subprocess.run(words, capture_output=True, text=True)
    check(made.returncode == 0, f"the set is made {made.stderr if made.returncode else ''}")
    return glob.glob(f"{output}/training_set/simulate_images-*")[0]


page = open(os.path.join(source, "docs/data_set.md")).read()
blocks = re.findall(r"```python\n(.*?)```", page, re.S)
check(len(blocks) == 3, "the page has three examples")
check(all(len(b.strip().splitlines()) <= 15 for b in blocks), "of at most fifteen lines")

with tempfile.TemporaryDirectory() as temporary:
    folder = make(f"{temporary}/a", "images.detector={mtf: [], readout_noise: 0, offset: 0, gain: 1}")
    shards = sorted(glob.glob(f"{folder}/parts/*.h5"), key=lambda p: int(os.path.basename(p).split("-")[0]))
    check(len(shards) > 3, f"{len(shards)} shards")
    whole = {}
    for name in ("clean", "noisy", "split", "label_class", "label_atoms", "dose", "species", "positions"):
        whole[name] = numpy.concatenate([h5py.File(s)[name][:] for s in shards])
    check(whole["clean"].dtype == numpy.float16 and whole["noisy"].dtype == numpy.uint16, "float16 and uint16 as numpy knows them")
    with h5py.File(f"{folder}/index.h5") as f:
        for name, values in whole.items():
            check(numpy.array_equal(f[name][:], values), f"{name} through the index is that of the shards")
        check(not f["label_class"].is_virtual and f["noisy"].is_virtual, "labels lie in the index, images in the shards")
    structures, images = whole["noisy"].shape[:2]

    # With h5py
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(blocks[0].replace("run/agco_training_set", f"{temporary}/a/training_set"), {})
    check(printed.getvalue().count("atoms, defocus") == 3, "the example for h5py prints three structures")
    check(f" {whole['label_atoms'][2]} atoms" in printed.getvalue(), "with their atoms")

    # As a PyTorch data set
    names = {}
    exec(blocks[1], names)
    seen = {}
    for split in range(3):
        data = names["Images"](folder, split)
        check(len(data) == images * int((whole["split"] == split).sum()), f"split {split} has all its images")
        loader = torch.utils.data.DataLoader(data, batch_size=3, num_workers=2)
        noisy, kind = (torch.cat(parts).numpy() for parts in zip(*loader))
        items = numpy.flatnonzero(whole["split"] == split)
        check(numpy.array_equal(noisy[:, 0], whole["noisy"][items].reshape(-1, 64, 64).astype("float32")), "image by image")
        check(numpy.array_equal(kind, numpy.repeat(whole["label_class"][items], images)), "with their classes")
        seen[split] = {image.tobytes() for image in noisy}
    check(not (seen[0] & seen[1] or seen[0] & seen[2] or seen[1] & seen[2]), "no image is in two splits")
    check(set(numpy.unique(whole["split"])) <= {0, 1, 2}, "every structure is in one")

    # Mapped into memory
    names = {}
    exec(blocks[2], names)
    for name in ("clean", "noisy"):
        check(numpy.array_equal(names["mapped"](shards[1], name), h5py.File(shards[1])[name][:]), f"{name} mapped into memory")

    # The counts are Poisson's about dose times clean image: chi-square of 2 x 24 images of 4096 pixels, within five deviations.
    mean = whole["clean"].astype("float64") * whole["dose"][:, :, None, None] * 0.435**2
    chi = (((whole["noisy"] - mean) ** 2) / mean).mean()
    check(abs(chi - 1) < 5 * numpy.sqrt(2.1 / mean.size), f"chi-square per pixel {chi:.4f}")
    atoms = (numpy.abs(whole["positions"]).sum(axis=2) > 0).sum(axis=1)
    check(numpy.array_equal(atoms, whole["label_atoms"]), "as many positions as atoms")

    # Rounded as numpy rounds: the same set with float32
    single = make(f"{temporary}/b", "images.detector={mtf: [], readout_noise: 0, offset: 0, gain: 1}", "images.number=float32")
    with h5py.File(f"{single}/index.h5") as f:
        check(f["clean"].dtype == numpy.float32, "float32 where it is asked for")
        check(numpy.array_equal(f["clean"][:].astype("float16"), whole["clean"]), "float16 is float32 as numpy rounds it")
        check(numpy.array_equal(f["noisy"][:], whole["noisy"]), "with the same noise")

    # Made again without shards and particles
    again = f"{temporary}/again.h5"
    for parts in glob.glob(f"{temporary}/a/training_set/*/parts"):
        subprocess.run(["rm", "-r", parts], check=True)
    done = subprocess.run([program, "remake", f"{temporary}/a/training_set", "images", "13", "-o", again], capture_output=True, text=True)
    check(done.returncode == 0, f"structure 13 is made again {done.stderr}")
    with h5py.File(again) as f:
        for name, values in whole.items():
            check(f[name][0].tobytes() == values[13].tobytes(), f"{name} of structure 13 bit for bit")
    for words, sentence in ((["images", "24"], "has 24 items"), (["nothing", "1"], "no stage"), (["learn", "0"], "item by item")):
        done = subprocess.run([program, "remake", f"{temporary}/a/training_set", *words, "-o", again], capture_output=True, text=True)
        check(done.returncode == 2 and sentence in done.stderr, f"a mistake is named: {done.stderr.strip()}")
