# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Runs files -> survey -> ingest and opens the results."""
import glob
import os
import subprocess
import sys
import tempfile

import h5py

program = sys.argv[1]


class Result:
    """The indices of survey and ingest; frames are written to disk so that h5py can read them."""

    def __init__(self, source, survey="", ingest="", files=""):
        self.folder = tempfile.TemporaryDirectory(prefix="ronchi-ingest-")
        job = os.path.join(self.folder.name, "job.yaml")
        with open(job, "w") as out:
            out.write(f"""name: oracle
output: {self.folder.name}/run
stages:
  files: {{{files}}}
  survey: {{after: files{', ' + survey if survey else ''}}}
  ingest: {{after: [survey, files], materialise: true{', ' + ingest if ingest else ''}}}
""")
        done = subprocess.run([program, "run", job, f"input={source}"], capture_output=True, text=True, cwd=self.folder.name)
        assert done.returncode == 0, done.stdout + done.stderr
        self.survey = self._index("survey")
        self.ingest = self._index("ingest")

    def _index(self, stage):
        return h5py.File(glob.glob(os.path.join(self.folder.name, "run", "oracle", stage + "-*", "index.h5"))[0], "r")
