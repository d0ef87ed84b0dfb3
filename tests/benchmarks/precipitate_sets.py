# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Simulated scans with a known number of distinct mean patterns: jobs for ronchi.

A set is an aluminium foil seen along [001] with 2 to 11 kinds of precipitates: theta' edge-on (two variants), silicon and other
diamond, zinc blende and hexagonal particles in several zones and rotations. 100 x 100 patterns of 64 x 64 or 128 x 128, 1000 to 10,000
electrons per pattern outside the direct beam, the rarest kind in 1 % of the scan. Bending, twist, wedge, precession and
charge sharing are the defaults of the stage simulate_scan, or drawn about them."""

import random

ALUMINIUM = dict(name="Al", structure="fcc", elements=["Al"], a=4.05, zone=[0, 0, 1], up=[2, 0, 0])


def library():
    """Kinds of precipitates: phase, shape. Patterns of two kinds differ in structure, zone, or by 10 degrees and more in the plane."""
    kinds = []

    def add(name, shape, **phase):
        kinds.append((dict(name=name, **phase), shape))

    theta = dict(structure="theta_prime", elements=["Cu", "Al"], a=4.04, c=5.80)
    # Not theta' face-on: its only reflections that aluminium does not have are as weak as 2 f(Cu) - 4 f(Al), so that its mean pattern is
    # not distinct in these counts.
    add("theta' edge-on x", "plate_x", zone=[1, 0, 0], up=[0, 0, 2], **theta)
    add("theta' edge-on y", "plate_y", zone=[1, 0, 0], up=[0, 0, 2], in_plane=90, **theta)
    silicon = dict(structure="zinc_blende", elements=["Si"], a=5.431)
    add("Si 110 a", "needle", zone=[1, -1, 0], up=[1, 1, 1], in_plane=10, **silicon)
    add("Si 110 b", "needle", zone=[1, -1, 0], up=[1, 1, 1], in_plane=70, **silicon)
    add("Si 100", "needle", zone=[0, 0, 1], up=[2, 2, 0], in_plane=12, **silicon)
    add("Si 111", "plate_face_on", zone=[1, 1, 1], up=[2, -2, 0], in_plane=5, **silicon)
    add("Si 112", "needle", zone=[1, 1, -2], up=[1, 1, 1], in_plane=33, **silicon)
    gallium = dict(structure="zinc_blende", elements=["Ga", "As"], a=5.6533)
    add("GaAs 110", "needle", zone=[1, -1, 0], up=[1, 1, 1], in_plane=40, **gallium)
    add("GaAs 100", "plate_face_on", zone=[0, 0, 1], up=[2, 0, 0], in_plane=25, **gallium)
    zinc = dict(structure="wurtzite", elements=["Zn", "S"], a=3.82, c=6.26)
    add("ZnS 11-20", "needle", zone=[1, 1, 0], up=[0, 0, 1], in_plane=20, **zinc)
    add("ZnS 10-10", "plate_x", zone=[2, 1, 0], up=[0, 0, 2], in_plane=50, **zinc)
    add("ZnS 0001", "plate_face_on", zone=[0, 0, 1], up=[1, 0, 0], in_plane=15, **zinc)
    nitride = dict(structure="wurtzite", elements=["Al", "N"], a=3.11, c=4.98)
    add("AlN 11-20", "needle", zone=[1, 1, 0], up=[0, 0, 1], in_plane=75, **nitride)
    add("AlN 0001", "plate_y", zone=[0, 0, 1], up=[1, 0, 0], in_plane=0, **nitride)
    return kinds


def shape_of(kind, rng):
    d = rng.uniform(8, 16)
    if kind == "needle":
        return dict(axis="beam", diameter=d, height=rng.uniform(60, 200))
    if kind == "plate_face_on":
        return dict(axis="beam", diameter=rng.uniform(15, 25), height=rng.uniform(20, 35))
    return dict(axis="plane", diameter=rng.uniform(30, 50), height=rng.uniform(5, 8), direction=0 if kind == "plate_x" else 90)


def make(seed, detector=None, dose=None, kinds=None, lines=100, positions=100):
    """Options of simulate_scan and the number of distinct mean patterns, drawn from the seed."""
    rng = random.Random(seed)
    detector = detector or rng.choice([64, 128])
    dose = dose or round(10 ** rng.uniform(3, 4))
    count = kinds or rng.randint(3, 12)
    chosen = rng.sample(library(), count - 1)
    rarest = rng.randrange(count - 1)
    phases, populations = [ALUMINIUM], []
    for i, (phase, shape) in enumerate(chosen):
        phases.append(phase)
        fraction = 0.01 if i == rarest else round(10 ** rng.uniform(-2, -1), 4)
        populations.append(dict(phase=phase["name"], area_fraction=fraction, **{k: round(v, 2) if isinstance(v, float) else v for k, v in shape_of(shape, rng).items()}))
    options = dict(stage="simulate_scan", specimen="precipitates", scan=[lines, positions], step=2, detector=detector,
                   pixel=0.016 * 128 / detector, dose=dose, beam=1.5, phases=phases, precipitates=populations,
                   foil_thickness=round(rng.uniform(50, 90), 1), wedge=round(rng.uniform(0.2, 0.6), 2), hot_pixels=0, dead_pixels=0,
                   descan_linear=0, descan_quadratic=0)
    return options, count
