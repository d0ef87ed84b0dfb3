# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Energies and forces of thermally displaced AgCo clusters of 13 to 923 atoms, those of the program against those of LAMMPS.

usage: compare_lammps.py RONCHI_ENERGIES LMP"""
import subprocess
import sys

import numpy as np

import lammps

TOLERANCE = 1e-6  # eV and eV/A


def cluster(random, atoms, cobalt):
    """The atoms of an fcc crystal nearest to a random point, species in no order, displaced by a tenth of an A."""
    n = np.arange(-9, 10)
    grid = np.array(np.meshgrid(n, n, n)).reshape(3, -1).T
    sites = grid[grid.sum(axis=1) % 2 == 0] * ((1 - cobalt) * 4.087 + cobalt * 3.536) / 2 - random.uniform(-1, 1, 3)
    sites = sites[np.argsort((sites**2).sum(axis=1))[:atoms]]
    species = np.zeros(atoms, int)
    species[random.permutation(atoms)[: round(cobalt * atoms)]] = 1
    return species, sites + random.normal(0, 0.1, sites.shape)


def program(path, potential, clusters):
    frames = []
    for species, positions in clusters:
        frames.append(f"{len(species)}\n\n" + "".join(
            f"{lammps.SPECIES[s]} {x[0]:.17g} {x[1]:.17g} {x[2]:.17g}\n" for s, x in zip(species, positions)))
    numbers = subprocess.run([path, potential], input="".join(frames), capture_output=True, text=True, check=True).stdout.split("\n")
    results, at = [], 0
    for species, _ in clusters:
        rows = numbers[at:at + len(species) + 1]
        results.append((float(rows[0]), np.array([[float(v) for v in row.split()] for row in rows[1:]])))
        at += len(species) + 1
    return results


def main():
    energies, lmp = sys.argv[1:3]
    random = np.random.default_rng(5)
    failures = 0
    for potential in lammps.UNLIKE:
        clusters = [cluster(random, atoms, cobalt) for atoms in (13, 38, 55, 100, 147, 201, 309, 405, 561, 750, 923)
                    for cobalt in (0.0, 0.3, 0.5, 0.8, 1.0)]
        clusters.append((np.array([0, 1, 1]), np.array([[0, 0, 0], [2.3, 0.1, 0], [0.4, 2.2, 0.3]], float)))
        worst_energy = worst_force = 0
        for (species, _), ours, theirs in zip(clusters, program(energies, potential, clusters), lammps.run(lmp, potential, clusters)):
            in_energy, in_force = abs(ours[0] - theirs[0]), np.abs(ours[1] - theirs[1]).max()
            worst_energy, worst_force = max(worst_energy, in_energy), max(worst_force, in_force)
            assert np.abs(theirs[1]).max() > 0.5, "the clusters are not displaced"
            if in_energy > TOLERANCE or in_force > TOLERANCE:
                failures += 1
                print(f"{potential}, {len(species)} atoms, {species.sum()} Co: energy {ours[0]:.9f} and {theirs[0]:.9f} eV, "
                      f"forces differ by {in_force:.2e} eV/A")
        print(f"{potential}: {len(clusters)} clusters of {min(len(s) for s, _ in clusters)} to {max(len(s) for s, _ in clusters)} atoms; "
              f"largest differences {worst_energy:.1e} eV and {worst_force:.1e} eV/A")
    assert failures == 0, f"{failures} clusters differ by more than {TOLERANCE:g}"


if __name__ == "__main__":
    main()
