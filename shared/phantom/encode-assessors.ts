import { assessorFolder, encodeResourceCatalog, type ResourceFile } from "./archive-layout.ts";
import type { SessionIdentity } from "./describe-session.ts";
import type { DrawnCollection, DrawnImages } from "./drawn-collection.ts";
import { encodeAim } from "./encode-aim.ts";
import { encodeDrawnSegments } from "./encode-drawn-segments.ts";
import { encodeRtstruct } from "./encode-rtstruct.ts";
import { imagesDrawnOn } from "./encode-scan.ts";
import type { ScanPlan } from "./scan-plan.ts";
import {
  type CollectionPlan,
  collectionPlans,
  drawCollection,
  type RegionResource,
  scanOf,
} from "./session-collections.ts";

/** A file of the archive. */
export interface ArchiveFile {
  /** Below the archive's root. */
  readonly path: string;
  readonly content: Uint8Array | string;
}

/** The regions of a session as XNAT keeps them: an assessor for each collection, in it a folder with a file for each form. */
export function* encodeAssessors(
  plans: readonly ScanPlan[],
  identity: SessionIdentity,
  collections: readonly CollectionPlan[] = collectionPlans(),
): Generator<ArchiveFile> {
  for (const collection of collections) {
    const plan = scanOf(collection, plans);
    const drawn = drawCollection(collection, plan);
    const images = imagesDrawnOn(plan, identity, collection.contrast);
    for (const resource of collection.resources) {
      const folder = assessorFolder(identity, collection.label, resource);
      const file = encodeResource[resource](drawn, images, collection);
      yield { path: `${folder}/${file.fileName}`, content: file.content };
      const catalog = encodeResourceCatalog(identity, resource, file);
      yield { path: `${folder}/${resource}_catalog.xml`, content: catalog };
    }
  }
}

type ResourceEncoder = (
  drawn: DrawnCollection,
  images: DrawnImages,
  plan: CollectionPlan,
) => ResourceFile;

const encodeResource: Readonly<Record<RegionResource, ResourceEncoder>> = {
  AIM: (drawn, images) => ({
    fileName: `${drawn.label}.xml`,
    format: "XML",
    content: encodeAim(drawn, images),
  }),
  RTSTRUCT: (drawn, images, { equipment }) => ({
    fileName: `${drawn.label}.dcm`,
    format: "DICOM",
    content: encodeRtstruct(drawn, images, equipment),
  }),
  SEG: (drawn, images) => ({
    fileName: `${drawn.label}.dcm`,
    format: "DICOM",
    content: encodeDrawnSegments(drawn, images),
  }),
};
