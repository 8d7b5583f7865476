"""What ImageBind's own preprocessing gives: writes the numbers that the tests hold ours to.

Run it where the original's libraries are, in an environment of its own:
    pip install torch==2.9.1 torchvision==0.24.1 torchaudio==2.9.1 soundfile pillow
    pip install --no-deps pytorchvideo==0.1.5
    python benchmarks/imagebind_originals.py tests/emoretrieve/embedding/imagebind/originals.json
The calls and parameters are those of imagebind/data.py of the official repository, the libraries are the real ones.
With --music FOLDER it also says how far the filter banks of real music lie apart, resampling included.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch
import torchaudio
import torchvision
from PIL import Image
from torchvision import transforms

sys.path.insert(0, str(Path(__file__).parents[1]))

from emoretrieve.embedding.imagebind.sound import clip_input, clip_spans, cut_clips
from tests.emoretrieve.embedding.imagebind.examples import PICTURES, SOUNDS, picture, sound

RATE_HZ = 16_000


def clip_sampler() -> Any:
    """pytorchvideo's own sampler, from its file: the package as a whole needs an older torchvision."""
    package = importlib.util.find_spec("pytorchvideo")
    assert package is not None
    assert package.submodule_search_locations
    file = Path(package.submodule_search_locations[0]) / "data" / "clip_sampling.py"
    spec = importlib.util.spec_from_file_location("clip_sampling", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["clip_sampling"] = module
    spec.loader.exec_module(module)
    return module.ConstantClipsPerVideoSampler(clip_duration=2, clips_per_video=3)


def original_spans(length: int) -> list[list[int]]:
    sampler, spans, end, last = clip_sampler(), [], 0.0, False
    while not last:
        start, end, _, _, last = sampler(end, length / RATE_HZ, annotation=None)
        spans.append([int(start * RATE_HZ), min(int(end * RATE_HZ), length)])
    return spans


def original_banks(waveform: torch.Tensor) -> torch.Tensor:
    """(3, 1, 128, 204) of a waveform (channels, samples), which is changed, as in the original."""
    clips = []
    for start, end in original_spans(waveform.shape[1]):
        clip = waveform[:, start:end]
        clip -= clip.mean()
        banks = torchaudio.compliance.kaldi.fbank(
            clip,
            htk_compat=True,
            sample_frequency=RATE_HZ,
            use_energy=False,
            window_type="hanning",
            num_mel_bins=128,
            dither=0.0,
            frame_length=25,
            frame_shift=10,
        ).T[:, :204]
        banks = torch.nn.functional.pad(banks, (0, 204 - banks.shape[1]))
        clips.append(transforms.Normalize(mean=-4.268, std=9.138)(banks[None]))
    return torch.stack(clips)


def original_pixels(image: Image.Image) -> torch.Tensor:
    return transforms.Compose(
        [
            transforms.Resize(224, interpolation=transforms.InterpolationMode.BICUBIC),
            transforms.CenterCrop(224),
            transforms.ToTensor(),
            transforms.Normalize(mean=(0.48145466, 0.4578275, 0.40821073), std=(0.26862954, 0.26130258, 0.27577711)),
        ]
    )(image.convert("RGB"))


def sampled(values: torch.Tensor, count: int = 160) -> dict[str, Any]:
    """Shape, sum and numbers spread over a tensor, enough to notice one row too many."""
    flat = values.double().flatten()
    places = np.linspace(0, len(flat) - 1, count).astype(int)
    return {
        "shape": list(values.shape),
        "mean": float(flat.mean()),
        "values": [round(float(flat[place]), 7) for place in places],
    }


def as_lines(made: dict[str, dict[str, Any]]) -> str:
    """JSON with a line for each entry."""
    parts = (
        f"{json.dumps(name)}: {{\n"
        + ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in part.items())
        for name, part in made.items()
    )
    return "{" + "},\n".join(parts) + "}}\n"


def compare_music(folder: Path) -> None:
    """Ours against the original on real music, at the file's own rate and after resampling."""
    worst, apart = 0.0, []
    for path in sorted(folder.rglob("*.opus")):
        samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
        waveform = torchaudio.functional.resample(torch.from_numpy(samples.T.copy()), rate_hz, RATE_HZ)
        ours = ours_of(waveform[0].numpy().copy())
        theirs = original_banks(waveform).numpy()[:, 0]
        worst = max(worst, float(np.abs(ours - theirs).max()))
        apart.append(float(np.abs(ours_of(resampled(path)) - theirs).mean()))
    print(f"{len(apart)} pieces: same samples, largest difference {worst:.1e} of the scaled filter banks;")
    print(f"with our resampling, mean difference {np.mean(apart):.1e}, of the piece with the largest {max(apart):.1e}")


def ours_of(samples: Any) -> Any:
    return np.stack([clip_input(clip) for clip in cut_clips([samples], clip_spans(len(samples)))])


def resampled(path: Path) -> Any:
    from emoretrieve.media.audio_soundfile import decode_with_soundfile

    return np.concatenate(list(decode_with_soundfile(path, RATE_HZ, "first")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--music", type=Path)
    given = parser.parse_args()
    lengths = [160, 399, 8_000, 32_000, 32_001, 40_000, 96_001, 127_999, 479_680, 1_000_003]
    made = {
        "made with": {
            "torch": torch.__version__,
            "torchaudio": torchaudio.__version__,
            "torchvision": torchvision.__version__,
            "pytorchvideo": "0.1.5",
        },
        "spans": {str(length): original_spans(length) for length in lengths},
        "sounds": {name: sampled(original_banks(torch.from_numpy(sound(name))[None])) for name in SOUNDS},
        "pictures": {f"{w}x{h}": sampled(original_pixels(picture(w, h))) for w, h in PICTURES},
    }
    given.file.write_text(as_lines(made))
    if given.music:
        compare_music(given.music)


if __name__ == "__main__":
    main()
