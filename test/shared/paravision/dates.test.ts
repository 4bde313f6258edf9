import { expect, test } from "vitest";
import {
  addMilliseconds,
  dateText,
  parseMoment,
  shiftDate,
  timeText,
  toZone,
  zoneText,
} from "#shared/paravision/dates.ts";
import type { JcampValue } from "#shared/paravision/jcamp.ts";

const parse = (value: JcampValue) => parseMoment({ kind: "mixed", shape: [], values: [value] });

test.each([
  ["2019-12-10T10:56:43,287+0800", "20191210", "105643.287000", 480],
  ["2022-03-16T11:51:35,534-0500", "20220316", "115135.534000", -300],
  ["2024-07-25T09:02:12+02:00", "20240725", "090212", 120],
  ["2024-07-25T09:02:12,000Z", "20240725", "090212.000000", 0],
  ["12:20:46 30 Nov 2011", "20111130", "122046", undefined],
  ["11:59:49  5 Nov 2013", "20131105", "115949", undefined],
  ["00:00:00 29 Feb 2024", "20240229", "000000", undefined],
])("%s is %s %s", (text, date, time, zone) => {
  const moment = parse(text)!;
  expect([dateText(moment), timeText(moment), moment.zoneMinutes]).toEqual([date, time, zone]);
});

test("the struct is what the text beside it in the file says: SUBJECT_abs_date and SUBJECT_date", () => {
  expect(parse([1443111120, 66, -300])).toEqual(parse("2015-09-24T11:12:00,066-0500"));
});

test.each<[JcampValue]>([
  ["29 Feb 2024"],
  ["00:00:00 30 Feb 2024"],
  ["00:00:00 29 Feb 2023"],
  ["25:00:00 1 Jan 2024"],
  ["00:00:00 1 Foo 2024"],
  ["2024-13-01T00:00:00,000+0000"],
  ["2024-01-01T00:00:00,000+9900"],
  ["0024-01-01T00:00:00,000+0000"],
  [""],
  [7],
  [[1, 2]],
  [[1e15, 0, 0]],
  [[1, 1000, 0]],
  [["a", 0, 0]],
])("%j is no date", (value) => {
  expect(parse(value)).toBeUndefined();
});

test("clocks of another zone show another hour, and another day at midnight", () => {
  const moment = toZone(parse("2021-01-01T23:30:00,500+0000")!, 120);
  expect([dateText(moment), timeText(moment)]).toEqual(["20210102", "013000.500000"]);
  const old = parse("12:20:46 30 Nov 2011")!;
  expect(toZone(old, 120)).toBe(old);
});

test("time goes on over midnight, and keeps microseconds", () => {
  const later = addMilliseconds(parse("2021-12-31T23:59:59,500+0000")!, 500.25);
  expect([dateText(later), timeText(later)]).toEqual(["20220101", "000000.000250"]);
});

test("a moved date crosses months and leap days", () => {
  expect(shiftDate("20240228", 2)).toBe("20240301");
  expect(shiftDate("20240101", -1)).toBe("20231231");
  expect(shiftDate("nothing", 5)).toBe("nothing");
});

test.each([
  [-300, "-0500"],
  [0, "+0000"],
  [345, "+0545"],
  [-210, "-0330"],
])("%d minutes east are %s", (minutes, text) => {
  expect(zoneText(minutes)).toBe(text);
});
