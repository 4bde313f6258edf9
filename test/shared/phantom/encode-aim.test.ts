import { expect, test } from "vitest";
import { encodeAim } from "#shared/phantom/encode-aim.ts";
import { collection, images, parseAim } from "./example-drawing.ts";

const xml = encodeAim(collection, images);

test("the file gives every outline back: half a pixel added, the first corner twice, with index 0 at the end", () => {
  const parsed = parseAim(xml);
  expect(parsed.map(({ name }) => name)).toEqual(collection.regions.map(({ name }) => name));
  collection.regions.forEach(({ outlines, colour }, n) => {
    expect(parsed[n]!.colour).toBe(colour.join());
    expect(parsed[n]!.outlines).toHaveLength(outlines.length);
    outlines.forEach(({ slice, points }, m) => {
      const { image, indices, points: stored } = parsed[n]!.outlines[m]!;
      expect(image).toBe(images.sopInstanceUIDs[slice]);
      expect(indices).toEqual([...points.keys(), 0]);
      expect(stored.at(-1)).toEqual(stored[0]);
      stored.slice(0, -1).forEach(([x, y], corner) => {
        expect(x - 0.5).toBeCloseTo(points[corner]![0], 9);
        expect(y - 0.5).toBeCloseTo(points[corner]![1], 9);
      });
    });
  });
});

test("it names study, series and the images of each region, once each", () => {
  expect(xml).toContain(`<instanceUid root="${images.session.StudyInstanceUID}"/>`);
  const annotations = xml.split("<ImageAnnotation>").slice(1);
  annotations.forEach((annotation, n) => {
    const listed = [...annotation.matchAll(/<sopInstanceUid root="([^"]+)"/g)].map(
      ([, uid]) => uid,
    );
    const slices = new Set(collection.regions[n]!.outlines.map(({ slice }) => slice));
    expect(listed).toEqual([...slices].map((slice) => images.sopInstanceUIDs[slice]));
    expect(annotation).toContain(`<instanceUid root="${images.seriesInstanceUID}"/>`);
  });
});

test("all identifiers differ and are hexadecimal digits with dots, as the viewer writes them", () => {
  const roots = [...xml.matchAll(/<uniqueIdentifier root="([^"]+)"/g)].map(([, root]) => root!);
  const { regions } = collection;
  const outlines = regions.reduce((sum, region) => sum + region.outlines.length, 0);
  expect(new Set(roots).size).toBe(1 + 2 * regions.length + outlines);
  for (const root of roots)
    expect(root).toMatch(/^([0-9a-f]\.){6}[0-9a-f]{4}(\.[0-9a-f]){3}\.\w{39}$/);
});

test("the same drawing gives the same bytes; names keep their letters and are escaped", () => {
  expect(encodeAim(collection, images)).toBe(xml);
  expect(xml).toContain('<name value="cavità necrotica"/>');
  const [first] = collection.regions;
  const odd = { ...collection, regions: [{ ...first!, name: 'a<b> & "c"' }] };
  expect(encodeAim(odd, images)).toContain('<name value="a&lt;b> &amp; &quot;c&quot;"/>');
});
