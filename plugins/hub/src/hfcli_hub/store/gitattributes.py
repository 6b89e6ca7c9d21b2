"""The `.gitattributes` of a new repo: which files are large-file content whatever their size."""

from __future__ import annotations

from .names import Kind

_MODEL_SUFFIXES = """
    7z arrow bin bz2 ckpt ftz gguf gz h5 joblib keras lz4 mlmodel model msgpack npy npz onnx ot parquet pb pickle pkl
    pt pth rar safetensors sqlite sqlite3 tar tflite tgz wasm xz zip zst
"""
_MEDIA_SUFFIXES = "aac avi avif flac gif heic jpeg jpg mkv mov mp3 mp4 ogg pdf png tiff wav webm webp"
_OTHER_PATTERNS = ["*.tar.*", "*tfevents*", "saved_model/**/*"]


def default_gitattributes(kind: Kind) -> bytes:
    suffixes = _MODEL_SUFFIXES.split() + (_MEDIA_SUFFIXES.split() if kind == "dataset" else [])
    patterns = sorted([f"*.{suffix}" for suffix in suffixes] + _OTHER_PATTERNS)
    return "".join(f"{pattern} filter=lfs diff=lfs merge=lfs -text\n" for pattern in patterns).encode()
