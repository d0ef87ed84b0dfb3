# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Atom-steps per second of one core on clusters of 50 to 1000 atoms at 300 and 800 K, those of Ronchi beside those of LAMMPS
(pair_style eam/fs) from the same states, in turns.

usage: md_against_lammps.py MD_BENCHMARK LMP [--steps N] [--rounds N] [--points N] [--skin A]

Both hold the temperature (LAMMPS: fix nvt; here: Bussi), time step 1 fs, lists checked in every step and remade when an atom has moved
by half the skin. Seconds are processor time: of LAMMPS that of its loop alone, here all but reading the file."""
import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracle" / "md"))
import lammps
import numpy as np

SIZES = (50, 75, 100, 150, 225, 309, 405, 561, 750, 1000)


def ball(atoms):
    """The sites of an fcc crystal nearest to a point, the inner half of them cobalt, cold."""
    n = np.arange(-9, 10)
    grid = np.array(np.meshgrid(n, n, n)).reshape(3, -1).T
    sites = grid[grid.sum(axis=1) % 2 == 0] * 2.0 + (0.3, -0.2, 0.1)
    sites = sites[np.argsort((sites**2).sum(axis=1), kind="stable")[:atoms]]
    return np.column_stack([np.arange(atoms) < atoms // 2, sites, np.zeros((atoms, 3))])


def ours(program, files, steps, temperature, *more):
    lines = subprocess.run([program, "--steps", str(steps), "--temperature", str(temperature), *more, *files], capture_output=True,
                           text=True, check=True).stdout.splitlines()
    return [float(line.split()[2]) for line in lines]


def theirs(lmp, folder, states, steps, temperature, skin):
    script = []
    for k, state in enumerate(states):
        (folder / f"{k}.data").write_text(
            f"cluster\n\n{len(state)} atoms\n2 atom types\n\n" + "".join(f"-60 60 {a}lo {a}hi\n" for a in "xyz") +
            "\nMasses\n\n" + "".join(f"{t + 1} {m}\n" for t, m in enumerate(lammps.MASSES)) +
            "\nAtoms\n\n" + "".join(f"{i + 1} {int(r[0]) + 1} {r[1]:.12g} {r[2]:.12g} {r[3]:.12g}\n" for i, r in enumerate(state)) +
            "\nVelocities\n\n" + "".join(f"{i + 1} {r[4] * 1e3:.12g} {r[5] * 1e3:.12g} {r[6] * 1e3:.12g}\n" for i, r in enumerate(state)))
        script += ["clear", "units metal", "boundary f f f", f"read_data {k}.data", "pair_style eam/fs", "pair_coeff * * table.fs Ag Co",
                   f"neighbor {skin} bin", "neigh_modify every 1 delay 0 check yes", "timestep 0.001",
                   f"fix 1 all nvt temp {temperature} {temperature} 0.1", f"thermo {steps}", f"run {steps}"]
    (folder / "in").write_text("\n".join(script) + "\n")
    done = subprocess.run([lmp, "-in", "in", "-log", "none"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    loops = [float(v) for v in re.findall(r"Loop time of (\S+) on 1 procs", done.stdout)]
    use = [float(v) / 100 for v in re.findall(r"([\d.]+)% CPU use", done.stdout)]
    assert len(loops) == len(use) == len(states), done.stdout
    return [a * b for a, b in zip(loops, use)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("lmp")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--points", type=int, default=2000)
    parser.add_argument("--skin", type=float, default=0.7)
    o = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lammps.write_table(folder / "table.fs", "AgCo-P1", points=o.points, densities=5000)
        sets = {}
        for temperature in (300, 800):
            files = [str(folder / f"{temperature}-{n}") for n in SIZES]
            for file, n in zip(files, SIZES):
                np.savetxt(file, ball(n), fmt="%d" + " %.17g" * 6)
            ours(o.program, files, 10000, temperature, "--write")
            sets[temperature] = files, [np.loadtxt(f) for f in files]
        seconds = {"ronchi": [], "lammps": []}
        for _ in range(o.rounds):
            seconds["ronchi"].append([ours(o.program, files, o.steps, t) for t, (files, _) in sets.items()])
            seconds["lammps"].append([theirs(o.lmp, folder, states, o.steps, t, o.skin) for t, (_, states) in sets.items()])
    seconds = {k: np.array(v) for k, v in seconds.items()}  # [rounds, temperatures, sizes]
    middle = {k: np.median(v, axis=0) for k, v in seconds.items()}
    print(f"eam/fs table of {o.points} points, skin {o.skin} A; {o.rounds} rounds of {o.steps} steps; medians, millions of atom-steps/s")
    print("atoms   300 K: ronchi lammps ratio   800 K: ronchi lammps ratio")
    for k, n in enumerate(SIZES):
        rates = [[n * o.steps / middle[p][t, k] * 1e-6 for p in ("ronchi", "lammps")] for t in range(2)]
        print(f"{n:5d}         {rates[0][0]:6.2f} {rates[0][1]:6.2f} {rates[0][0] / rates[0][1]:5.1f}"
              f"          {rates[1][0]:6.2f} {rates[1][1]:6.2f} {rates[1][0] / rates[1][1]:5.1f}")
    work = 2 * sum(SIZES) * o.steps * 1e-6
    totals = {k: v.sum(axis=(1, 2)) for k, v in seconds.items()}
    ratios = totals["lammps"] / totals["ronchi"]
    print(f"all together: ronchi {work / median(totals['ronchi']):.2f}, lammps {work / median(totals['lammps']):.2f}, "
          f"ratio {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
