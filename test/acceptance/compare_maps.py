"""Compares maps of ours with reference maps by position in the patient, with nibabel; prints JSON.

usage: compare_maps.py OURS REFERENCE MASK FACTOR [i,j,k ...]   (probe voxels in the reference's order)
"""
import json
import sys

import nibabel
import numpy


def load(path):
    image = nibabel.load(path)
    values = numpy.asarray(image.dataobj, dtype=float)
    return values.reshape(values.shape[:3]), image.affine


ours, ours_affine = load(sys.argv[1])
reference, reference_affine = load(sys.argv[2])
mask, _ = load(sys.argv[3])
factor = float(sys.argv[4])
to_ours = numpy.linalg.inv(ours_affine) @ reference_affine
index = numpy.vstack([numpy.indices(reference.shape).reshape(3, -1), numpy.ones(reference.size)])
place = (to_ours @ index)[:3]
nearest = numpy.rint(place).astype(int)
values = ours[tuple(nearest)].reshape(reference.shape) * factor
inside = mask > 0
difference = numpy.abs(values / reference - 1)[inside]
known = difference[numpy.isfinite(difference)]
probes = [[float(values[tuple(map(int, p.split(",")))]), float(reference[tuple(map(int, p.split(",")))])] for p in sys.argv[5:]]
print(json.dumps({
    "misplacedVoxels": float(numpy.abs(place - nearest).max()),
    "voxels": int(inside.sum()),
    "missing": int(inside.sum() - known.size),
    "median": float(numpy.median(known)),
    "p99": float(numpy.percentile(known, 99)),
    "max": float(known.max()),
    "probes": probes,
    "oursAffine": ours_affine.tolist(),
}))
