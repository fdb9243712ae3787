#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a study saves: CPU and wall seconds of `study`, and of the single commands that give the same numbers.

    study_share.py --cli build/release/bin/quantoscope-cli [--study resources/studies/1-maca-ablation.json] [--model resources/models/demo]
                   [--text NAME=PATH] [--scale 0.125] [--seeds 1] [--only AXIS=LABEL] [--threads 2]

The single commands of a cell: `quantize` with its options as one would type them (those that differ from the defaults), and one `evaluate` per text and window; besides, once,
`evaluate` of the model. --scale multiplies the tokens of calibration, held-out text and perplexities. Costs grow linearly with it beside a part that does not: with --scale twice
(`--scale 0.125 --scale 0.25`) the shares at scale 1 are extrapolated from the two. By phases: quantoscope-bench --benchmark_filter=study.
"""
import argparse, json, os, subprocess, sys, tempfile, time
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]


def timed(command):
    start = time.monotonic()
    with tempfile.TemporaryFile() as log:
        child = subprocess.Popen([str(c) for c in command], stdout=log, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)
        if status:
            log.seek(0)
            sys.exit(f"error: {' '.join(map(str, command[:3]))} … failed; see below\n" + log.read().decode()[-3000:])
    return [usage.ru_utime + usage.ru_stime, time.monotonic() - start]


def add(total, part):
    for i, value in enumerate(part):
        total[i] += value


def scaled(study, path, scale):
    for name, text in study["texts"].items():
        text = study["texts"][name] = {"path": text} if isinstance(text, str) else text
        if "path" in text:
            text["path"] = str((path.parent / text["path"]).resolve())
    if "model" in study:
        study["model"] = str((path.parent / study["model"]).resolve())
    for settings in [study.get("set", {})] + [grid.get("set", {}) for grid in study["grids"]]:
        for name in ("tokens", "held-out-tokens"):
            if name in settings:
                settings[name] = int(settings[name] * scale)
    windows = study.get("perplexity", {}).get("windows", [0])
    if "tokens" in study.get("perplexity", {}):
        study["perplexity"]["tokens"] = max(max(windows), int(study["perplexity"]["tokens"] * scale))
    return study


def option(name, value):
    if value in ("true", "false"):
        return [f"--{name}" if value == "true" else f"--no-{name}"]
    return [f"--{name}={value}"]


def measure(a, scale, folder):
    path = Path(a.study)
    study = scaled(json.loads(path.read_text()), path, scale)
    (folder / "study.json").write_text(json.dumps(study))
    out = folder / "out"
    together = timed([a.cli, "study", folder / "study.json", "--out", out, "--threads", a.threads, "--seeds", a.seeds]
                     + (["--model", a.model] if a.model else []) + [word for t in a.text for word in ("--text", t)] + [word for o in a.only for word in ("--only", o)])
    comparison = json.loads((out / "comparison.json").read_text())
    model = comparison["model"]
    files = {name: [out / "texts" / f"{name}.txt"] if (out / "texts" / f"{name}.txt").exists() else given for name, given in comparison["texts"].items()}
    commands = json.loads(subprocess.run([a.cli, "options", "--json"], capture_output=True, check=True).stdout)
    defaults = {o["name"]: o["default"] for c in commands if c["command"] == "quantize" for o in c["options"]}
    perplexity = study.get("perplexity", {})

    def evaluate(subject):
        seconds = [0, 0]
        for p in comparison["full_precision"]:
            add(seconds, timed([a.cli, "evaluate", subject, "--task", "perplexity", "--text", *files[p["text"]], "--window", p["window"], "--max-tokens", perplexity.get("tokens", 0),
                                "--threads", a.threads]))
        return seconds

    quantize, measures = [0, 0], evaluate(model)
    for cell in comparison["cells"]:
        options = {k: v for k, v in cell["options"].items() if v != defaults.get(k) and k not in ("model", "text", "held-out", "threads", "out", "spectra")}
        run = folder / "single.qsrun"
        run.unlink(missing_ok=True)
        texts = [f for name in cell["options"]["text"].split(",") for f in files[name]]
        held_out = [f for name in cell["options"]["held-out"].split(",") if name for f in files[name]]
        command = [a.cli, "quantize", model, "--text", *texts] + (["--held-out", *held_out] if held_out else [])
        add(quantize, timed(command + [word for k, v in options.items() for word in option(k, v)] + ["--threads", a.threads, "--out", run]))
        add(measures, evaluate(run))
    print(f"scale {scale:g}, {len(comparison['cells'])} cells, {len(comparison['full_precision'])} perplexities each, {a.threads} threads")
    for i, what in enumerate(("CPU", "wall")):
        print(f"  {what:4} seconds: study {together[i]:7.1f}   single runs {quantize[i] + measures[i]:7.1f} (quantize {quantize[i]:.1f}, evaluate {measures[i]:.1f})"
              f"   share {100 * together[i] / (quantize[i] + measures[i]):.0f} %")
    return together, [q + m for q, m in zip(quantize, measures)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cli", required=True)
    parser.add_argument("--study", default=HERE / "resources/studies/1-maca-ablation.json")
    parser.add_argument("--model", default="", help="without it that of the study, or the demo model")
    parser.add_argument("--text", action="append", default=[])
    parser.add_argument("--scale", type=float, action="append")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--threads", type=int, default=2)
    a = parser.parse_args()
    if not a.model and "model" not in json.loads(Path(a.study).read_text()):
        a.model = str(HERE / "resources/models/demo")
    scales = a.scale or [0.125]
    results = []
    for scale in scales:
        with tempfile.TemporaryDirectory() as folder:
            results.append(measure(a, scale, Path(folder)))
    if len(results) == 2:
        (s0, s1), ((t0, r0), (t1, r1)) = scales, results
        at_one = lambda y0, y1: y0 + (y1 - y0) * (1 - s0) / (s1 - s0)
        for i, what in enumerate(("CPU", "wall")):
            study, single = at_one(t0[i], t1[i]), at_one(r0[i], r1[i])
            print(f"scale 1, extrapolated, {what}: study {study:.0f} s, single runs {single:.0f} s, share {100 * study / single:.0f} %")


if __name__ == "__main__":
    main()
