import { recordFindings } from "#shared/paravision/findings.ts";
import type { ConversionChoices, RawScan, Remark } from "#shared/paravision/raw-scan.ts";
import { readVisu } from "#shared/paravision/read-visu.ts";
import { isSkip } from "#shared/paravision/reconstruction.ts";
import type { StoredFrame } from "#shared/paravision/series-plan.ts";
import { parameterFile } from "#test/phantom/paravision-files.ts";
import { defaultChoices } from "#test/phantom/raw-scan.ts";

/** A scan of text, and what the conversion remarked on. */
export interface ExampleScan {
  readonly scan: RawScan;
  readonly remarks: () => readonly Remark[];
}

export const plainChoices: ConversionChoices = { ...defaultChoices, version: "1.2.3" };

export const plainFrame: StoredFrame = {
  slope: 1,
  intercept: 0,
  smallest: 0,
  largest: 100,
  windowCenter: 50,
  windowWidth: 100,
};

const geometry = `##$VisuCoreFrameCount=1
##$VisuCoreDim=2
##$VisuCoreSize=( 2 )
4 3
##$VisuCoreDimDesc=( 2 )
spatial spatial
##$VisuCoreExtent=( 2 )
20 15
##$VisuCoreFrameThickness=( 1 )
1
##$VisuCoreOrientation=( 1, 9 )
1 0 0 0 1 0 0 0 1
##$VisuCorePosition=( 1, 3 )
-10 -7.5 2
##$VisuCoreDataMin=( 1 )
0
##$VisuCoreDataMax=( 1 )
100
##$VisuCoreDataOffs=( 1 )
0
##$VisuCoreDataSlope=( 1 )
1
##$VisuCoreFrameType=MAGNITUDE_IMAGE
##$VisuCoreWordType=_16BIT_SGN_INT
##$VisuCoreByteOrder=littleEndian
##$VisuUid=( 65 )
<1.2.3.4>
##$VisuStudyUid=( 65 )
<1.2.3>`;

interface ExampleParts {
  /** More of visu_pars; a parameter given here takes the place of the plain one. */
  readonly visu?: string;
  readonly subject?: string;
  readonly acqp?: string;
  readonly method?: string;
  readonly choices?: Partial<ConversionChoices>;
  readonly study?: string;
  readonly examination?: number;
  readonly processing?: number;
}

/** One frame of 4 x 3 pixels, and whatever the parameters say. */
export function exampleScan(parts: ExampleParts = {}): ExampleScan {
  const { visu = "", choices = {}, study = "", examination = 5, processing = 1 } = parts;
  const replaced = new Set([...visu.matchAll(/^##\$(\w+)=/gm)].map(([, name]) => name));
  const plain = geometry.split(/^(?=##)/m).filter((one) => !replaced.has(/\w+/.exec(one)?.[0]));
  const read = readVisu(parameterFile(`${plain.join("").trimEnd()}\n${visu}`));
  if (isSkip(read)) throw new Error(read.text);
  const findings = recordFindings();
  const file = { path: "", absolutePath: "", size: 0 };
  const scan: RawScan = {
    reconstruction: {
      ...{ path: "5/pdata/1", study, examination, processing, images: file, visuPars: file },
    },
    visu: read,
    ...(parts.subject === undefined ? {} : { subject: parameterFile(parts.subject) }),
    ...(parts.acqp === undefined ? {} : { acqp: parameterFile(parts.acqp) }),
    ...(parts.method === undefined ? {} : { method: parameterFile(parts.method) }),
    choices: { ...plainChoices, ...choices },
    findings,
  };
  return { scan, remarks: () => findings.found().remarks };
}
