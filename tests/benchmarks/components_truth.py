# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""How often the stage `components` finds the true number of distinct patterns, and whether its confidence is honest.

    /usr/bin/python3 tests/benchmarks/components_truth.py build/ci/bin/ronchi --sets 200 --work /var/tmp/truth

Simulates sets (precipitate_sets.py) one after the other, finds their components, and prints a line for each: right or wrong, the truth, what was
found, the confidence, and what each criterion says by itself. At the end: how many are right, and in how many of each class of
confidence. Each set's files are removed. With --json FILE a line of JSON for each set. It exits with 1 when fewer than 95 % are right."""

import argparse
import glob
import json
import os
import shutil
import subprocess
import sys
import time

import h5py

import precipitate_sets

FIELDS = ("distinct", "components", "confidence", "votes", "by_deviance", "by_stability", "by_spectrum", "supported")


def attributes(path):
    with h5py.File(path) as file:
        found = {name: float(file.attrs[name]) for name in FIELDS}
        found["runs"] = file["distinct_runs"][...].tolist()
        found["spectrum"] = file["spectrum"][...].tolist()
    return found


def run(program, seed, work, options, threads, sharing, **limits):
    scan, kinds = precipitate_sets.make(seed, **limits)
    if sharing is not None:
        scan["charge_sharing"] = sharing
    folder = os.path.join(work, str(seed))
    os.makedirs(folder, exist_ok=True)
    job = dict(name="set", seed=seed, output=folder, stages={
        "scan": scan, "survey": {"after": "scan"}, "ingest": {"after": ["survey", "scan"]}, "components": {"after": "ingest", **options}})
    path = os.path.join(folder, "set.yaml")
    with open(path, "w") as file:
        json.dump(job, file)  # JSON is YAML
    start = time.time()
    done = subprocess.run([program, "run", path, "--threads", str(threads)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"set {seed}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    result = attributes(glob.glob(os.path.join(folder, "set", "components-*", "index.h5"))[0])
    shutil.rmtree(folder)
    return dict(seed=seed, truth=kinds, detector=scan["detector"], dose=scan["dose"], seconds=round(time.time() - start, 1), **result)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--sets", type=int, default=200)
    parser.add_argument("--first", type=int, default=1001, help="seed of the first set; 1 to 40 served to choose the method")
    parser.add_argument("--perturbations", type=int, default=20)
    parser.add_argument("--iterations", type=int, default=60)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--work", default="/var/tmp/ronchi_components_truth")
    parser.add_argument("--json")
    parser.add_argument("--lines", type=int, default=100, help="lines of each scan, and positions in a line")
    parser.add_argument("--detector", type=int, help="64 or 128 pixels; default: drawn for each set")
    parser.add_argument("--sharing", type=float, help="charge sharing, instead of the simulation's default")
    arguments = parser.parse_args()

    results = []
    for seed in range(arguments.first, arguments.first + arguments.sets):
        r = run(arguments.program, seed, arguments.work, dict(perturbations=arguments.perturbations, iterations=arguments.iterations),
                arguments.threads, arguments.sharing, lines=arguments.lines, positions=arguments.lines, detector=arguments.detector)
        results.append(r)
        right = r["distinct"] == r["truth"]
        print(f"{'right' if right else 'WRONG'} set {seed}: {r['truth']} patterns, found {r['distinct']:.0f}, confidence {r['confidence']:.2f}; "
              f"{r['detector']} px, {r['dose']} electrons; components {r['components']:.0f}, spectrum {r['by_spectrum']:.0f}, "
              f"deviance {r['by_deviance']:.0f}, stability {r['by_stability']:.0f}; {r['seconds']} s", flush=True)
        if arguments.json:
            with open(arguments.json, "a") as file:
                file.write(json.dumps(r) + "\n")

    good = [r for r in results if r["distinct"] == r["truth"]]
    print(f"right: {len(good)} of {len(results)}")
    for low, high in ((0, 0.5), (0.5, 0.8), (0.8, 0.95), (0.95, 1.01)):
        inside = [r for r in results if low <= r["confidence"] < high]
        if inside:
            print(f"  confidence {low} to {min(high, 1)}: {sum(r['distinct'] == r['truth'] for r in inside)} of {len(inside)} right, "
                  f"mean confidence {sum(r['confidence'] for r in inside) / len(inside):.2f}")
    sys.exit(0 if len(good) >= 0.95 * len(results) else 1)


if __name__ == "__main__":
    main()
