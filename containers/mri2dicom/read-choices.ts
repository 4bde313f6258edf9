import type { OptionsOf } from "#command-json/define-command.ts";
import { UsageError } from "#shared/errors.ts";
import type {
  ConversionChoices,
  DeIdentification,
  StudyIdentity,
} from "#shared/paravision/raw-scan.ts";
import { programVersion } from "#shared/program/version.ts";
import type { command } from "./command.ts";
import { readGivenFile } from "./read-given-file.ts";

type Options = OptionsOf<typeof command>;
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The options as the conversion takes them.
 *
 * @throws UsageError E-DE-IDENTIFY, E-SECRET
 */
export async function readChoices(
  options: Options,
  environment: Environment,
): Promise<ConversionChoices> {
  const { species, strain, laterality } = options;
  const deIdentify = await readDeIdentification(options, environment);
  return {
    uids: options.uids,
    seriesNumber: options["series-number"],
    bValue: options["b-value"],
    dutyCycle: options["duty-cycle"],
    cestCreator: options["cest-creator"],
    uniformSlope: options["uniform-slope"],
    objects: options.objects,
    bodyPart: options["body-part"],
    ...(species === undefined ? {} : { species }),
    ...(strain === undefined ? {} : { strain }),
    ...(laterality === "none" ? {} : { laterality }),
    ...(deIdentify === undefined ? {} : { deIdentify }),
    version: programVersion(),
    identity: readIdentity(options, environment),
  };
}

/** Labels for every study of the run; inside XNAT the project is that of the launch. */
function readIdentity(options: Options, environment: Environment): StudyIdentity {
  const given = {
    project: options.project ?? environment["SOURCE_PROJECT"],
    subject: options.subject,
    session: options.session,
    patientId: options["patient-id"],
    patientName: options["patient-name"],
    patientComments: options["patient-comments"],
  };
  return Object.fromEntries(Object.entries(given).filter(([, text]) => (text ?? "") !== ""));
}

/** The options that name one study: wrong for several. */
export function namesOneStudy({
  subject,
  session,
  patientId,
  patientName,
}: StudyIdentity): boolean {
  return [subject, session, patientId, patientName].some((text) => text !== undefined);
}

/** Longest secret that is read, bytes. */
const longestSecret = 4096;

async function readDeIdentification(
  options: Options,
  environment: Environment,
): Promise<DeIdentification | undefined> {
  const path = options["secret-file"];
  const shiftDays = options["shift-days"];
  if (!options["de-identify"]) {
    if (shiftDays === 0 && path === undefined) return undefined;
    throw new UsageError(
      "E-DE-IDENTIFY",
      `--${shiftDays === 0 ? "secret-file" : "shift-days"} has no effect without --de-identify.`,
      "Add --de-identify, or leave it out.",
    );
  }
  if (path === undefined) return { shiftDays, secret: environment["MRI2DICOM_SECRET"] ?? "" };
  const bytes = await readGivenFile("E-SECRET", path, longestSecret);
  const secret = new TextDecoder().decode(bytes).trim();
  if (secret === "") {
    throw new UsageError(
      "E-SECRET",
      `The file ${path} holds no secret.`,
      "Write any text into it.",
    );
  }
  return { shiftDays, secret };
}
