"""Times scipy.optimize.curve_fit on the curves of fit-speed.ts.

Usage: fit_speed_scipy.py <curves.f64> <echoes> <first ms> <step ms> <2|3 parameters> <voxels>
Prints nanoseconds per voxel (the best of eight passes) and the median T2.
Start values: a log-linear fit, the usual choice; method: Levenberg-Marquardt with scipy's defaults.
"""

import sys
import time
import warnings

import numpy as np
from scipy.optimize import curve_fit

path, echoes, first, step, parameters, voxels = sys.argv[1:7]
n = int(echoes)
t = float(first) + float(step) * np.arange(n)
y = np.fromfile(path, dtype="<f8", count=int(voxels) * n).reshape(int(voxels), n)
warnings.simplefilter("ignore")


def decay(te, s0, t2):
    return s0 * np.exp(-te / t2)


def offset(te, s0, t2, c):
    return s0 * np.exp(-te / t2) + c


def start(curve):
    slope, intercept = np.polyfit(t, np.log(np.maximum(curve, 1e-3)), 1)
    return np.exp(intercept), -1 / slope if slope < 0 else t[-1]


best = np.inf
for _ in range(8):
    found = []
    begin = time.perf_counter()
    for curve in y:
        s0, t2 = start(curve)
        try:
            if parameters == "2":
                value, covariance = curve_fit(decay, t, curve, p0=(s0, t2))
            else:
                value, covariance = curve_fit(offset, t, curve, p0=(s0, t2, 0.0))
        except RuntimeError:
            continue
        np.sqrt(np.diag(covariance))
        found.append(value[1])
    best = min(best, (time.perf_counter() - begin) / len(y) * 1e9)
print(f"{best:.1f} {np.median(found):.9f}")
