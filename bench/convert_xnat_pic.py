"""Runs the converter of the original XNAT-PIC, without its window, on every examination of a study.

Usage: convert_xnat_pic.py CHECKOUT STUDY OUTPUT

The class is imported from a checkout of its public repository and left as it is, but for three things that stand around it:
encoders of compressed pixels that newer pydicom does not have are replaced by empty modules, pixels are handed to pydicom as
bytes, and it works on one examination after the other (its window starts a process for each).
"""

import pathlib
import sys
import types

checkout, study, output = (pathlib.Path(name).resolve() for name in sys.argv[1:4])
sys.path.insert(0, str(checkout))

import pydicom  # noqa: E402
from pydicom.dataset import Dataset  # noqa: E402

for name in ("gdcm", "pylibjpeg"):
    try:
        __import__(f"pydicom.encoders.{name}")
    except ImportError:
        sys.modules[f"pydicom.encoders.{name}"] = types.ModuleType(name)

assign = Dataset.__setattr__


def assign_bytes(dataset, name, value):
    if name == "PixelData" and not isinstance(value, bytes):
        value = value.tobytes()
    assign(dataset, name, value)


Dataset.__setattr__ = assign_bytes

from converter.dicom_converter.bruker_2_dicom.bruker_2_dicom_converter import (  # noqa: E402
    Bruker2DicomConverter,
)

for examination in sorted(study.iterdir()):
    if (examination / "method").is_file():
        Bruker2DicomConverter.convert([str(examination), str(output / examination.name)])
