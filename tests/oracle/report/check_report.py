# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Opens a report in a browser, clicks on a map, and holds what is shown against the factors, loadings and frames in HDF5.

check_report.py REPORT_PREVIEW CHROMIUM scan|spectra
"""
import html.parser
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np


class Output(html.parser.HTMLParser):
    """The attributes of <output id="selftest">, which page.js leaves after its self-test."""
    found = None

    def handle_starttag(self, tag, attributes):
        if tag == "output" and dict(attributes).get("id") == "selftest":
            self.found = dict(attributes)


def shown(chromium, page, position, profile):
    """What the page shows after a click at a position; fails on anything the browser complained about."""
    command = [chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={profile}",
               "--window-size=1200,900", "--virtual-time-budget=20000", "--enable-logging=stderr", "--dump-dom",
               f"{page.as_uri()}#selftest=" + ",".join(map(str, position))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    complaints = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    assert not complaints, complaints
    parser = Output()
    parser.feed(done.stdout)
    assert parser.found, "the page did not finish its self-test"
    return parser.found


def numbers(text):
    return np.array(text.split(), dtype=float)


def check(result, truth, position):
    slices, ny, nx, _ = truth["frames"].shape
    s, y, x = (0, *position) if len(position) == 2 else position
    assert (int(result["data-slice"]), int(result["data-row"]), int(result["data-column"])) == (s, y, x), "the click went elsewhere"
    assert result["data-errors"] == "", result["data-errors"]
    assert result["data-charts"] == result["data-drawn"] and int(result["data-charts"]) > 0, "a chart is empty"
    assert result["data-images"] == result["data-loaded"], "a picture is broken"
    assert int(result["data-overflow"]) <= 0, "the page is wider than 1200 pixels"
    assert result["data-arrow"] == str(min(x, 1)), "the arrow key to the left did not move the position, or moved it off the scan"

    loadings = truth["loadings"][:]
    factors = truth["factors"][:]
    row = loadings[(s * ny + y) * nx + x]
    # Stored as round(65535 sqrt(v / max)): an error of at most max sqrt(v / max) / 65535, and a little more near zero.
    step = lambda v, top: np.sqrt(np.maximum(v, 0) * top) / 65535 + top / 65535**2
    got = numbers(result["data-loadings"])
    assert np.all(np.abs(got - row) <= 1.01 * step(row, loadings.max(axis=0))), (got, row)
    model = row @ factors
    error = row @ step(factors, factors.max(axis=1)[:, None]) + step(row, loadings.max(axis=0)) @ factors
    difference = np.abs(numbers(result["data-model"]) - model)
    assert np.all(difference <= 1.05 * error + 1e-6 * model), difference.max()

    my, mx = int(result["data-measured-row"]), int(result["data-measured-column"])
    assert abs(my - y) <= ny / 4 and abs(mx - x) <= nx / 4, "the measured pattern comes from far away"
    counts = numbers(result["data-counts"])
    assert np.array_equal(counts, truth["frames"][s, my, mx]), "not the pattern that was measured there"


def main():
    preview, chromium, kind = sys.argv[1:]
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        subprocess.run([preview, kind, str(directory)], check=True)
        with h5py.File(directory / "truth.h5") as truth:
            slices, ny, nx, _ = truth["frames"].shape
            positions = [(12, 7), (0, 0), (ny - 1, nx - 1)] if slices == 1 else [(2, 12, 7), (0, ny - 1, nx - 1)]
            for position in positions:
                check(shown(chromium, directory / "report.html", position, directory / "profile"), truth, position)
    print(f"{kind}: {len(positions)} positions agree")


main()
