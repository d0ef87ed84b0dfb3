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
h5py_example, torch_example, mapped_example, wave_example = blocks
check(len(torch_example.strip().splitlines()) <= 10, "the data set of PyTorch has at most ten lines")
check(all(len(line) < 120 for line in torch_example.splitlines()), "that can be read")

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
        exec(h5py_example.replace("run/agco_training_set", f"{temporary}/a/training_set"), {})
    check(printed.getvalue().count("atoms, defocus") == 3, "the example for h5py prints three structures")
    check(f" {whole['label_atoms'][2]} atoms" in printed.getvalue(), "with their atoms")

    # As a PyTorch data set, of which no more shards are open than it says
    names = {}
    check("lru_cache(64)" in torch_example, "64 shards stay open")
    exec(torch_example.replace("lru_cache(64)", "lru_cache(2)"), names)
    first = numpy.cumsum([0] + [len(h5py.File(s)["split"]) for s in shards])
    inside = {}
    for split in range(3):
        data = names["images"](shards, split)
        items = numpy.concatenate([first[shards.index(s.path)] + s.items for s in data.datasets])
        check(sorted(items) == list(numpy.flatnonzero(whole["split"] == split)), f"split {split} has all its structures")
        loader = torch.utils.data.DataLoader(data, batch_size=3, num_workers=2)
        noisy, kind = (torch.cat(parts).numpy() for parts in zip(*loader))
        check(numpy.array_equal(noisy[:, 0], whole["noisy"][items].reshape(-1, 64, 64).astype("float32")), "image by image")
        check(numpy.array_equal(kind, numpy.repeat(whole["label_class"][items], images)), "with their classes")
        inside[split] = {whole["positions"][i].tobytes() for i in items}
        for i in range(len(data)):
            data[i]
        links = [f"/proc/self/fd/{name}" for name in os.listdir("/proc/self/fd")]
        there = {os.readlink(link) for link in links if os.path.islink(link)}
        check(len([path for path in there if path in shards]) == min(2, len(shards)), "the last two shards are open")
    check(sum(map(len, inside.values())) == structures, "every structure is another one")
    check(len(set.union(*inside.values())) == structures, "and in one split alone")

    # Mapped into memory
    names = {}
    exec(mapped_example, names)
    for name in ("clean", "noisy"):
        check(numpy.array_equal(names["mapped"](shards[1], name), h5py.File(shards[1])[name][:]), f"{name} mapped into memory")

    # The counts are Poisson's about dose times clean image: chi-square of 2 x 24 images of 4096 pixels, within five deviations.
    mean = whole["clean"].astype("float64") * whole["dose"][:, :, None, None] * 0.435**2
    chi = (((whole["noisy"] - mean) ** 2) / mean).mean()
    check(abs(chi - 1) < 5 * numpy.sqrt(2.1 / mean.size), f"chi-square per pixel {chi:.4f}")
    atoms = (numpy.abs(whole["positions"]).sum(axis=2) > 0).sum(axis=1)
    check(numpy.array_equal(atoms, whole["label_atoms"]), "as many positions as atoms")

    # Images from exit waves. Of a wave that is rounded by 2^-11 of its modulus at most, whose mean intensity is 1 and which no lens makes
    # stronger, the image is wrong by a root mean square of 2 x 2^-11 x its largest modulus; the clean image is rounded by 2^-11 itself.
    both = make(f"{temporary}/c", "images.store=both", "images.lens={aberrations: {C34: 5, phi34: 20, C50: 2}}")
    names = {}
    exec(wave_example, names)
    with h5py.File(f"{both}/index.h5") as f:
        energy, sampling, worst = f.attrs["energy_kV"], f["exit_wave"].attrs["sampling_nm"], 0
        spectrum = numpy.abs(numpy.fft.fft2(f["exit_wave"][0, 0].astype("float32") @ [1, 1j]))
        k = numpy.fft.fftfreq(len(spectrum), sampling)
        beyond = numpy.hypot(k, k[:, None]) > f["exit_wave"].attrs["band_per_nm"] + abs(k[1])
        check(beyond.any() and spectrum[beyond].max() < 1e-3 * spectrum[~beyond].max(), "beyond its band a wave has rounding alone")
        for item in range(structures):
            for image in range(images):
                clean, lens = f["clean"][item, image].astype("float64"), names["settings"](f, item, image)
                wave = f["exit_wave"][item, f["wave"][item, image]]
                difference = names["form"](wave, sampling, energy, lens, 64) - clean
                bound = 2.0**-11 * (2 * numpy.sqrt(clean.max()) + clean.max())
                worst = max(worst, numpy.sqrt((difference**2).mean()) / bound)
        check(worst < 1, f"images formed from exit waves differ from the clean ones by {worst:.2f} of what rounding allows at most")
        other = names["form"](wave, sampling, energy, {**lens, "C10": lens["C10"] + 1}, 64) - clean
        check(numpy.sqrt((other**2).mean()) > 2 * bound, "which shows a nanometre of defocus")

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
