"""The errors of the functions of `emoretrieve/sphere/normaliser.py`, against mpmath with 40 digits.

    python benchmarks/sphere/normaliser_accuracy.py

For each d the worst of 60 values of kappa from 1e-3 to 1e5: of log C + kappa and of the entropy in nats, of A, A' and
1 - A relative to their value. The last column is the highest of these kappa at which SciPy's I, in float64, is 0.
"""

from __future__ import annotations

import mpmath
import numpy as np
import scipy.special

from emoretrieve.sphere import normaliser

DIMENSIONS = (3, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
FUNCTIONS = ("scaled_log_normaliser", "entropy", "resultant", "resultant_slope", "resultant_gap")
KAPPAS = np.geomspace(1e-3, 1e5, 60)


def main() -> None:
    print("| d | type | log C + kappa | entropy | A | A' | 1 - A | SciPy's I is 0 up to kappa |")
    print("|---|---|---|---|---|---|---|---|")
    for dimension in DIMENSIONS:
        for kind in (np.float64, np.float32):
            cells = [f"{error:.0e}" for error in errors(dimension, KAPPAS.astype(kind))]
            print(f"| {dimension} | {kind.__name__} | {' | '.join(cells)} | {underflow(dimension)} |", flush=True)


def errors(dimension, kappas) -> list[float]:
    """One of each function."""
    exact = np.array([exactly(dimension, float(kappa)) for kappa in kappas]).T
    found = [getattr(normaliser, name)(kappas, dimension).astype(float) for name in FUNCTIONS]
    units = [
        np.abs(values) if name.startswith("resultant") else 1.0 for name, values in zip(FUNCTIONS, exact, strict=True)
    ]
    return [float(np.max(np.abs(a - b) / unit)) for a, b, unit in zip(found, exact, units, strict=True)]


def exactly(dimension: int, kappa: float) -> list[float]:
    """The functions from I_v itself."""
    with mpmath.workdps(40):
        k, v = mpmath.mpf(kappa), mpmath.mpf(dimension) / 2 - 1
        bessel = mpmath.besseli(v, k)
        mean = mpmath.besseli(v + 1, k) / bessel
        log_c = v * mpmath.log(k) - (v + 1) * mpmath.log(2 * mpmath.pi) - mpmath.log(bessel)
        slope = 1 - mean**2 - (dimension - 1) * mean / k
        return [float(one) for one in (log_c + k, -log_c - k * mean, mean, slope, 1 - mean)]


def underflow(dimension: int) -> str:
    zero = KAPPAS[scipy.special.ive(dimension / 2 - 1, KAPPAS) == 0]
    return f"{zero.max():.2g}" if len(zero) else "-"


if __name__ == "__main__":
    main()
