# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Exit waves against abTEM's (reference.npz, see make_reference.py) and against a multislice in double precision, written here from
the formulas. Differences are rms over the rms of psi - 1, in Fourier space (Parseval), without the vacuum's mean."""
import os
import subprocess
import sys
import tempfile

import numpy as np
from scipy.special import j0, k0, k1

PROGRAM = sys.argv[1]
REFERENCE = np.load(os.path.join(os.path.dirname(os.path.abspath(__file__)), "reference.npz"))
# Lobato & Van Dyck (2014): a, b of the two elements.
LOBATO = {
    "Ag": ([1.55317216680389, 2.63930364699988, 0.142015486956788, 0.0010085046009976, 1.9463842997e-07],
           [8.15620235758956, 1.21600887481801, 0.0790098864915873, 0.00296547901363949, 0.00017459309591915]),
    "Co": ([3.33037874467544, -77.0017596472967, 77.0725221790516, 0.0239904669040569, 0.00026825666552394],
           [5.18135964579543, 1.32915122265139, 1.30284928963228, 0.0380645486826371, 0.0030501000799157])}


def electrons(kilovolts):
    """Wavelength in A and gamma, from h, m, e, c in SI units."""
    h, m, e, c = 6.62607015e-34, 9.1093837015e-31, 1.602176634e-19, 299792458.0
    v = kilovolts * 1e3
    return h / np.sqrt(2 * m * e * v * (1 + e * v / (2 * m * c * c))) * 1e10, 1 + e * v / (m * c * c)


def ours(method, n, width, energy, table, slices, tilt=(0, 0)):
    with tempfile.TemporaryDirectory() as folder:
        path, out = os.path.join(folder, "particle.txt"), os.path.join(folder, "wave.bin")
        with open(path, "w") as file:
            print(method, n, repr(float(width)), float(energy), table, slices, *tilt, file=file)
            for symbol, r in zip(REFERENCE["symbols"], REFERENCE["positions"]):
                print(symbol, *(repr(float(x)) for x in r), file=file)
        subprocess.run([PROGRAM, path, out], check=True)
        return np.fromfile(out, np.complex64).reshape(n, n).astype(complex)


class Plain:
    """The same in double precision; x to the right, y down, the beam along +z."""

    def __init__(self, n, width, energy, slices, tilt=(0, 0)):
        self.n, self.width, self.slices, self.tilt = n, width, slices, np.tan(1e-3 * np.asarray(tilt, float))
        self.wavelength, self.gamma = electrons(energy)
        self.k = np.fft.fftfreq(n, width / n)
        self.k2 = np.add.outer(self.k**2, self.k**2)
        self.band = self.k2 < (n / width / 3) ** 2

    def scattering(self, symbol, k2):
        return sum(a * (2 + b * k2) / (1 + b * k2) ** 2 for a, b in zip(*LOBATO[symbol]))

    def phase(self, symbol, r):
        return self.wavelength * self.gamma * sum(
            a * np.pi / b * (2 * k0(2 * np.pi * r / b**0.5) + 2 * np.pi * r / b**0.5 * k1(2 * np.pi * r / b**0.5))
            for a, b in zip(*LOBATO[symbol]))

    def places(self, r):
        return np.exp(-2j * np.pi * np.add.outer(self.k * r[1], self.k * r[0]))

    def potential(self, atoms):
        """exp(i sigma v), v at the pixels, then limited to the band."""
        spectrum = sum(self.scattering(s, self.k2) * self.places(r) for s, r in atoms) if atoms else np.zeros_like(self.k2)
        phase = np.fft.ifft2(spectrum).real * self.wavelength * self.gamma * (self.n / self.width) ** 2
        return np.fft.ifft2(np.fft.fft2(np.exp(1j * phase)) * self.band)

    def transmissions(self, atoms):
        """The product of the atoms' band-limited exp(i phi); the transform of one by Simpson's rule in sqrt(r)."""
        t = np.ones((self.n, self.n), complex)
        for s, r in atoms:
            if s not in self.tables:
                x = np.linspace(0, 3.5, 6001)[1:]
                weight = np.tile([4, 2], 3000) * (x[1] - x[0]) / 3
                weight[-1] /= 2
                value = (np.exp(1j * self.phase(s, x**2)) - 1) * weight * 2 * np.pi * x**2 * 2 * x
                k = np.linspace(0, self.n / self.width / 3, 300)
                table = j0(2 * np.pi * np.outer(k, x**2)) @ value
                k_here = np.sqrt(self.k2)
                self.tables[s] = (np.interp(k_here, k, table.real) + 1j * np.interp(k_here, k, table.imag)) * self.band
            t *= 1 + np.fft.ifft2(self.tables[s] * self.places(r)) * (self.n / self.width) ** 2
        return t

    def exit_wave(self, transmission):
        self.tables = {}
        z = REFERENCE["positions"][:, 2]
        thickness = (z.max() - z.min()) / self.slices
        index = np.minimum(((z - z.min()) / thickness).astype(int), self.slices - 1)
        k_tilt = np.add.outer(self.k * self.tilt[1], self.k * self.tilt[0])
        step = lambda dz: np.exp(-1j * np.pi * dz * (self.wavelength * self.k2 + 2 * k_tilt))  # noqa: E731
        wave = np.ones((self.n, self.n), complex)
        for s in range(self.slices):
            atoms = [(symbol, r[:2] + self.width / 2)
                     for symbol, r in zip(REFERENCE["symbols"][index == s], REFERENCE["positions"][index == s])]
            spectrum = np.fft.fft2(wave * transmission(atoms)) * self.band
            wave = np.fft.ifft2(spectrum * step(thickness))
        return spectrum * step(-(z.min() + (self.slices - 0.5) * thickness))


