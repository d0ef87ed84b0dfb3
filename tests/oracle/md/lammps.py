# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""The second-moment potential of AgCo as a table of LAMMPS' pair_style eam/fs, and LAMMPS on clusters with it.

F(rho) = -sqrt(rho), rho_ab = Xi_ab^2, phi_ab = 2 alpha_ab; eam/alloy cannot hold it, since Xi of unlike atoms is not a function of one
of them. with 2000 points the table itself is off by 1e-5 eV/A, with 20000 by 2e-7."""
import subprocess
import tempfile
from pathlib import Path

import numpy as np

# A, xi, p, q, r0, inner, outer: eV and A. Typed from the sources once more, not read from Ronchi's file.
SILVER = (0.104331912, 1.194019029, 10.79, 3.19, 2.89, 4.08707719, 5.00562683)
COBALT = (0.17570, 1.84300, 9.210, 2.975, 2.50, 3.53553391, 4.33012702)
UNLIKE = {"AgCo-P1": (0.14440, 1.47760, 10.001, 3.085, 2.695, 4.08707719, 4.33012702),
          "AgCo-P2": (0.15202, 1.4319, 10.001, 3.085, 2.695, 4.08707719, 4.33012702)}
SPECIES = ("Ag", "Co")
MASSES = (107.8682, 58.933195)


def branch(r, strength, decay, r0, inner, outer):
    """An exponential up to `inner`; from there the polynomial of fifth degree that solves the six conditions at both ends."""
    value = strength * np.exp(-decay * (inner / r0 - 1))
    k, x = decay / r0, inner - outer
    conditions = [[x**3, x**4, x**5], [3 * x**2, 4 * x**3, 5 * x**4], [6 * x, 12 * x**2, 20 * x**3]]
    c = np.linalg.solve(conditions, [value, -k * value, k * k * value])
    y = r - outer
    return np.where(r < inner, strength * np.exp(-decay * (r / r0 - 1)), np.where(r < outer, y**3 * (c[0] + y * (c[1] + y * c[2])), 0))


def write_table(path, potential, points=20000, densities=8000, largest=250.0):
    cutoff = SILVER[6]
    r = np.arange(points) * (cutoff / (points - 1))
    rho = np.arange(densities) * (largest / (densities - 1))
    pairs = {(0, 0): SILVER, (1, 1): COBALT, (0, 1): UNLIKE[potential], (1, 0): UNLIKE[potential]}
    alpha = {p: branch(r, a, pp, r0, i, o) for p, (a, xi, pp, q, r0, i, o) in pairs.items()}
    hopping = {p: branch(r, xi, q, r0, i, o) for p, (a, xi, pp, q, r0, i, o) in pairs.items()}
    with open(path, "w") as out:
        out.write(f"{potential}\n\n\n2 Ag Co\n")
        out.write(f"{densities} {rho[1]:.17g} {points} {r[1]:.17g} {cutoff:.17g}\n")
        for a in range(2):
            out.write(f"{(47, 27)[a]} {MASSES[a]} 4.0 fcc\n")
            np.savetxt(out, -np.sqrt(rho), fmt="%.17g")
            for b in range(2):
                np.savetxt(out, hopping[a, b] ** 2, fmt="%.17g")
        for pair in ((0, 0), (1, 0), (1, 1)):
            np.savetxt(out, r * 2 * alpha[pair], fmt="%.17g")


def run(lammps, potential, clusters, minimize=False):
    """clusters: list of (species [n], positions [n, 3]). Returns a list of (energy, forces [n, 3])."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        write_table(folder / "table.fs", potential)
        script = []
        for k, (species, positions) in enumerate(clusters):
            with open(folder / f"{k}.data", "w") as out:
                low, high = positions.min(axis=0) - 20, positions.max(axis=0) + 20
                out.write(f"cluster\n\n{len(species)} atoms\n2 atom types\n\n")
                for axis, l, h in zip("xyz", low, high):
                    out.write(f"{l:.17g} {h:.17g} {axis}lo {axis}hi\n")
                out.write("\nMasses\n\n" + "".join(f"{t + 1} {m}\n" for t, m in enumerate(MASSES)) + "\nAtoms\n\n")
                for i, (s, x) in enumerate(zip(species, positions)):
                    out.write(f"{i + 1} {s + 1} {x[0]:.17g} {x[1]:.17g} {x[2]:.17g}\n")
            script += ["clear", "units metal", "atom_style atomic", "boundary f f f", "atom_modify map array",
                       f"read_data {k}.data", "pair_style eam/fs", "pair_coeff * * table.fs Ag Co", "neighbor 1.0 bin",
                       "thermo_style custom step pe", "thermo_modify format float %.15g"]
            if minimize:
                script += ["min_style cg", "minimize 0 1e-9 20000 100000"]
            script += ["run 0", "variable e equal pe", f'print "$(v_e:%.15g)" file {k}.energy',
                       f"write_dump all custom {k}.forces id fx fy fz modify sort id format float %.15g"]
        (folder / "in").write_text("\n".join(script) + "\n")
        done = subprocess.run([lammps, "-in", "in", "-log", "none"], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr
        return [(float((folder / f"{k}.energy").read_text()), np.loadtxt(folder / f"{k}.forces", skiprows=9)[:, 1:])
                for k in range(len(clusters))]
