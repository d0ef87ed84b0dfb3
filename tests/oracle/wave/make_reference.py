# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Makes reference.npz: exit waves of a cluster of 55 atoms by abTEM (pip install abtem; made with 1.0.11).

Lobato's and Kirkland's factors, infinite projection, band limit 2/3 without taper, 20 slices. The pixels are fine (0.018 A), since
abTEM shares an atom out between the four pixels around it. Stored: its wave in Fourier space over the number of pixels, below
1.5 1/A, in the middle plane of the last slice."""
import abtem
import ase
import numpy as np

N, WIDTH, SLICES, ENERGY = 1024, 18.0, 20, 200e3
KEPT = 1.5  # 1/A


def cluster():
    """Mackay's icosahedron of 2 shells: 13 Co in 42 Ag, turned, each atom moved a little."""
    golden = (1 + 5**0.5) / 2
    v = np.array([[0, s, t * golden] for s in (-1, 1) for t in (-1, 1)])
    v = np.concatenate([v, np.roll(v, 1, 1), np.roll(v, 2, 1)]) * 1.4
    edges = [(a + b) for i, a in enumerate(v) for b in v[:i] if np.linalg.norm(a - b) < 3]
    positions = np.concatenate([np.zeros((1, 3)), 0.9 * v, 2 * v, edges])
    rng = np.random.default_rng(55)
    q, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    q *= np.sign(np.linalg.det(q))
    positions = positions @ q.T + 0.1 * rng.normal(size=positions.shape)
    return np.array(13 * ["Co"] + 42 * ["Ag"]), positions - positions.mean(0)


def main():
    symbols, positions = cluster()
    low, high = positions[:, 2].min(), positions[:, 2].max()
    depth = high - low
    # The last atom would stand on the far side of the last slice, which is the near side of the first.
    z = np.minimum(positions[:, 2] - low, depth * (1 - 1e-6))
    atoms = ase.Atoms(list(symbols), np.column_stack([positions[:, :2] + WIDTH / 2, z]), cell=[WIDTH, WIDTH, depth])
    abtem.config.set({"antialias.taper": 0.0, "precision": "float64"})
    waves = {}
    for table in ("lobato", "kirkland"):
        potential = abtem.Potential(atoms, gpts=(N, N), slice_thickness=tuple(SLICES * [depth / SLICES]), parametrization=table,
                                    projection="infinite", device="cpu")
        wave = abtem.PlaneWave(energy=ENERGY).multislice(potential).compute().array  # [x, y]
        wave = np.fft.fft2(np.asarray(wave, complex).T)
        k2 = np.add.outer(*2 * [np.fft.fftfreq(N, WIDTH / N) ** 2])
        wavelength = abtem.core.energy.energy2wavelength(ENERGY)
        wave *= np.exp(1j * np.pi * wavelength * depth / SLICES * k2)
        waves[table] = (wave[k2 < KEPT**2] / N**2).astype(np.complex64)
        print(table, "total intensity", (abs(wave) ** 2).sum() / N**4)
    np.savez_compressed("reference.npz", symbols=symbols, positions=positions, n=N, width=WIDTH, slices=SLICES, energy=ENERGY / 1e3, kept=KEPT, **waves)


if __name__ == "__main__":
    main()
