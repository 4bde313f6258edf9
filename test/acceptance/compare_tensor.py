"""Compares MD, FA and V1 maps of ours with reference maps by position in the patient, with nibabel; prints JSON.

usage: compare_tensor.py MD FA V1 STATUS REFERENCE_MD REFERENCE_FA MASK PROBES
V1 is in the frame of FSL's bvec files; PROBES is JSON: [{"lps": [l, p, s], "v1": [l, p, s]}, ...].
Differences are of voxels of the mask with values, medians of those without a negative eigenvalue (status 5).
"""
import json
import sys

import nibabel
import numpy


def load(path):
    image = nibabel.load(path)
    return numpy.asarray(image.dataobj, dtype=float), image.affine


md, affine = load(sys.argv[1])
fa, _ = load(sys.argv[2])
v1, _ = load(sys.argv[3])
status, _ = load(sys.argv[4])
reference_md, reference_affine = load(sys.argv[5])
reference_fa, _ = load(sys.argv[6])
mask, _ = load(sys.argv[7])
to_ours = numpy.linalg.inv(affine) @ reference_affine
index = numpy.vstack([numpy.indices(reference_md.shape).reshape(3, -1), numpy.ones(reference_md.size)])
place = (to_ours @ index)[:3]
nearest = tuple(numpy.rint(place).astype(int))
inside = mask > 0
ours_md = md[nearest].reshape(inside.shape)[inside]
ours_fa = fa[nearest].reshape(inside.shape)[inside]
relative = numpy.abs(ours_md / reference_md[inside] - 1)
absolute = numpy.abs(ours_fa - reference_fa[inside])
known = numpy.isfinite(relative) & numpy.isfinite(absolute)
positive = known & (status[nearest].reshape(inside.shape)[inside] != 5)
# From FSL's frame to the patient: unit vectors along the axes, the first one reversed for right-handed axes.
axes = affine[:3, :3] / numpy.linalg.norm(affine[:3, :3], axis=0)
if numpy.linalg.det(axes) > 0:
    axes[:, 0] = -axes[:, 0]
cosines = []
for probe in json.loads(sys.argv[8]):
    ras = numpy.array(probe["lps"]) * [-1, -1, 1]
    voxel = numpy.rint((numpy.linalg.inv(affine) @ [*ras, 1])[:3]).astype(int)
    vector = (axes @ v1[tuple(voxel)]) * [-1, -1, 1]
    cosines.append(float(abs(vector @ probe["v1"])))
print(json.dumps({
    "misplacedVoxels": float(numpy.abs(place - numpy.rint(place)).max()),
    "voxels": int(inside.sum()),
    "missing": int((~known).sum()),
    "medianMD": float(numpy.median(relative[known])),
    "p999MD": float(numpy.percentile(relative[known], 99.9)),
    "medianFA": float(numpy.median(absolute[known])),
    "oursMedianMD": float(numpy.median(ours_md[positive])),
    "oursMedianFA": float(numpy.median(ours_fa[positive])),
    "cosines": cosines,
}))
