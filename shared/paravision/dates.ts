import type { JcampParameter } from "./jcamp.ts";

/** A date of ParaVision: what the clock on the wall showed, and in which zone. */
export interface Moment {
  /** The reading of the wall clock as if it were UTC, ms since 1970. */
  readonly wallMs: number;
  /** East of Greenwich, minutes; ParaVision 5 writes none. */
  readonly zoneMinutes?: number;
  /** Whether fractions of a second were written. */
  readonly fraction: boolean;
}

const months = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

/** `2019-12-10T10:56:43,287+0800` of ParaVision 6 and later, the zone perhaps missing. */
const isoForm =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[,.](\d{1,9}))?\s*(?:([+-])(\d\d):?(\d\d)|(Z))?$/;
/** `12:20:46 30 Nov 2011`, `11:59:49  5 Nov 2013` of ParaVision 5. */
const oldForm = /^(\d\d?):(\d\d):(\d\d)\s+(\d\d?)\s+([A-Za-z]{3})\s+(\d{4})$/;

/** Easternmost and westernmost zone there is, minutes. */
const widestZone = 14 * 60;

/**
 * A date in one of the three forms that ParaVision writes; the third is the struct (seconds since 1970 UTC, ms, minutes east of
 * Greenwich).
 *
 * @returns undefined when it is none of them, or no date of the calendar between 1900 and 2999
 */
export function parseMoment(parameter: JcampParameter | undefined): Moment | undefined {
  const [value] = parameter?.values ?? [];
  if (typeof value === "string") return parseText(value.trim());
  if (!Array.isArray(value)) return undefined;
  const [seconds, ms, zone] = value;
  const whole = [seconds, ms, zone].every((part) => Number.isInteger(part));
  if (!whole || value.length !== 3) return undefined;
  if (ms < 0 || ms > 999 || Math.abs(zone) > widestZone || Math.abs(seconds) > 4e10) {
    return undefined;
  }
  return plausible({
    wallMs: seconds * 1000 + ms + zone * 60_000,
    zoneMinutes: zone,
    fraction: true,
  });
}

function parseText(text: string): Moment | undefined {
  const iso = isoForm.exec(text);
  if (iso !== null) {
    const [year, month, day, hour, minute, second] = iso.slice(1, 7).map(Number) as Six;
    const wallMs = wallClock([year, month, day, hour, minute, second]);
    if (wallMs === undefined) return undefined;
    const fraction = iso[7] === undefined ? 0 : Math.floor(Number(`0.${iso[7]}`) * 1000 + 1e-6);
    const zone = iso[11] === "Z" ? 0 : zoneOf(iso[8], iso[9], iso[10]);
    if (zone !== undefined && Math.abs(zone) > widestZone) return undefined;
    return plausible({
      wallMs: wallMs + fraction,
      ...(zone === undefined ? {} : { zoneMinutes: zone }),
      fraction: iso[7] !== undefined,
    });
  }
  const old = oldForm.exec(text);
  if (old === null) return undefined;
  const month = months.indexOf(old[5]!.toLowerCase()) + 1;
  const wallMs = wallClock([
    Number(old[6]),
    month,
    Number(old[4]),
    Number(old[1]),
    Number(old[2]),
    Number(old[3]),
  ]);
  return wallMs === undefined ? undefined : plausible({ wallMs, fraction: false });
}

function zoneOf(
  sign: string | undefined,
  hours: string | undefined,
  minutes: string | undefined,
): number | undefined {
  if (sign === undefined) return undefined;
  return (sign === "-" ? -1 : 1) * (60 * Number(hours) + Number(minutes));
}

type Six = [number, number, number, number, number, number];

/** undefined for 31 February and 25 o'clock; the second 60 is the next minute. */
function wallClock([year, month, day, hour, minute, second]: Six): number | undefined {
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, day);
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return undefined;
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1000;
}

const earliest = Date.UTC(1900, 0, 1);
const latest = Date.UTC(3000, 0, 1);

function plausible(moment: Moment): Moment | undefined {
  return moment.wallMs >= earliest && moment.wallMs < latest ? moment : undefined;
}

/** The same moment as clocks of another zone show it; unchanged when either has no zone. */
export function toZone(moment: Moment, zoneMinutes: number | undefined): Moment {
  if (moment.zoneMinutes === undefined || zoneMinutes === undefined) return moment;
  const wallMs = moment.wallMs + (zoneMinutes - moment.zoneMinutes) * 60_000;
  return { ...moment, wallMs, zoneMinutes };
}

/** A later moment in the same zone. */
export function addMilliseconds(moment: Moment, ms: number): Moment {
  return { ...moment, wallMs: moment.wallMs + ms, fraction: moment.fraction || ms % 1000 !== 0 };
}

/** YYYYMMDD, VR DA. */
export function dateText(moment: Moment): string {
  return new Date(moment.wallMs).toISOString().slice(0, 10).replaceAll("-", "");
}

/** HHMMSS, with fraction where one was written HHMMSS.FFFFFF, VR TM. */
export function timeText(moment: Moment): string {
  const iso = new Date(moment.wallMs).toISOString();
  const time = iso.slice(11, 19).replaceAll(":", "");
  if (!moment.fraction) return time;
  // The microseconds of repetition times that are no whole milliseconds.
  const micros = Math.floor((((moment.wallMs % 1000) + 1000) % 1000) * 1000 + 1e-3);
  return `${time}.${String(micros).padStart(6, "0")}`;
}

/** +HHMM, VR SH of TimezoneOffsetFromUTC. */
export function zoneText(zoneMinutes: number): string {
  const size = Math.abs(zoneMinutes);
  const part = (value: number) => String(value).padStart(2, "0");
  const sign = zoneMinutes < 0 ? "-" : "+";
  return `${sign}${part(Math.floor(size / 60))}${part(size % 60)}`;
}

/** Moves a date of VR DA by days; unchanged when it is none. */
export function shiftDate(text: string, days: number): string {
  const parts = /^(\d{4})(\d\d)(\d\d)$/.exec(text);
  if (parts === null) return text;
  const ms = Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + days);
  return Number.isNaN(ms) ? text : dateText({ wallMs: ms, fraction: false });
}
