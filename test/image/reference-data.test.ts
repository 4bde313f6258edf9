import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readContent } from "../bundle/folder-content.ts";
import { root } from "../bundle/sample-scan.ts";
import { findEngine } from "./engine.ts";
import { complete, runContainer, runService } from "./launch.ts";
import { openStage } from "./stage.ts";

// The acceptance of the reference datasets is checked on the checkout (test/acceptance). The image gives the same
// bytes on the same scans with the same options, in Docker and in Swarm, so it passes the same acceptance.

const engine = findEngine();
const datasets = join(process.env["XNAT_PIC_DATA"] ?? join(root, "../shared/data"), "qmri");

type Scan = readonly [path: string, ...options: string[]];

const scans: readonly (readonly [program: string, scans: readonly Scan[]])[] = [
  [
    "process-t2",
    [
      ["qmri-uq-phantom/dicom/t2_sese", "--model", "2par", "--mask", "none"],
      ["qmri-uq-phantom/dicom/t2_sese", "--model", "3par", "--mask", "none"],
      ["qmri-uq-phantom/nifti", "--series", "t2_sese", "--model", "2par", "--mask", "none"],
      ["qmrust-playground/dicom/mono_t2", "--model", "2par", "--mask", "none"],
      ["t2map-prostate/dicom/prostate_t2", "--dicom", "both"],
      ["synthetic-phantom-dicom/dicom/t2star", "--mask", "none", "--noise", "none"],
    ],
  ],
  ["process-t1", [["qmri-uq-phantom/dicom/t1_seir", "--mask", "none"]]],
  ["process-dwi", [["dwi-dicom-siemens-mosaic/dicom", "--model", "dti", "--dicom", "both"]]],
];

describe.skipIf(!engine.available).each(scans)(
  "the image of %s on the reference datasets",
  (program, scans) => {
    const stage = openStage(program);
    const expected = new Map<string, Readonly<Record<string, string>>>();
    const present = scans.filter(([path]) => existsSync(join(datasets, path)));

    beforeAll(async () => {
      await stage.build(() => {
        for (const [path, ...options] of present) {
          expected.set(
            [path, ...options].join(" "),
            stage.runCheckout(join(datasets, path), options),
          );
        }
      });
    }, 300_000);

    afterAll(() => stage.close());

    for (const [path, ...args] of scans) {
      const claim = [path, ...args].join(" ");
      const missing = !existsSync(join(datasets, path));
      const reason = missing ? " (skipped: the dataset is not here)" : "";
      test.skipIf(missing)(
        `${claim}: the checkout's bytes in Docker and in Swarm${reason}`,
        async () => {
          const input = join(datasets, path);
          const plain = stage.makeFolder();
          const run = runContainer(stage.launchOn(input, plain, { args }));
          expect([run.status, run.stderr]).toEqual([0, ""]);
          expect(readContent(plain)).toEqual(expected.get(claim));
          const swarm = stage.makeFolder();
          const task = await runService(stage.launchOn(input, swarm, { args }));
          expect(task).toMatchObject(complete);
          expect(readContent(swarm)).toEqual(expected.get(claim));
        },
      );
    }
  },
);
