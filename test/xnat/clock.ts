import type { Clock } from "./site.ts";

/** Real time plus what a test added. */
export function openClock(): Clock {
  let added = 0;
  return {
    now: () => Date.now() + added,
    advance: (milliseconds) => {
      added += milliseconds;
    },
  };
}

const two = (value: number): string => String(value).padStart(2, "0");

/** "2026-11-22 10:00:00.0", as lists show times of insertion (UTC). */
export function listTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  // As Java prints a Timestamp: trailing zeros of the fraction are left out, but for one digit.
  const fraction = String(date.getUTCMilliseconds())
    .padStart(3, "0")
    .replace(/0{1,2}$/, "");
  return (
    `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())} ` +
    `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}.${fraction}`
  );
}

/** "Sun Nov 22 10:00:00 UTC 2026", as items and catalogs show times. */
export function javaTime(milliseconds: number): string {
  const [weekday, day, month, year, time] = new Date(milliseconds).toUTCString().split(" ");
  return `${weekday?.slice(0, 3)} ${month} ${day} ${time} UTC ${year}`;
}
