import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { randomNumbers } from "./damage.ts";

// Parameter files of ParaVision as they come out of a broken copy, an editor, or a hostile hand.

/** Whole numbers from 0 to below `below`, the same for the same seed. */
export function randomIntegers(seed: number): (below: number) => number {
  const random = randomNumbers(seed);
  return (below) => Math.floor(random() * below);
}

const bombs = [
  "@999999999*(0)",
  "@4000000*(1)",
  "@9999*(@9999*(@9999*(0)))",
  "( 99999999999, 3 )\n",
  "( 0 )\n",
  "( -1 )\n",
  "(".repeat(500),
  "@2*(".repeat(200),
  "<",
  ">",
  "\\",
  "\\>",
  "\n##",
  "\n##$A=",
  "\n##END=\n",
  "\n$$ ",
  "$$",
  "\u0000",
  "1e999999",
  `${"9".repeat(400)}`,
  "-",
  "0x10",
  "nan",
  ",",
  ")",
  "\r\n",
];

/** The bytes with one to four things done to them. */
export function mutate(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  let changed = Buffer.from(bytes);
  for (let left = 1 + random(4); left > 0; left--) {
    const at = random(changed.length + 1);
    const length = random(Math.min(400, changed.length - at + 1));
    const before = changed.subarray(0, at);
    const after = changed.subarray(at + length);
    const piece = changed.subarray(at, at + length);
    const kind = random(7);
    if (kind === 0 && at < changed.length) changed[at]! ^= 1 << random(8);
    else if (kind === 1) changed = Buffer.concat([before, after]);
    else if (kind === 2) changed = Buffer.from(before);
    else if (kind === 3) changed = Buffer.concat([before, piece, piece, after]);
    else if (kind === 4) {
      const bomb = Buffer.from(bombs[random(bombs.length)]!);
      changed = Buffer.concat([before, bomb, changed.subarray(at)]);
    } else if (kind === 5) {
      // The size of an array becomes another.
      const size = changed.indexOf("( ", at);
      if (size >= 0) changed[size + 2] = 0x30 + random(10);
    } else {
      const noise = Buffer.from(Array.from({ length }, () => random(256)));
      changed = Buffer.concat([before, noise, after]);
    }
  }
  return changed;
}

/** Texts with every form of value. */
export const samples: readonly Uint8Array[] = [
  Buffer.from(`##TITLE=Parameter List, ParaVision 6.0.1
##JCAMPDX=4.24
##DATATYPE=Parameter Values
##ORIGIN=Bruker BioSpin MRI GmbH
##OWNER=nmr
$$ 2026-01-05 10:15:00.000 +0100  nmr@scanner
$$ /opt/PV6.0.1/data/nmr/study/1/pdata/1/visu_pars
##$VisuUid=( 65 )
<2.16.756.5.5.100.1>
##$VisuCoreSize=( 2 )
128 96
##$VisuCoreFrameCount=6
##$VisuFGOrderDesc=( 2 )
(3, <FG_ECHO>, <>, 0, 1) (2, <FG_SLICE>, <a (comment), @2*(x)>, 1, 2)
##$VisuGroupDepVals=( 3 )
(<VisuAcqEchoTime>, 0) (<VisuCoreOrientation>, 0) (<VisuCorePosition>, 0)
##$VisuCoreOrientation=( 2, 9 )
1 0 0 0 1 0 0 0 1 1 0 0 0 0.99999999999999989 -1.2246467991473532e-16
$$ @vis= VisuCoreOrientation
0 0 1
##$VisuCoreSlicePacksDef=(0, 3)
##$VisuStudyDescription=( 2048 )
<\\
a long text that goes on and on until \\<it\\> ends in the next \nline>
##$VisuStudyDate=<2019-12-10T10:56:43,287+0800>
##$SUBJECT_study_adj_config=( <MRI_Default> , <MRI Default> )
##END=
$$ File finished by PARX at 2026-01-05 10:15:00.000 +0100
`),
  Buffer.from(`##TITLE=Parameter List, ParaVision 360 V3.6
##JCAMPDX=4.24
##$Method=<Bruker:MSME>
##$PVM_EncActReceivers=( 12 )
@12*(On)
##$PVM_EncGenSteps2=( 20 )
@10*(-53) @9*(0.25) 7
##$ACQ_RfShapes=( 3 )
(<$ExcPulse1Shape>, 6.9978566753037823, 0, 0.5, 1, 0 100 100 @21*(0), 0 0 90
@21*(0)) @2*((<>, 0, 0, 0.5, 0, @24*(0), @24*(0)))
##$PVM_SliceGeo=( 1 )
(((1 0 0 0 -1 0 0 0 -1, 0 -0 3), 40 40 16.75, <+R;read> <+P;phase> <+S;slice>,
 0), 4, 1, 256, 4, 0, No)
##$VisuCoreDataUnits=( 2, 65 )
<mm²/s> <>
##$VisuCoreFrameType=( 1 )
MAGNITUDE_IMAGE
##END=
`),
];

/** Every parameter file below a folder; none when it is not there. */
export function realParameterFiles(folder: string): readonly string[] {
  const names = new Set(["acqp", "method", "visu_pars", "reco", "subject"]);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && names.has(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

export function readBytes(path: string): Uint8Array {
  return readFileSync(path);
}
