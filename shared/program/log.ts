import pino from "pino";
import pretty from "pino-pretty";
import { toOneLine } from "./one-line.ts";

/** One line per stage, its numbers as fields. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/**
 * Fields that never reach a log: secrets, and who was scanned. A log is read by more people than an image.
 */
const secretFields = ["password", "secret", "token", "authorization", "cookie", "XNAT_PASS"].concat(
  ["PatientName", "PatientID", "PatientBirthDate", "patientID", "patientName"],
);
const redacted = secretFields.flatMap((field) => [field, `*.${field}`]);

/** True for a field that never reaches a log. */
export function isSecretField(name: string): boolean {
  return secretFields.includes(name);
}

/**
 * A log on standard output, for people (`text`) or for programs (`json`, one object a line).
 *
 * @param destination - 1, standard output, unless that carries the result of the program
 *
 * XNAT keeps standard output as stdout.log, so lines carry no colours unless a terminal reads them.
 */
export function openLog(format: "text" | "json", terminal: boolean, destination: 1 | 2 = 1): Log {
  const options = { base: null, redact: { paths: redacted, censor: "[removed]" } };
  if (format === "json") {
    return onOneLine(pino(options, pino.destination({ dest: destination, sync: true })));
  }
  const stream = pretty({
    destination,
    sync: true,
    colorize: terminal,
    singleLine: true,
    translateTime: "SYS:HH:MM:ss",
    ignore: "pid,hostname",
  });
  return onOneLine(pino(options, stream));
}

/** Messages quote file names and headers, which must not forge lines of the log. */
function onOneLine(log: pino.Logger): Log {
  return {
    info: (fields, message) => log.info(fields, toOneLine(message)),
    warn: (fields, message) => log.warn(fields, toOneLine(message)),
    error: (fields, message) => log.error(fields, toOneLine(message)),
  };
}