def difference(a, b, inside=None):
    a, b = np.array(a), np.array(b)
    a[0, 0] = b[0, 0] = 0
    if inside is not None:
        a, b = a[inside], b[inside]
    return np.sqrt((abs(a - b) ** 2).sum() / (abs(b) ** 2).sum())


def check(name, value, limit):
    print(f"{name}: {value:.2e}, at most {limit:.0e}")
    if not value < limit:
        sys.exit(f"{name}: {value} is not below {limit}")


def main():
    fine, width, slices, energy = (REFERENCE[k].item() for k in ("n", "width", "slices", "energy"))
    z = REFERENCE["positions"][:, 2]
    last = z.max() - (z.max() - z.min()) / slices / 2
    squares = lambda n: np.add.outer(*2 * [np.fft.fftfreq(n, width / n) ** 2])  # noqa: E731
    for table in ("lobato", "kirkland"):
        independent = np.zeros((fine, fine), complex)
        independent[squares(fine) < REFERENCE["kept"] ** 2] = REFERENCE[table]
        independent *= np.exp(1j * np.pi * electrons(energy)[0] * last * squares(fine))  # back to the middle of the particle
        for method, n, limit in (("textbook", 512, 0.003), ("atoms", 512, 0.003), ("atoms", 192, 0.003), ("atoms", 96, 0.01)):
            rows = np.r_[0:n // 2, fine - n // 2:fine]
            name = f"{table}, {method} with {width / n:.3f} A per pixel, against abTEM below 1.2 1/A"
            check(name, difference(ours(method, n, width, energy, table, slices) / n**2, independent[np.ix_(rows, rows)],
                                   squares(n) < 1.2**2), limit)
    for kilovolts, tilt in ((80, (0, 0)), (300, (0, 0)), (200, (12, -7))):
        plain = Plain(96, width, kilovolts, 7, tilt)
        name = f"{kilovolts} kV, tilt {tilt} mrad, against double precision: "
        check(name + "textbook", difference(ours("textbook", 96, width, kilovolts, "lobato", 7, tilt), plain.exit_wave(plain.potential)), 1e-5)
        fast, exact = ours("atoms", 96, width, kilovolts, "lobato", 7, tilt), plain.exit_wave(plain.transmissions)
        check(name + "atoms", difference(fast, exact), 0.03)
        check(name + "atoms, inner 80 % of the band", difference(fast, exact, plain.k2 < (0.8 * 96 / width / 3) ** 2), 0.005)


main()
