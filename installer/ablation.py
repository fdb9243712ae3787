#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""MaCa's ablation on one model: fixed length, + multi-length, + sequence normalisation, each at the given bit widths.

Documents of the text are dealt to three parts that share none: calibration (two of four), held-out (one of four: reconstruction errors) and evaluation
(one of four: perplexity). Prints a table and writes it as Markdown beside the run files.
"""
import argparse, json, os, re, subprocess, sys, time
from pathlib import Path

ROWS = [("fixed length", "token", False), ("+ multi-length", "token", True), ("+ sequence-normalised", "maca", True)]


def call(cli, *arguments):
    """Runs one command of the command line; returns its JSON document."""
    command = [str(cli), *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE)
    if done.returncode:
        sys.exit(f"error: {' '.join(command)}: exit status {done.returncode}")
    return json.loads(done.stdout) if done.stdout.strip() else {}


def split(text, folder):
    documents = [d for d in re.split(r"\n[ \t]*\n[ \t]*\n", Path(text).read_text(encoding="utf-8-sig").replace("\r\n", "\n")) if d.strip()]
    parts = {"calibration": [], "held-out": [], "evaluation": []}
    for i, document in enumerate(documents):
        parts[("calibration", "calibration", "held-out", "evaluation")[i % 4]].append(document)
    paths = {}
    for name, chosen in parts.items():
        paths[name] = folder / f"{name}.txt"
        paths[name].write_text("\n\n\n".join(chosen), encoding="utf-8")
    return paths


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cli", required=True, help="quantoscope-cli")
    parser.add_argument("--model", required=True)
    parser.add_argument("--text", required=True, help="documents separated by two blank lines")
    parser.add_argument("--out", required=True, type=Path, help="folder for run files and the table")
    parser.add_argument("--lengths", default="256,512,1024,2048")
    parser.add_argument("--fixed", default="2048", help="the one length of the first row")
    parser.add_argument("--tokens", default="65536", help="calibration budget")
    parser.add_argument("--held-out-tokens", default="32768")
    parser.add_argument("--windows", default="256,2048", help="of the perplexity")
    parser.add_argument("--evaluation-tokens", default="40960", help="of the perplexity; 0 = the whole evaluation part")
    parser.add_argument("--settings", default="3:0,2:128", help="bits:group size, 0 = per channel")
    parser.add_argument("--search", default="hessian", help="scale search of quantize; mse ignores what an input channel carries and clips super weights")
    parser.add_argument("--symmetric", action="store_true", help="symmetric grids instead of a zero point per group")
    parser.add_argument("--threads", default="0")
    parser.add_argument("--seed", default="0")
    a = parser.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    parts = split(a.text, a.out)
    windows, lengths = a.windows.split(","), a.lengths.split(",")
    machine = ["--threads", a.threads, "--json"]
    start = time.monotonic()

    def perplexities(subject):
        return [call(a.cli, "evaluate", subject, "--task", "perplexity", "--text", parts["evaluation"], "--window", w,
                     "--max-tokens", a.evaluation_tokens, *machine)["metrics"]["perplexity"]["value"]
                for w in windows]

    header = ["bits", "calibration"] + [f"perplexity, window {w}" for w in windows] + [f"mean error {l}, %" for l in lengths] + ["better than fixed, %", "s", "peak MB"]
    table = [["16", "full precision"] + [f"{p:.2f}" for p in perplexities(a.model)] + ["" for _ in lengths] + ["", "", ""]]
    for setting in a.settings.split(","):
        bits, group = setting.split(":")
        label, fixed = f"{bits} {'per channel' if group == '0' else 'g' + group}", None
        for title, weighting, several in ROWS:
            run = a.out / f"{bits}bit-g{group}-{title.strip('+ ').replace(' ', '-')}.qsrun"
            summary = call(a.cli, "quantize", a.model, "--text", parts["calibration"], "--method", "gptq", "--bits", bits, "--group-size", group, "--search", a.search,
                           "--symmetric" if a.symmetric else "--asymmetric",
                           "--weighting", weighting, "--lengths", a.lengths if several else a.fixed, "--tokens", a.tokens, "--held-out", parts["held-out"],
                           "--seed", a.seed, "--out", run, *machine)
            errors = call(a.cli, "errors", run, "--text", parts["held-out"], "--lengths", a.lengths, "--tokens", a.held_out_tokens, "--seed", a.seed,
                          *(["--baseline", fixed] if fixed else []), *machine)
            mean = []
            for length in lengths:
                relative = [r["relative"] for r in errors["errors"] if str(r["length"]) == length]
                mean.append(f"{100 * sum(relative) / len(relative):.2f}" if relative else "-")
            share = "" if fixed is None else f"{100 * errors['share_better']:.0f}"
            fixed = fixed or run
            table.append([label, title] + [f"{p:.2f}" for p in perplexities(run)] + mean + [share, f"{summary['seconds']:.1f}", f"{summary['actual']['memory_bytes'] / 1e6:.0f}"])
    widths = [max(len(str(row[i])) for row in [header] + table) for i in range(len(header))]
    lines = ["| " + " | ".join(str(c).ljust(w) for c, w in zip(row, widths)) + " |" for row in [header] + table]
    lines.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    text = "\n".join(lines)
    (a.out / "table.md").write_text(text + "\n")
    print(f"\n{text}\n\nmean error: relative output error ‖ΔW X‖² / ‖W X‖² on held-out text, mean over linears, per sequence length.\n"
          f"better than fixed: share of linears × lengths whose held-out error is below that of the first row.\n"
          f"{time.monotonic() - start:.0f} s in all; run files and table.md in {os.path.relpath(a.out)}")


if __name__ == "__main__":
    main()
