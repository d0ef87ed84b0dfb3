# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Images of a strong object by a lens with all 25 numbers, both envelopes and a soft aperture, computed here in double
precision from the formulas in polar coordinates; averages over foci and directions; and what a detector counts, with Philox,
the inverse of the Poisson distribution (scipy) and the detector's transfer written down anew. The program given as the
argument makes the same."""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from scipy import special

NM, UM, MM = 10.0, 1e4, 1e7  # A
UNITS = {1: NM, 2: NM, 3: UM, 4: UM, 5: MM}
TERMS = [(n, m) for n in range(1, 6) for m in range(n + 2) if (n + m) % 2 == 1]


def wavelength(kv):
    e, m, c, h = 1.602176634e-19, 9.1093837015e-31, 299792458.0, 6.62607015e-34
    return 1e10 * h / np.sqrt(2 * m * e * kv * 1e3 * (1 + e * kv * 1e3 / (2 * m * c * c)))


def phase(a, lam, kx, ky, defocus=0.0):
    alpha, phi = lam * np.hypot(kx, ky), np.arctan2(ky, kx)
    chi = np.zeros_like(alpha)
    for n, m in TERMS:
        value = a.get(f"C{n}{m}", 0) * UNITS[n] + (defocus if (n, m) == (1, 0) else 0)
        chi += value * alpha ** (n + 1) / (n + 1) * np.cos(m * (phi - np.radians(a.get(f"phi{n}{m}", 0))))
    return 2 * np.pi / lam * chi


def gradient(a, lam, kx, ky):
    """|grad_alpha chi|^2 in polar coordinates."""
    alpha, phi = lam * np.hypot(kx, ky), np.arctan2(ky, kx)
    radial, azimuthal = np.zeros_like(alpha), np.zeros_like(alpha)
    for n, m in TERMS:
        value, angle = a.get(f"C{n}{m}", 0) * UNITS[n], m * (phi - np.radians(a.get(f"phi{n}{m}", 0)))
        radial += value * alpha**n * np.cos(angle)
        azimuthal -= value * alpha**n * m / (n + 1) * np.sin(angle)
    return (2 * np.pi / lam) ** 2 * (radial**2 + azimuthal**2)


def aperture(lens, lam, kx, ky):
    if lens.get("aperture", 0) == 0:
        return 1.0
    t = np.clip((lens["aperture"] * 1e-3 - lam * np.hypot(kx, ky)) / (lens["aperture_edge"] * 1e-3) + 0.5, 0, 1)
    return t * t * (3 - 2 * t)


def image(setting, psi):
    lens, lam, n, m = setting["lens"], wavelength(setting["energy"]), setting["wave"], setting["image"]
    k = np.fft.fftfreq(n, setting["length"] / n)
    kx, ky = np.meshgrid(k, k)
    spectrum = np.fft.fft2(psi)
    spread, angle, a = lens["focal_spread"] * NM, lens["source_angle"] * 1e-3, lens["aberrations"]
    parts = [(0.0, 0.0, 0.0, 1.0)]
    if lens["coherence"] != "envelopes":
        # Points of the Gaussians: not the program's.
        x = np.linspace(-3.6, 3.6, 33) if lens["coherence"] == "focal" else np.linspace(-3.3, 3.3, 11)
        y = np.linspace(-3.2, 3.2, 8) if lens["coherence"] == "full" else np.array([0.0])
        parts = [(spread * z, angle * u / lam, angle * v / lam, np.exp(-z * z - u * u - v * v)) for z in x for u in y for v in y]
    total, weights = np.zeros((n, n)), sum(p[3] for p in parts)
    for defocus, qx, qy, weight in parts:
        x, y = kx + qx, ky + qy
        h = aperture(lens, lam, x, y) * np.exp(-1j * phase(a, lam, x, y, defocus))
        if lens["coherence"] == "envelopes":
            h = h * np.exp(-((np.pi / 2 * spread / lam * lam**2 * (kx**2 + ky**2)) ** 2))
        if lens["coherence"] != "full":
            h = h * np.exp(-((angle / 2) ** 2) * gradient(a | {"C10": a["C10"] + defocus / NM}, lam, kx, ky))
        # The intensity on a grid twice as fine, where its whole band fits.
        wide = np.zeros((2 * n, 2 * n), complex)
        to = np.r_[0 : n // 2, 2 * n - n // 2 : 2 * n]
        wide[np.ix_(to, to)] = h * spectrum
        fine = np.abs(np.fft.ifft2(wide) * 4) ** 2
        frequencies = np.fft.fft2(fine) / 4
        keep = np.abs(np.fft.fftfreq(2 * n, 1 / (2 * n))) < m / 2
        frequencies *= np.outer(keep, keep)
        cut = np.r_[0 : m // 2, -m // 2 : 0]
        cropped = frequencies[np.ix_(cut, cut)]
        total = total if total.shape == (m, m) else np.zeros((m, m))
        total += weight / weights * np.real(np.fft.ifft2(cropped)) * m * m / (n * n)
    return total


def philox(counter, key):
    """Philox4x32-10, counters [count, 4]."""
    c = [counter[:, i].astype(np.uint64) for i in range(4)]
    k0, k1 = key
    for _ in range(10):
        p, q = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        high, low = np.uint64(32), np.uint64(0xFFFFFFFF)
        c = [(q >> high) ^ c[1] ^ np.uint64(k0), q & low, (p >> high) ^ c[3] ^ np.uint64(k1), p & low]
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack(c, 1)


def words(seed, stage, item, use, count):
    i = np.arange(count)
    same = [np.full(count, v) for v in (use, item & 0xFFFFFFFF, item >> 32)]
    counter = np.stack([i // 64 * 16 + i % 16, *same], 1)
    key = (seed & 0xFFFFFFFF, (seed >> 32) ^ (stage * 0x9E3779B9 & 0xFFFFFFFF))
    return philox(counter, key)[i, i // 16 % 4]


def transfer(c, m):
    k = np.fft.fftfreq(m, 0.5)
    q = np.hypot(*np.meshgrid(k, k))
    return ((c[0] - c[1]) / (1 + (q / (2 * c[2])) ** c[3]) + c[1]) / c[0]


def detector_counts(setting, clean, item):
    """Electrons and counts, from the words of the random numbers."""
    d, m = setting["detector"], setting["image"]
    mean = np.float32(d["dose"] * (setting["length"] / m) ** 2) * clean.astype(np.float32)
    mean = mean.astype(float).ravel()
    first, second = (words(setting["seed"], 5, item, use, m * m) for use in (6, 6 | 1 << 31))
    u = first / 2.0**32 + (second + 0.5) / 2.0**64
    electrons = np.ceil(special.pdtrik(u, mean))
    electrons = np.where(special.pdtr(np.maximum(electrons - 1, 0), mean) >= u, np.maximum(electrons - 1, 0), electrons)
    electrons = np.where(special.pdtr(electrons, mean) < u, electrons + 1, electrons).reshape(m, m)
    normal = special.ndtri((words(setting["seed"], 5, item, 7, m * m) + 0.5) / 2.0**32).reshape(m, m)
    mtf, ntf = transfer(d["mtf"], m), transfer(d["ntf"], m)
    passed = np.real(np.fft.ifft2(ntf * np.fft.fft2(electrons) + (mtf - ntf) * np.fft.fft2(mean.reshape(m, m))))
    return electrons, d["gain"] * passed + d["offset"] + d["readout_noise"] * normal


def run(setting, psi):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "setting.yaml").write_text(json.dumps(setting))  # JSON is YAML
        psi.astype(np.complex64).tofile(folder / "wave.bin")
        subprocess.run([sys.argv[1], name], check=True)
        m = setting["image"]
        load = lambda file, kind: np.fromfile(folder / file, kind).reshape(m, m)
        return load("image.bin", np.float32), load("electrons.bin", np.float32), load("counts.bin", np.uint16)


generator = np.random.default_rng(3)
length, n, energy = 25.6, 128, 300
band = 0.5 * n / length * 2 / 3
k = np.fft.fftfreq(n, length / n)
inside = np.hypot(*np.meshgrid(k, k)) < band
y, x = np.mgrid[:n, :n] * length / n
atoms = generator.uniform(6, 20, (25, 2))
angle = sum(np.exp(-((x - p) ** 2 + (y - q) ** 2) / 0.6) for p, q in atoms)
psi = np.fft.ifft2(np.fft.fft2(np.exp(1j * angle)) * inside).astype(np.complex64)
aberrations = {}
for order, m in TERMS:
    size = {1: 6.0, 2: 60.0, 3: 8.0, 4: 60.0, 5: 3.0}[order]
    aberrations[f"C{order}{m}"] = size * (-1 if m % 3 == 0 else 1) * generator.uniform(0.5, 1.5)
    if m:
        aberrations[f"phi{order}{m}"] = generator.uniform(-90, 90)
assert len(aberrations) == 25
base = {"energy": energy, "band": float(band), "length": length, "wave": n, "seed": 123456789012, "item": 77 + (3 << 32)}
lens = {"aberrations": aberrations, "focal_spread": 3.0, "source_angle": 0.3, "aperture": 30.0, "aperture_edge": 6.0}
detector = {"dose": 700.0, "mtf": [1, 0.1, 0.3, 1.9], "ntf": [1, 0.4, 0.5, 1.5]}
detector |= {"gain": 7.5, "readout_noise": 5.0, "offset": 100.0}

for coherence, pixels, tolerance in (("envelopes", 128, 3e-6), ("envelopes", 64, 3e-6), ("focal", 96, 2e-5), ("full", 64, 5e-5)):
    setting = base | {"image": pixels, "lens": lens | {"coherence": coherence}, "detector": detector}
    clean, electrons, counts = run(setting, psi)
    expected = image(setting, psi)
    error = np.sqrt(np.mean((clean - expected) ** 2)) / expected.std()
    print(f"{coherence}, {pixels} pixels: rms difference {error:.2e} of a contrast of {expected.std():.3f}")
    assert expected.std() > 0.05, "there is something to see"
    assert error < tolerance, f"{coherence} {pixels}: {error}"
    ours, analogue = detector_counts(setting, clean, setting["item"])
    assert np.array_equal(ours, electrons), f"{np.count_nonzero(ours != electrons)} Poisson numbers differ"
    off = np.abs(counts - np.clip(analogue, 0, 65535))
    assert off.max() < 0.502, f"counts are off by {off.max()}"
    print(f"  electrons: {electrons.mean():.2f} per pixel, all equal; counts: {counts.mean():.1f} +- {counts.std():.1f}")

# Without any one of the coefficients the image is another one: each of the 25 numbers is seen.
setting = base | {"image": 64, "lens": lens | {"coherence": "envelopes"}, "detector": detector}
whole = image(setting, psi)
for name in aberrations:
    changed = dict(aberrations)
    changed[name] = 0.0 if name.startswith("C") else changed[name] + 40
    other = image(setting | {"lens": setting["lens"] | {"aberrations": changed}}, psi)
    seen = np.sqrt(np.mean((other - whole) ** 2)) / whole.std()
    assert seen > 1e-4, f"{name} changes the image by {seen}"
