# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Every line energy of stages/elements/xray_lines.cpp against HyperSpy's database (compiled from other sources).

check_lines.py XRAY_LINES_CPP
"""
import re
import sys

from hyperspy.misc.elements import elements

COLUMNS = ["Ka", "Kb", "La", "Lb1", "Lb2", "Lg1", "Ma", "Mb"]
# Where sources differ by more than 20 eV: M lines of the light rare earths (transitions between half-filled shells), which the
# X-ray Data Booklet has 5 to 40 eV (Mb of La and Ce: up to 90 eV) above HyperSpy.
KNOWN = {(s, m) for s in ("La", "Ce", "Pr", "Nd", "Sm", "Eu") for m in ("Ma", "Mb")}

table = re.findall(r'\{(\d+), "(\w+)", ([\d., ]+)\},', open(sys.argv[1]).read())
assert [int(z) for z, _, _ in table] == list(range(4, 93)), "a row is missing"
compared, wrong = 0, []
for z, symbol, energies in table:
    entry = elements[symbol]
    assert entry["General_properties"]["Z"] == int(z), symbol
    lines = entry["Atomic_properties"]["Xray_lines"]
    for name, energy in zip(COLUMNS, map(float, energies.split(","))):
        if not energy or name not in lines or (symbol, name) in KNOWN:
            continue
        compared += 1
        other = 1000 * lines[name]["energy (keV)"]
        if abs(energy - other) > max(20, 0.001 * other):
            wrong.append((symbol, name, energy, other))
assert compared > 430, compared
assert not wrong, wrong
print(f"{compared} lines agree within 20 eV or 0.1 %")
