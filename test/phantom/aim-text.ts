// AIM 4 files as the XNAT viewer writes them, line by line, so that tests of the reader need no other library.

/** An outline: points in AIM's own pixels, the corner of the first pixel at (0, 0). */
export interface AimMarkup {
  readonly type?: string;
  readonly points: readonly (readonly [x: number | string, y: number | string])[];
  readonly image?: string;
  readonly frame?: number;
  readonly include?: boolean;
  readonly colour?: string;
  /** coordinateIndex of each point; counted by default. */
  readonly order?: readonly (number | string)[];
  /** Repeat the first point at the end with index 0, as the viewer does; true by default. */
  readonly repeatFirst?: boolean;
}

export interface AimAnnotation {
  readonly name?: string;
  readonly comment?: string;
  readonly markups: readonly AimMarkup[];
}

export interface AimFile {
  readonly declaration?: string;
  readonly version?: string;
  readonly description?: string;
  readonly model?: string;
  readonly uid?: string;
  readonly study?: string;
  readonly series?: string;
  readonly annotations: readonly AimAnnotation[];
}

const namespace = "gme://caCORE.caCORE/4.4/edu.northwestern.radiology.AIM";

/** Text of an AIM file. */
export function writeAim(file: AimFile): string {
  const { series = "1.2.3.5", study = "1.2.3.7" } = file;
  return [
    file.declaration ?? '<?xml version="1.0" encoding="UTF-8"?>',
    `<ImageAnnotationCollection xmlns="${namespace}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" aimVersion="${file.version ?? "AIMv4_0"}">`,
    `<uniqueIdentifier root="${file.uid ?? "1.2.3"}"/>`,
    `<description value="${escapeXml(file.description ?? "mouse")}"/>`,
    '<equipment><manufacturerName value="ICR"/>',
    `<manufacturerModelName value="${escapeXml(file.model ?? "XNAT-OHIF-VIEWER")}"/>`,
    '<softwareVersion value="3.6.0"/></equipment>',
    "<imageAnnotations>",
    ...file.annotations.flatMap((annotation, i) => writeAnnotation(annotation, i, study, series)),
    "</imageAnnotations>",
    "</ImageAnnotationCollection>",
  ].join("\n");
}

function writeAnnotation(
  annotation: AimAnnotation,
  i: number,
  study: string,
  series: string,
): string[] {
  const { name, comment, markups } = annotation;
  const images = [...new Set(markups.map(({ image }) => image ?? "1.2.3.6"))];
  return [
    "<ImageAnnotation>",
    `<uniqueIdentifier root="1.2.3.4.${i + 1}"/>`,
    ...(name === undefined ? [] : [`<name value="${escapeXml(name)}"/>`]),
    ...(comment === undefined ? [] : [`<comment value="${escapeXml(comment)}"/>`]),
    "<markupEntityCollection>",
    ...markups.flatMap(writeMarkup),
    "</markupEntityCollection>",
    '<imageReferenceEntityCollection><ImageReferenceEntity xsi:type="DicomImageReferenceEntity">',
    `<imageStudy><instanceUid root="${study}"/>`,
    `<imageSeries><instanceUid root="${series}"/><imageCollection>`,
    ...images.map((uid) => `<Image><sopInstanceUid root="${uid}"/></Image>`),
    "</imageCollection></imageSeries></imageStudy>",
    "</ImageReferenceEntity></imageReferenceEntityCollection>",
    "</ImageAnnotation>",
  ];
}

function writeMarkup(markup: AimMarkup): string[] {
  const { points, order } = markup;
  const repeated = markup.repeatFirst !== false && points.length > 0;
  const all = repeated ? [...points, points[0]!] : points;
  return [
    `<MarkupEntity xsi:type="${markup.type ?? "TwoDimensionPolyline"}">`,
    `<includeFlag value="${markup.include ?? true}"/>`,
    `<lineColour value="${markup.colour ?? "228,26,28"}"/>`,
    `<imageReferenceUid root="${markup.image ?? "1.2.3.6"}"/>`,
    `<referencedFrameNumber value="${markup.frame ?? 1}"/>`,
    "<twoDimensionSpatialCoordinateCollection>",
    ...all.map(
      ([x, y], i) =>
        `<TwoDimensionSpatialCoordinate><coordinateIndex value="${order?.[i] ?? (repeated && i === points.length ? 0 : i)}"/><x value="${x}"/><y value="${y}"/></TwoDimensionSpatialCoordinate>`,
    ),
    "</twoDimensionSpatialCoordinateCollection>",
    "</MarkupEntity>",
  ];
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}
