#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""HellaSwag items scored by quantoscope-cli and by lm-eval's Hugging Face backend: same model, items, float32, threads; log-likelihoods and choices compared.

    compare_lm_eval.py --cli build/release/bin/quantoscope-cli --peer-python VENV/bin/python --model FOLDER --data hellaswag.jsonl [--items 200] [--threads 2] [--batch 1]

VENV holds lm-eval, torch and transformers (tried: 0.4.13, 2.11.0, 5.17.0); FOLDER is a Hugging Face directory that both read. The peer's time is that of its
loglikelihood() call alone (tokenizing and scoring, model already loaded), ours is the whole process from start to end, so the ratio leans to the peer's side.
"""
import argparse, json, os, resource, subprocess, sys, tempfile, time
from pathlib import Path


def peer(arguments):
    import torch
    from lm_eval.api.instance import Instance
    from lm_eval.models.huggingface import HFLM
    from lm_eval.tasks.hellaswag.utils import preprocess

    torch.set_num_threads(arguments.threads)
    model = HFLM(pretrained=arguments.model, dtype="float32", device="cpu", batch_size=arguments.batch)
    requests = []
    for line in Path(arguments.data).read_text().splitlines()[: arguments.items]:
        record = json.loads(line)
        context = preprocess(record["activity_label"] + ": " + record["ctx_a"] + " " + record["ctx_b"].capitalize())
        for index, ending in enumerate(record["endings"]):
            requests.append(Instance("loglikelihood", record, (context, " " + preprocess(ending)), index))
    start, cpu = time.perf_counter(), time.process_time()
    scores = model.loglikelihood(requests, disable_tqdm=True)
    print(json.dumps({"wall": time.perf_counter() - start, "cpu": time.process_time() - cpu, "scores": [score for score, _ in scores]}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cli", default="build/release/bin/quantoscope-cli")
    parser.add_argument("--peer-python")
    parser.add_argument("--model", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--items", type=int, default=200)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--peer", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peer:
        return peer(arguments)
    with tempfile.TemporaryDirectory() as folder:
        items = Path(folder) / "items.jsonl"
        command = [arguments.cli, "evaluate", arguments.model, "--task", "hellaswag", "--data", arguments.data, "--limit", str(arguments.items), "--threads",
                   str(arguments.threads), "--items", str(items), "--json"]
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        ours = [json.loads(line)["loglikelihood"] for line in items.read_text().splitlines()]
    other = subprocess.run([arguments.peer_python, __file__, "--peer", *sys.argv[1:]], check=True, stdout=subprocess.PIPE, env={**os.environ, "HF_HUB_OFFLINE": "1"})
    theirs = json.loads(other.stdout.splitlines()[-1])
    rest = iter(theirs["scores"])
    peers = [[next(rest) for _ in item] for item in ours]
    error = max(abs(a - b) / abs(b) for item, other in zip(ours, peers) for a, b in zip(item, other, strict=True))
    equal = sum(item.index(max(item)) == other.index(max(other)) for item, other in zip(ours, peers))
    print(f"{len(theirs['scores'])} log-likelihoods, largest relative difference {error:.1e}; {equal} of {len(ours)} choices equal")
    print(f"quantoscope (whole process)    wall {wall:7.1f} s   CPU {cpu:7.1f} s")
    print(f"lm-eval (loglikelihood alone)  wall {theirs['wall']:7.1f} s   CPU {theirs['cpu']:7.1f} s")
    print(f"ratio                          wall {theirs['wall'] / wall:7.2f}     CPU {theirs['cpu'] / cpu:7.2f}")


if __name__ == "__main__":
    main()
