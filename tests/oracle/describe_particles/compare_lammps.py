# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Packing and shape of clusters, those of the program against LAMMPS' orientorder/atom, cna/atom, coord/atom and gyration.

usage: compare_lammps.py RONCHI_MEASURES LMP"""
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

BOND, SURFACE, D = 3.47, 10, 2.89


def ball(random, sites, atoms):
    sites = sites - random.uniform(-1, 1, 3)
    return sites[np.argsort((sites**2).sum(axis=1))[:atoms]]


def layers(stacking, n=9):
    """Close-packed layers in this order of A, B, C."""
    sites = []
    for k, layer in enumerate(stacking):
        shift = "ABC".index(layer)
        for a in range(-n, n + 1):
            for b in range(-n, n + 1):
                sites.append((a + b / 2 + shift / 2, (b + shift / 3) * np.sqrt(3) / 2, (k - len(stacking) / 2) * np.sqrt(2 / 3)))
    return D * np.array(sites)


def icosahedron(shells):
    g = (1 + np.sqrt(5)) / 2
    corners = np.array([p for s in (-1, 1) for t in (-g, g) for p in ((0, s, t), (s, t, 0), (t, 0, s))]) / np.sqrt(1 + g * g)
    joined = corners @ corners.T > 0.1
    atoms = {(0.0, 0.0, 0.0)}
    for n in range(1, shells + 1):
        for i in range(12):
            for j in range(12):
                for k in range(12):
                    if joined[i, j] and joined[j, k] and joined[i, k]:
                        for a in range(n + 1):
                            for b in range(n + 1 - a):
                                atoms.add(tuple(np.round(D * (a * corners[i] + b * corners[j] + (n - a - b) * corners[k]), 9) + 0.0))
    return np.array(sorted(atoms))


def clusters():
    random = np.random.default_rng(8)
    crystals = {"fcc": layers("ABC" * 5), "hcp": layers("AB" * 7), "twin": layers("ABCABCABACBACBA"), "faults": layers("ABCABABCACABCAB")}
    for name, sites in crystals.items():
        for atoms in (55, 201, 600):
            for amplitude in (0.0, 0.08, 0.2):
                p = ball(random, sites, atoms)
                yield f"{name} {atoms}", p + random.normal(0, amplitude, p.shape)
    for shells in (1, 2, 3, 4):
        p = icosahedron(shells)
        assert len(p) == (10 * shells**3 + 15 * shells**2 + 11 * shells + 3) // 3
        yield f"icosahedron {len(p)}", p + random.normal(0, 0.05, p.shape)


def by_lammps(lmp, positions):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        rows = "".join(f"{i + 1} 1 {x[0]:.15g} {x[1]:.15g} {x[2]:.15g}\n" for i, x in enumerate(positions))
        (folder / "data").write_text(f"c\n\n{len(positions)} atoms\n1 atom types\n\n-60 60 xlo xhi\n-60 60 ylo yhi\n-60 60 zlo zhi\n\n"
                                     f"Masses\n\n1 1\n\nAtoms\n\n{rows}")
        (folder / "in").write_text(f"""units metal
boundary f f f
read_data data
pair_style zero 8.0
pair_coeff * *
compute q all orientorder/atom degrees 2 4 6 nnn NULL cutoff {BOND}
compute c all cna/atom {BOND}
compute n all coord/atom cutoff {BOND}
compute g all gyration
thermo_style custom step c_g c_g[*]
dump d all custom 1 atoms id c_q[1] c_q[2] c_c c_n
dump_modify d sort id format float %.12g
run 0
print "$(c_g:%.15g) $(c_g[1]:%.15g) $(c_g[2]:%.15g) $(c_g[3]:%.15g) $(c_g[4]:%.15g) $(c_g[5]:%.15g) $(c_g[6]:%.15g)" file shape
""")
        done = subprocess.run([lmp, "-in", "in", "-log", "none"], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr
        q4, q6, cna, bonds = np.loadtxt(folder / "atoms", skiprows=9)[:, 1:].T
        radius, xx, yy, zz, xy, xz, yz = map(float, (folder / "shape").read_text().split())
    a, b, c = np.linalg.eigvalsh([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])
    asphericity = ((a - b) ** 2 + (b - c) ** 2 + (c - a) ** 2) / (2 * (a + b + c) ** 2)
    inside = bonds >= SURFACE
    mean = lambda v: v[inside].mean() if inside.any() else 0.0
    return {"q4": mean(q4), "q6": mean(q6), "fcc": (cna == 1).mean(), "hcp": (cna == 2).mean(), "gyration": radius,
            "asphericity": asphericity, "surface": 1 - inside.mean()}


def main():
    program, lmp = sys.argv[1:3]
    named = list(clusters())
    frames = "".join(f"{len(p)}\n\n" + "".join(f"0 {x[0]:.15g} {x[1]:.15g} {x[2]:.15g}\n" for x in p) for _, p in named)
    lines = subprocess.run([program, str(BOND)], input=frames, capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(lines) == len(named)
    worst, seen = {}, {}
    for (name, positions), line in zip(named, lines):
        words = line.split()
        ours = dict(zip(words[::2], map(float, words[1::2])))
        assert ours["fragments"] == 1, f"{name} is in {ours['fragments']} pieces"
        for key, theirs in by_lammps(lmp, positions).items():
            difference = abs(ours[key] - theirs)
            worst[key], seen[key] = max(worst.get(key, 0), difference), max(seen.get(key, 0), theirs)
            assert difference < 1e-8, f"{name}: {key} is {ours[key]} here, {theirs} in LAMMPS"
    assert all(seen[key] > 0.05 for key in ("fcc", "hcp", "surface", "q6")), seen
    print(f"{len(named)} clusters; largest differences: " + ", ".join(f"{k} {v:.1e}" for k, v in worst.items()))


if __name__ == "__main__":
    main()
