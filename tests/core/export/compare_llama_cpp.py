#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads GGUF files in llama.cpp and compares it with Quantoscope: logits, ids of texts, special tokens, chat template.

compare_llama_cpp.py CASES.json: a list of {"file": GGUF, "logits": safetensors with logits.0, logits.1, … of Quantoscope's own forward pass
over the dequantized weights, "ids": the lists of ids behind them, "length": how much of a list is compared (0: all), "tolerance": see below,
"texts": [{"text", "plain", "special"}] ids of texts without and with special tokens around them, "bos" and "eos": ids or null,
"exact": see below}.

Every file is loaded twice. As it is: llama.cpp multiplies quantized weights with inputs rounded to 8 bits, and float16 or bfloat16 weights
with inputs rounded to these, so that its logits differ by what this costs; "tolerance" bounds ‖difference‖ / ‖logits‖. And as a copy in which
all tensors are float32, decoded by the gguf package, under the same keys: then the largest difference may be "exact" of the largest logit, which
is 1e-4, and 3e-3 where llama.cpp takes GELU from a table of float16. Half of each list is read at once, the rest token by token, through the
cache. Status 1 if anything differs.
"""
import json
import math
import pathlib
import sys
import tempfile

import gguf
import llama_cpp
import numpy as np
from safetensors.numpy import load_file

F32 = 0  # ggml's number of the type

messages = []
collect = llama_cpp.llama_log_callback(lambda level, text, _: messages.append(text.decode(errors="replace")))
llama_cpp.llama_log_set(collect, None)


def float_copy(path, out):
    """The same keys over float32 tensors."""
    reader = gguf.GGUFReader(path)
    kind = reader.fields["general.architecture"].contents()
    writer = gguf.GGUFWriter(out, kind)
    for field in reader.fields.values():
        if field.name.startswith("GGUF.") or field.name == "general.architecture":
            continue
        array = field.types[0] == gguf.GGUFValueType.ARRAY
        writer.add_key_value(field.name, field.contents(), field.types[0], sub_type=field.types[-1] if array else None)
    for tensor in reader.tensors:
        values = np.asarray(gguf.dequantize(tensor.data, tensor.tensor_type), dtype=np.float32)
        writer.add_tensor(tensor.name, values.reshape([int(axis) for axis in reversed(tensor.shape)]))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def load(path, length):
    return llama_cpp.Llama(str(path), n_ctx=max(64, length), n_batch=max(64, length), n_threads=1, n_threads_batch=1, logits_all=True, flash_attn=False,
                           type_k=F32, type_v=F32, verbose=False)


def logits_of(model, ids):
    model.reset()
    model.eval(ids[:len(ids) // 2])
    for token in ids[len(ids) // 2:]:
        model.eval([token])
    return model.scores[:len(ids)].astype(np.float64)


def probabilities(logits):
    logits = logits - logits.max(axis=1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))


class Comparison:
    def __init__(self, ids, expected):
        self.ids, self.expected = ids, expected

    def measure(self, path):
        """Largest difference over largest logit, ‖difference‖ / ‖logits‖, share of equal first choices, divergence in nats, perplexities."""
        model = load(path, max(map(len, self.ids)))
        found = np.concatenate([logits_of(model, ids) for ids in self.ids])
        own = np.concatenate(self.expected)
        del model
        ours, theirs = probabilities(own), probabilities(found)
        ends = np.cumsum([len(ids) for ids in self.ids]) - 1
        inner = np.delete(np.arange(len(own)), ends)
        following = np.delete(np.concatenate(self.ids), np.concatenate([[0], ends[:-1] + 1]))
        return {
            "largest": np.abs(found - own).max() / np.abs(own).max(), "norm": np.linalg.norm(found - own) / np.linalg.norm(own),
            "first": np.mean(found.argmax(1) == own.argmax(1)), "divergence": np.mean((np.exp(ours) * (ours - theirs)).sum(1)),
            "ours": math.exp(-ours[inner, following].mean()), "theirs": math.exp(-theirs[inner, following].mean()),
        }


def compare_texts(model, case):
    """What the tokenizer in the file makes of the texts, and which special tokens the file names."""
    problems = []
    for entry in case.get("texts", []):
        text = entry["text"].encode()
        for kind, around in (("plain", False), ("special", True)):
            found = model.tokenize(text, add_bos=around, special=True)
            if found != entry[kind]:
                problems.append(f"{entry['text']!r} gives {found[:24]}, not {entry[kind][:24]}")
    names = (("bos", model.token_bos()), ("eos", model.token_eos()))
    problems += [f"{name} is {found}, not {case[name]}" for name, found in names if case.get(name) is not None and case[name] != found]
    return problems


def compare(case, folder):
    ids, expected = case["ids"], load_file(case["logits"])
    if case.get("length"):
        ids = [one[:case["length"]] for one in ids]
    comparison = Comparison(ids, [expected[f"logits.{k}"][:len(one)].astype(np.float64) for k, one in enumerate(ids)])
    as_it_is = comparison.measure(case["file"])
    float_copy(case["file"], folder / "float.gguf")
    exact = comparison.measure(folder / "float.gguf")
    problems = []
    if case.get("texts"):
        problems = compare_texts(llama_cpp.Llama(case["file"], vocab_only=True, verbose=False), case)
    if not exact["largest"] <= case["exact"]:
        problems.append(f"logits over float32 weights differ by {exact['largest']:.3g} of the largest")
    if not as_it_is["norm"] <= case["tolerance"]:
        problems.append(f"logits over the weights as they are differ by {as_it_is['norm']:.3g}, allowed {case['tolerance']}")
    figures = (f"float32 {exact['largest']:.2g}; as it is {as_it_is['norm']:.2g}, first choices {100 * as_it_is['first']:.1f} %, "
               f"{as_it_is['divergence']:.2g} nats, perplexity {as_it_is['theirs']:.5g} (ours {as_it_is['ours']:.5g}); {len(case.get('texts', []))} texts")
    return figures, problems


def main(path):
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for case in json.loads(pathlib.Path(path).read_text()):
            try:
                figures, problems = compare(case, pathlib.Path(folder))
            except Exception as error:  # said with the name of the export; the others are tried all the same
                figures, problems = "", [f"{type(error).__name__}: {error}", "".join(messages[-5:]).strip()]
            messages.clear()
            failed |= bool(problems)
            print(f"{pathlib.Path(case['file']).parent.name}: {figures}", flush=True)
            for problem in problems:
                print(f"    FAILED: {problem}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
