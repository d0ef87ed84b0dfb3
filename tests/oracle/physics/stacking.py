# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Structure factors of GaAs polytypes summed over atoms in real space, against those of the program.

The crystals are built here by stacking close-packed bilayers along the growth axis (ABC, ACB, AB), without unit cells or zone axes, and
with scattering factors of another parametrisation (Lobato & Van Dyck, Acta Cryst. A70 (2014) 636). Reads lines "phase up across |F|/V"
(1/A, 1/A, 1/A^2) from the program given as the argument."""
import subprocess
import sys

import numpy as np

LOBATO = {
    "Ga": ([2.76010203108428, -34.4452614207467, 35.2262267244016, 0.0132067196999419, 0.00012594556092825],
           [6.10128224537662, 0.765143313553464, 0.751328623382859, 0.0224879634317251, 0.00206737374278712]),
    "As": ([3.45642969119604, -33.3176044431721, 33.5712193855332, 0.00979002295640342, 6.534348622652e-05],
           [4.01358016032945, 0.662355778050629, 0.645771941056073, 0.0170919353231011, 0.0016030160283942]),
}
B = 0.6  # A^2


def factor(element, q):
    a, b = map(np.array, LOBATO[element])
    return np.sum(a * (2 + b * q * q) / (1 + b * q * q) ** 2) * np.exp(-B * q * q / 4)


def bilayers(stacking, spacing, bond, side):
    """One period: (element, position along the growth axis, position across it, as seen along the close-packed row)."""
    # Seen along a close-packed row, the columns of a layer repeat every sqrt(3)/2 of the atomic distance, and the layers A, B, C
    # are shifted by a third of it.
    repeat = side * np.sqrt(3) / 2
    atoms = []
    for n, layer in enumerate(stacking):
        for element, height in (("Ga", 0.0), ("As", bond)):
            atoms.append((element, n * spacing + height, "ABC".index(layer) * repeat / 3))
    volume = side * side * np.sqrt(3) / 2 * spacing * len(stacking)  # of one period and one atom per layer
    return atoms, volume


cubic, hexagonal = 5.6533, (3.989, 6.564)
d111 = cubic / np.sqrt(3)
crystals = {
    "zinc blende": [bilayers(s, d111, 0.75 * d111, cubic / np.sqrt(2)) for s in ("ABC", "ACB")],
    "twin": [bilayers(s, d111, 0.75 * d111, cubic / np.sqrt(2)) for s in ("ABC", "ACB")],
    "wurtzite": [bilayers("AB", hexagonal[1] / 2, 0.375 * hexagonal[1], hexagonal[0])] * 2,
}


def amplitude(crystal, up, across):
    atoms, volume = crystal
    q = np.hypot(up, across)
    return abs(sum(factor(e, q) * np.exp(2j * np.pi * (up * z + across * y)) for e, z, y in atoms)) / volume


rows = {}
for line in subprocess.run([sys.argv[1]], check=True, capture_output=True, text=True).stdout.splitlines():
    name, up, across, value = line.rsplit(" ", 3)
    rows.setdefault(name, []).append((float(up), float(across), float(value)))

assert set(rows) == set(crystals), f"phases {sorted(rows)}"
handedness = {}
for name, reflections in rows.items():
    strongest = max(v for _, _, v in reflections)
    assert len(reflections) > 20, f"{name}: {len(reflections)} reflections"
    errors = []
    for crystal in crystals[name]:
        errors.append(max(abs(amplitude(crystal, u, a) - v) for u, a, v in reflections) / strongest)
    handedness[name] = int(np.argmin(errors))
    print(f"{name}: {len(reflections)} reflections, largest difference {100 * min(errors):.2f} % of the strongest")
    assert min(errors) < 0.01, f"{name} differs by {100 * min(errors):.2f} %"
    # Nothing is missing: every point of the layers' lattice where the stacked crystal diffracts is in the list.
    crystal = crystals[name][handedness[name]]
    period = {"wurtzite": hexagonal[1]}.get(name, 3 * d111)
    repeat = (hexagonal[0] if name == "wurtzite" else cubic / np.sqrt(2)) * np.sqrt(3) / 2
    for m in range(-3, 4):
        for n in range(-12, 13):
            up, across = n / period, m / repeat
            if 0 < np.hypot(up, across) < 0.95 and amplitude(crystal, up, across) > 0.01 * strongest:
                assert any(abs(u - up) < 1e-6 and abs(a - across) < 1e-6 for u, a, _ in reflections), f"{name}: ({up}, {across}) is missing"
assert handedness["zinc blende"] != handedness["twin"], "crystal and twin have opposite stacking"
