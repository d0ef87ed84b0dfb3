# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Whether the recommendation of the stage `components` is stable on measured spectra: for all tilts of an EDS series, each half of them, and
each tilt by itself.

    /usr/bin/python3 tests/benchmarks/components_eds.py build/ci/bin/ronchi 'eds/L2083_*.hspy' --work /var/tmp/eds

Prints a line for each selection of files: distinct patterns, confidence, components, what each criterion says."""

import argparse
import glob
import json
import os
import shutil
import subprocess
import sys

from components_truth import attributes


def run(program, files, name, work, options, threads):
    folder = os.path.join(work, name)
    os.makedirs(folder, exist_ok=True)
    job = dict(name="eds", seed=1, output=folder, stages={
        "files": {"paths": files, "axis": "tilt"}, "survey": {"after": "files", "mask_strobe": True, "bin": 4},
        "ingest": {"after": ["survey", "files"]}, "components": {"after": "ingest", **options}})
    path = os.path.join(folder, "eds.yaml")
    with open(path, "w") as file:
        json.dump(job, file)  # JSON is YAML
    done = subprocess.run([program, "run", path, "--threads", str(threads)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{name}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    result = attributes(glob.glob(os.path.join(folder, "eds", "components-*", "index.h5"))[0])
    shutil.rmtree(folder)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("files", help="a pattern of file names")
    parser.add_argument("--perturbations", type=int, default=20)
    parser.add_argument("--iterations", type=int, default=60)
    parser.add_argument("--most", type=int, default=12)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", choices=("singles", "groups"), help="each tilt by itself alone, or halves and all alone")
    parser.add_argument("--work", default="/var/tmp/ronchi_components_eds")
    arguments = parser.parse_args()
    files = sorted(os.path.abspath(f) for f in glob.glob(arguments.files))
    selections = {}
    if arguments.only != "groups":
        selections |= {os.path.basename(f).removesuffix(".hspy"): [f] for f in files}
    if arguments.only != "singles":
        selections |= {"first half": files[: len(files) // 2], "second half": files[len(files) // 2 :], "every other": files[::2],
                       "the others": files[1::2], "all": files}
    options = dict(most=arguments.most, perturbations=arguments.perturbations, iterations=arguments.iterations)
    found = []
    for name, chosen in selections.items():
        r = run(arguments.program, chosen, name.replace(" ", "_"), arguments.work, options, arguments.threads)
        found.append(r["distinct"])
        above = sum(v > 1 for v in r["spectrum"])
        print(f"{name}: {r['distinct']:.0f} distinct, confidence {r['confidence']:.2f}; components {r['components']:.0f}, spectrum "
              f"{r['by_spectrum']:.0f} ({above} above the edge), deviance {r['by_deviance']:.0f} (least at {r['supported']:.0f}), stability "
              f"{r['by_stability']:.0f}", flush=True)
    print(f"distinct patterns from {min(found):.0f} to {max(found):.0f} over {len(found)} selections")


if __name__ == "__main__":
    main()
