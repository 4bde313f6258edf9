"""python rasterize_dcmrtstruct2nii.py STRUCTURES IMAGES OUTPUT

Masks of every region as .nii.gz, by the package dcmrtstruct2nii; prints the milliseconds its rasterizer alone took.
"""

import sys
import time

import dcmrtstruct2nii.facade.dcmrtstruct2nii as facade

structures, images, output = sys.argv[1:4]
milliseconds = 0.0


class Timed(facade.DcmPatientCoords2Mask):
    def convert(self, *arguments):
        global milliseconds
        begin = time.process_time()
        try:
            return super().convert(*arguments)
        finally:
            milliseconds += 1000 * (time.process_time() - begin)


facade.DcmPatientCoords2Mask = Timed
facade.dcmrtstruct2nii(structures, images, output, convert_original_dicom=False)
print(f"\nrasterizing {milliseconds}")
