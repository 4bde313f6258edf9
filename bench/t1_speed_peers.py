"""Times other people's T1 fits on the curves of t1-speed.ts.

Usage: t1_speed_peers.py <curves.f64> <voxels> <scipy|qmri> <saturation|inversion|flip> <times or angles, comma-separated>
Prints nanoseconds per voxel (the best of three passes) and the median T1 in ms.
scipy: curve_fit, Levenberg-Marquardt with its defaults, from the usual start values; for magnitudes of inversion
recovery the usual rule of two polarities around the smallest sample. qmri: its own functions, times in seconds.
"""

import sys
import time
import warnings

import numpy as np

path, voxels, peer, method, abscissae = sys.argv[1:6]
x = np.array([float(value) for value in abscissae.split(",")])
y = np.fromfile(path, dtype="<f8", count=int(voxels) * len(x)).reshape(int(voxels), len(x))
warnings.simplefilter("ignore")


def saturation(tr, m0, t1, b):
    return m0 * (1 - b * np.exp(-tr / t1))


def inversion(ti, a, t1, b):
    return a + b * np.exp(-ti / t1)


def flip(angle, m0, t1):
    a = np.radians(angle)
    e = np.exp(-15.0 / t1)
    return m0 * np.sin(a) * (1 - e) / (1 - e * np.cos(a))


def fit_scipy(curve):
    from scipy.optimize import curve_fit

    if method == "saturation":
        value, _ = curve_fit(saturation, x, curve, p0=(curve.max(), 1000.0, 1.0))
        return value[1]
    if method == "flip":
        value, _ = curve_fit(flip, x, curve, p0=(10 * curve.max(), 1000.0))
        return value[1]
    best = (np.inf, np.nan)
    low = int(np.argmin(curve))
    for flipped in (low, low + 1):
        signed = np.where(np.arange(len(x)) < flipped, -curve, curve)
        value, _ = curve_fit(inversion, x, signed, p0=(curve[-1], 1000.0, -2 * curve[-1]))
        residual = np.sum((inversion(x, *value) - signed) ** 2)
        best = min(best, (residual, value[1]))
    return best[1]


def fit_all():
    if peer == "scipy":
        found = []
        for curve in y:
            try:
                found.append(fit_scipy(curve))
            except RuntimeError:
                continue
        return np.median(found)
    from qmri.relaxometry import t1

    seconds = x / 1000
    if method == "saturation":
        return 1000 * np.median(t1.fit_vtr(y, seconds).t1)
    return 1000 * np.median(t1.fit_ir(y, seconds, 100.0).t1)


best = np.inf
for _ in range(3):
    begin = time.perf_counter()
    middle = fit_all()
    best = min(best, (time.perf_counter() - begin) / len(y) * 1e9)
print(f"{best:.1f} {middle:.6f}")
