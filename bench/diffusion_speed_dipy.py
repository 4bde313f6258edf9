"""Times DIPY's tensor fits, or SciPy's curve_fit of an ADC, on the images of diffusion-speed.ts.

Usage: diffusion_speed_dipy.py <DIPY|SciPy> <dwi.nii> <folder of dwi.bval, dwi.bvec> <nx,ny,nz> <images>
Prints lines of method, microseconds per voxel of processor time (the least of a few passes) and a remark, between tabs.
"""

import sys
import time
import warnings

import numpy as np

peer, path, folder, shape, images = sys.argv[1:6]
warnings.simplefilter("ignore")
nx, ny, nz = map(int, shape.split(","))
n = int(images)
data = np.fromfile(path, dtype="<i2", offset=352).reshape(n, nz, ny, nx).transpose(3, 2, 1, 0)
bvals = np.loadtxt(f"{folder}/dwi.bval")
bvecs = np.loadtxt(f"{folder}/dwi.bvec").T


def least(work, passes):
    best = np.inf
    for _ in range(passes):
        begin = time.process_time()
        work()
        best = min(best, time.process_time() - begin)
    return best * 1e6


if peer == "DIPY":
    import dipy
    from dipy.core.gradients import gradient_table
    from dipy.reconst.dti import TensorModel

    table = gradient_table(bvals, bvecs=bvecs)
    for method, block, passes in (
        ("OLS", data[:, :, :4], 4),
        ("WLS", data[:, :, :4], 3),
        ("NLLS", data[:24, :24, :1], 2),
    ):
        block = np.ascontiguousarray(block)
        model = TensorModel(table, fit_method=method)

        def work():
            fit = model.fit(block)
            return fit.md, fit.fa

        spent = least(work, passes) / np.prod(block.shape[:3])
        print(f"DIPY TensorModel {method}\t{spent}\tversion {dipy.__version__}, with MD and FA")
else:
    import scipy
    from scipy.optimize import curve_fit

    curves = data[:16, :16, 0].reshape(-1, n).astype(float)

    def decay(b, s0, d):
        return s0 * np.exp(-b * d)

    def work():
        for y in curves:
            curve_fit(decay, bvals, y, p0=(y[0], 1e-3))

    print(f"SciPy curve_fit\t{least(work, 4) / len(curves)}\tversion {scipy.__version__}")
