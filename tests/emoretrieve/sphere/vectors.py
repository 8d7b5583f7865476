"""Numbers that independent programs computed, to hold the formulas to."""

from __future__ import annotations

from typing import NamedTuple

import mpmath
import numpy as np

CONCENTRATIONS = (1e-3, 1e-2, 0.1, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1e3, 3e3, 1e4, 1e5)
DIMENSIONS = (3, 4, 8, 16, 49, 50, 64, 128, 256, 512, 1024)


class Exact(NamedTuple):
    """What mpmath says of the distribution with this d and kappa, in 40 digits rounded to double precision."""

    log_normaliser: float
    scaled_log_normaliser: float
    resultant: float
    resultant_slope: float
    resultant_gap: float
    entropy: float

    @classmethod
    def of(cls, dimension: int, kappa: float) -> Exact:
        """From I_v itself, which nothing of ours evaluates."""
        with mpmath.workdps(40):
            k, v = mpmath.mpf(float(kappa)), mpmath.mpf(dimension) / 2 - 1
            bessel = mpmath.besseli(v, k)
            mean = mpmath.besseli(v + 1, k) / bessel
            log_c = v * mpmath.log(k) - (v + 1) * mpmath.log(2 * mpmath.pi) - mpmath.log(bessel)
            slope = 1 - mean**2 - (dimension - 1) * mean / k
            return cls(*map(float, (log_c, log_c + k, mean, slope, 1 - mean, -log_c - k * mean)))


class Known(NamedTuple):
    """One row of the specification's table; NaN where it gives no entropy."""

    dimension: int
    kappa: float
    log_normaliser: float
    resultant: float
    entropy: float = np.nan


KNOWN = (
    Known(3, 1, -2.6924636090, 0.313035285499, 2.37942832),
    Known(3, 10, -9.5352919749, 0.900000004122),
    Known(8, 10, -7.9159016074, 0.697511367233, 0.94078794),
    Known(64, 10, 39.9954458184, 0.152711904197, -41.52256486),
    Known(64, 100, -8.0407654395, 0.732380194097),
    Known(128, 10, 126.6639961148, 0.077660976382, -127.44060588),
    Known(128, 100, 95.0614688213, 0.548329149714, -149.89438379),
    Known(128, 1000, -676.0780228003, 0.938484388901),
    Known(256, 100, 326.0486721900, 0.344539325158, -360.50260471),
    Known(512, 10, 867.8704654550, 0.019523834023),
    Known(512, 100, 858.3792654533, 0.188404764015, -877.21974185),
    Known(512, 1000, 327.7091873399, 0.776530932903, -1104.24012024),
)


class Pair(NamedTuple):
    """Two distributions on the sphere of d = 128, and what the specification says of them."""

    kappa_q: float
    kappa_x: float
    cosine: float
    log_elk: float
    kl_qx: float
    kl_xq: float
    log_bhattacharyya: float
    expected_cosine: float
    product: float


PAIRS = (
    Pair(100, 200, 0.6, 150.14894773, 54.49098959, 36.90531720, -11.30070212, 0.24055096, 272.02941017),
    Pair(50, 400, 0.2, 128.95987416, 238.85428766, 83.70947381, -31.55081608, 0.05885827, 412.91645644),
    Pair(300, 300, 0.9, 197.71637041, 24.30644447, 24.30644447, -6.13810008, 0.59080324, 584.80766069),
)
