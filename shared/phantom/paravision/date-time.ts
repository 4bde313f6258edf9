import type { Dialect } from "./dialect.ts";
import { type ParameterValue, struct, text } from "./parameter.ts";

/** A moment of the clock on the console's wall. */
export interface DateTime {
  /** `2026-01-05T10:15:00`. */
  readonly local: string;
  readonly milliseconds?: number;
  /** Minutes east of Greenwich. */
  readonly zoneMinutes: number;
}

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** A date as a version writes it: `<2026-01-05T10:15:00,000+0100>`, or `( 21 )` `<10:15:00  5 Jan 2026>` in ParaVision 5. */
export function encodeDate(moment: DateTime, { zonedDates }: Dialect): ParameterValue {
  if (zonedDates) return text(describeDate(moment));
  const [date = "", time = ""] = moment.local.split("T");
  const [year, month, day] = date.split("-");
  const padded = String(Number(day)).padStart(2);
  return text(`${time} ${padded} ${months[Number(month) - 1]} ${year}`, 21);
}

/** `2026-01-05T10:15:00,000+0100`. */
export function describeDate({ local, milliseconds = 0, zoneMinutes }: DateTime): string {
  const minutes = Math.abs(zoneMinutes);
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60].map(twoDigits);
  const sign = zoneMinutes < 0 ? "-" : "+";
  return `${local},${String(milliseconds).padStart(3, "0")}${sign}${hour}${minute}`;
}

/** As acqp has it: seconds since 1970 in Greenwich, milliseconds, minutes east of it. */
export function encodeAbsoluteTime(moment: DateTime): ParameterValue {
  const seconds = Date.parse(`${moment.local}Z`) / 1000 - moment.zoneMinutes * 60;
  return struct([seconds, moment.milliseconds ?? 0, moment.zoneMinutes]);
}

/** The moment so many seconds later. */
export function later(moment: DateTime, seconds: number): DateTime {
  const local = new Date(Date.parse(`${moment.local}Z`) + seconds * 1000).toISOString();
  return { ...moment, local: local.slice(0, 19) };
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
