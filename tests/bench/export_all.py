#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time and memory of every export of one run.

    export_all.py --cli build/release/bin/quantoscope-cli --run RUN.qsrun [--formats gptq,gguf]

Prints for each format wall and CPU seconds and the largest resident memory of the whole process, which opens run and model, writes, reads back and
compares, and the size of the result. A format that does not take the run is printed with its reason.
"""
import argparse, os, subprocess, tempfile, time
from pathlib import Path

FORMATS = "compressed-tensors,gptq,gptq_v2,awq,gguf,dequantized"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cli", default="build/release/bin/quantoscope-cli")
    parser.add_argument("--run", required=True)
    parser.add_argument("--formats", default=FORMATS)
    arguments = parser.parse_args()
    print(f"{'format':20} {'wall s':>7} {'CPU s':>7} {'peak MiB':>9} {'size MiB':>9}")
    for name in arguments.formats.split(","):
        with tempfile.TemporaryDirectory() as folder:
            out, start = Path(folder) / "out", time.perf_counter()
            child = subprocess.Popen([arguments.cli, "export", arguments.run, "--format", name, "--out", str(out)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            reason = child.stderr.read()
            _, status, usage = os.wait4(child.pid, 0)
            if status != 0:
                print(f"{name:20} {reason.strip().splitlines()[-1]}")
                continue
            size = sum(file.stat().st_size for file in out.iterdir())
            print(f"{name:20} {time.perf_counter() - start:7.1f} {usage.ru_utime + usage.ru_stime:7.1f} {usage.ru_maxrss / 1024:9.0f} {size / 2**20:9.0f}")


if __name__ == "__main__":
    main()
