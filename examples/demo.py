"""The main job before your eyes: upload a folder, download it, check every byte. Run by ``python3 dev.py demo``.

It expects a Hub in HF_ENDPOINT and a token in HF_TOKEN, as ``hf hub run`` gives them, and exits with 1 when anything
differs.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shlex
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPO = "alice/tiny-llama"
MEGABYTE = 1024 * 1024


def make_model(folder: Path) -> None:
    """A model as people upload them: 64 MB of weights, a configuration, a tokenizer, a card and a sub-folder."""
    weights = random.Random(0).randbytes(64 * MEGABYTE)
    header = {"embed.weight": {"dtype": "F32", "shape": [4096, 4096], "data_offsets": [0, len(weights)]}}
    encoded = json.dumps(header).encode()
    contents = {
        "model.safetensors": struct.pack("<Q", len(encoded)) + encoded + weights,
        "config.json": json.dumps({"model_type": "llama", "hidden_size": 4096}, indent=2).encode(),
        "tokenizer.json": json.dumps({"model": {"vocab": {f"token{i}": i for i in range(2000)}}}).encode(),
        "README.md": b"---\nlicense: apache-2.0\n---\n\n# A tiny model\n",
        "onnx/config.json": b'{"opset": 17}\n',
    }
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def hf(*words: str, folder: Path) -> str:
    """Show a command as it would be typed, run it, and return what it printed; stop the demo when it fails."""
    print(f"\n$ hf {shlex.join(words)}", flush=True)
    program = Path(sys.executable).with_name("hf.exe" if os.name == "nt" else "hf")
    started = time.monotonic()
    done = subprocess.run([program, *words], cwd=folder, stdout=subprocess.PIPE, text=True, check=False)
    print(f"{done.stdout}  ({time.monotonic() - started:.1f} s)", flush=True)
    if done.returncode:
        sys.exit(f"demo: `hf {words[0]}` failed with exit code {done.returncode}")
    return done.stdout.strip()


def digests(folder: Path) -> dict[str, str]:
    """The sha256 of every file below a folder, but for the Hub's own and the bookkeeping of ``--local-dir``."""
    files = (path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder).as_posix(): path for path in files}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in named.items()
        if name != ".gitattributes" and not name.startswith(".cache/")
    }


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="hf-demo-") as name:
        folder = Path(name)
        os.environ["HF_HOME"] = str(folder / "home")
        make_model(folder / "model")
        sent = digests(folder / "model")
        print(f"A Hub of its own runs at {os.environ['HF_ENDPOINT']}; {len(sent)} files of a model lie in ./model.")

        hf("auth", "whoami", folder=folder)
        hf("upload", REPO, "./model", ".", folder=folder)
        first = hf("download", REPO, folder=folder)
        second = hf("download", REPO, folder=folder)
        hf("download", REPO, "config.json", "--local-dir=./copy", folder=folder)

        same = first == second and digests(Path(first)) == sent
        copied = (folder / "copy/config.json").read_bytes() == (folder / "model/config.json").read_bytes()
        if not (same and copied):
            print("demo: what came back differs from what was sent", file=sys.stderr)
            return 1
        size = sum(path.stat().st_size for path in (folder / "model").rglob("*") if path.is_file())
        print(f"\nEvery byte came back: {len(sent)} files, {size / 1e6:.1f} MB, compared by sha256.")

    hf_program = Path(sys.executable).with_name("hf")
    shown = os.path.relpath(hf_program)
    print(f"""
What to type next, with {shown} (or `source {os.path.relpath(hf_program.with_name("activate"))}` and plain `hf`):
  a Hub to play with   {shown} hub start
                       {shown} hub seed
  the real Hub         {shown} download openai-community/gpt2 config.json
                       export HF_TOKEN=...   # from https://huggingface.co/settings/tokens
                       {shown} upload your-name/your-model ./folder .
  everything else      {shown} --help""")
    return 0


if __name__ == "__main__":
    sys.exit(main())
