"""Compares written DICOM with a 2dseq, both read without our own code: numpy and pydicom, and brukerapi where it is installed.

Usage: compare_2dseq.py STUDY DICOM: the examinations of a study, and the folder with their <examination>_1*.
Prints JSON: of each examination the frames, the largest difference of real values (in steps of what is written, and over the
largest value), that of the corners of images in mm, and the largest difference of brukerapi's values over the largest value.
"""

import glob
import json
import os
import re
import sys
import warnings

import numpy
import pydicom

warnings.simplefilter("ignore")
TYPES = {"_8BIT_UNSGN_INT": "u1", "_16BIT_SGN_INT": "i2", "_32BIT_SGN_INT": "i4", "_32BIT_FLOAT": "f4"}


def read_parameters(path):
    text = open(path, encoding="utf-8").read()
    lines = "\n".join(line for line in text.split("\n") if not line.startswith("$$"))
    found = dict(re.findall(r"##\$?(\w+)=([^#]*(?:#(?!#)[^#]*)*)", lines))
    repeat = lambda match: " ".join([match[2]] * int(match[1]))
    return {name: re.sub(r"@(\d+)\*\(([^()]*)\)", repeat, value) for name, value in found.items()}


def numbers(parameters, name):
    value = re.sub(r"^\s*\([\d, ]+\)\s*\n", "", parameters[name])
    return numpy.array([float(word) for word in value.split()])


def read_scan(folder):
    p = read_parameters(folder + "/visu_pars")
    count = int(p["VisuCoreFrameCount"])
    pattern = r"\(\s*(\d+),\s*<([^>]*)>,\s*<[^>]*>,\s*(\d+),\s*(\d+)\s*\)"
    groups = [(int(a), b, int(c), int(d)) for a, b, c, d in re.findall(pattern, p.get("VisuFGOrderDesc", ""))]
    depending = re.findall(r"<([^>]*)>,\s*(\d+)\s*\)", p.get("VisuGroupDepVals", ""))
    digits = [numpy.unravel_index(k, [g[0] for g in groups], order="F") if groups else () for k in range(count)]

    def per_frame(name, width=1):
        values = numbers(p, name).reshape(-1, width)
        for at, (_, _, first, dependents) in enumerate(groups):
            for depending_name, start in depending[first : first + dependents]:
                if depending_name == name:
                    return [values[int(start) + frame[at]] for frame in digits]
        return [values[0]] * count if len(values) == 1 else list(values)

    size = numbers(p, "VisuCoreSize").astype(int)
    order = "<" if "little" in p["VisuCoreByteOrder"] else ">"
    kind = TYPES[p["VisuCoreWordType"].strip()]
    stored = numpy.fromfile(folder + "/2dseq", order + kind).reshape((count, -1, size[1], size[0])).astype(float)
    slope, offset = (numpy.ravel(per_frame(n))[:, None, None, None] for n in ("VisuCoreDataSlope", "VisuCoreDataOffs"))
    return p, groups, digits, size, stored * slope + offset, per_frame


def expected_images(folder):
    p, groups, digits, size, real, per_frame = read_scan(folder)
    extent = numbers(p, "VisuCoreExtent")
    flips = per_frame("VisuCoreTransposition") if "VisuCoreTransposition" in p else [[0]] * len(real)
    reverse = "reverse" in p.get("VisuCoreDiskSliceOrder", "")
    splits = [at for at, group in enumerate(groups) if group[1] in ("FG_ISA", "FG_DTI", "FG_COMPLEX")]
    images = []
    for k, (rows, place, flip) in enumerate(zip(per_frame("VisuCoreOrientation", 9), per_frame("VisuCorePosition", 3), flips)):
        x, y, normal = rows.reshape(3, 3)
        step = extent / size
        for z, values in enumerate(real[k]):
            partition = len(real[k]) - 1 - z if reverse else z
            corner = place + (partition * step[2] * normal if len(size) == 3 else 0)
            dx, dy = step[:2]
            if flip[0] == 1:
                values, dx, dy = values.reshape(size[0], size[1]), dy, dx
            height, width = values.shape
            ends = [corner + a * (width - 1) * dx * x + b * (height - 1) * dy * y for a in (0, 1) for b in (0, 1)]
            images.append((digits[k][splits[0]] if splits else 0, values, numpy.array(ends)))
    return real, groups, [image for image in sorted(images, key=lambda image: image[0])]


def written_images(paths):
    files = [pydicom.dcmread(path) for path in paths]
    for file in sorted(files, key=lambda file: (file.SeriesNumber, file.InstanceNumber)):
        values = file.pixel_array * float(file.RescaleSlope) + float(file.RescaleIntercept)
        mapping = file.RealWorldValueMappingSequence[0]
        mapped = file.pixel_array * mapping.RealWorldValueSlope + mapping.RealWorldValueIntercept
        place, cosines = (numpy.array(file[n].value, float) for n in ("ImagePositionPatient", "ImageOrientationPatient"))
        dy, dx = (float(value) for value in file.PixelSpacing)
        x, y = (file.Columns - 1) * dx * cosines[:3], (file.Rows - 1) * dy * cosines[3:]
        ends = numpy.array([place + a * x + b * y for a in (0, 1) for b in (0, 1)])
        yield values, mapped, abs(float(file.RescaleSlope)), ends, float(file.WindowWidth)


def peer_difference(folder, real, groups):
    try:
        from brukerapi.dataset import Dataset

        theirs = numpy.asarray(Dataset(folder + "/2dseq").data)
    except (ImportError, IndexError):
        return None
    if numpy.iscomplexobj(theirs):
        return None
    ours = real.transpose(3, 2, 1, 0)
    if "reverse" in open(folder + "/visu_pars").read():
        ours = ours[:, :, ::-1]  # brukerapi turns the partitions over, where DICOM has the position of each
    return float(abs(numpy.ravel(ours, "F") - numpy.ravel(theirs, "F")).max() / (abs(ours).max() or 1))


study, dicom = sys.argv[1:3]
report = {}
for examination in sorted((name for name in os.listdir(study) if name.isdigit()), key=int):
    folder = f"{study}/{examination}/pdata/1"
    real, groups, expected = expected_images(folder)
    written = list(written_images(glob.glob(f"{dicom}/{examination}_1*/*.dcm")))
    largest = abs(real).max() or 1
    pairs = list(zip(written, expected))
    report[examination] = {
        "images": [len(written), len(expected)],
        "shapes": all(w[0].shape == e[1].shape for w, e in pairs),
        "steps": max(float(abs(w[0] - e[1]).max() / w[2]) for w, e in pairs),
        "relative": max(float(abs(w[0] - e[1]).max() / largest) for w, e in pairs),
        "mapping": max(float(abs(w[0] - w[1]).max() / largest) for w, e in pairs),
        "cornersMm": max(float(abs(w[3] - e[2]).max()) for w, e in pairs),
        "narrowestWindow": min(w[4] / w[2] for w, e in pairs),
        "brukerapi": peer_difference(folder, real, groups),
    }
print(json.dumps(report))
