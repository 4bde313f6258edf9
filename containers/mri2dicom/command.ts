import { defineCommand } from "#command-json/define-command.ts";
import { outputOptions, runOptions } from "#command-json/fit-options.ts";
import { choice, flag, integer, path, text } from "#command-json/inputs.ts";
import { outputMount, pageMount } from "#command-json/mounts.ts";
import { onProject, onSession } from "#command-json/places.ts";
import { allowedTexts } from "./allowed-texts.ts";

const { workers, "log-format": logFormat } = runOptions;

/** One DICOM text: what XNAT and viewers show as one line. */
const line = (spec: { description: string; details?: string; unset?: string; label?: string }) =>
  text({
    ...spec,
    pattern: allowedTexts.line,
    patternInWords: "at most 64 characters without \\, ^ and =",
  });

/** A label of XNAT. */
const label = (what: string) =>
  text({
    inXnat: false,
    placeholder: "LABEL",
    pattern: allowedTexts.label,
    patternInWords: "letters, digits, dots, dashes and underscores, 64 at most",
    description: `Label of the ${what} in XNAT, for one study.`,
    unset: what === "project" ? "none; inside XNAT the project itself" : "from the raw data",
  });

export const command = defineCommand({
  name: "mri2dicom",
  label: "Bruker to DICOM",
  description: "DICOM of Bruker ParaVision studies, complete and exact",
  options: {
    action: choice(
      {
        convert: "write DICOM and a report",
        inspect: "list studies, examinations and reconstructions, and what would become of them",
        verify: "read the DICOM in --output again and compare it with the raw data",
        params: "print the parameters of the chosen reconstructions as JSON",
      },
      { default: "convert", inXnat: false, description: "What to do." },
    ),
    input: path({
      default: "/input",
      placeholder: "FOLDER|ZIP",
      description:
        "ParaVision data: a study, an examination, a folder of studies, or a zip of them.",
      details:
        "Archives (.zip, .PvDatasets) inside a folder are read too. Nothing is written there.",
    }),
    output: {
      ...outputOptions.output,
      description: "Folder for dicom/ and report/; a run goes on with what an earlier one wrote.",
    },
    scans: text({
      placeholder: "SELECTION",
      pattern:
        /^\d{1,6}(-\d{1,6})?(\/\d{1,6}(-\d{1,6})?)?(\s*[, ]\s*\d{1,6}(-\d{1,6})?(\/\d{1,6}(-\d{1,6})?)?)*$/,
      patternInWords: "examinations or examination/reconstruction, such as 5, 7-9, 12/2",
      description: "Examinations to take, or reconstructions of them: 5, 7-9, 12/2.",
      unset: "all",
    }),
    "dry-run": flag({
      inXnat: false,
      description: "Print what would be written where, and write nothing.",
    }),
    recheck: flag({
      inXnat: false,
      description:
        "Convert again what an earlier run wrote, and replace it where a byte differs; without it, unchanged raw data is left alone.",
    }),
    overwrite: {
      ...outputOptions.overwrite,
      description: "Replace series an earlier run wrote with other options or from other raw data.",
      details: "Files that this program did not write are never touched.",
    },
    format: choice(
      { text: "a table for people", json: "for programs" },
      { default: "text", inXnat: false, description: "What inspect, verify and --dry-run print." },
    ),
    objects: choice(
      {
        classic: "MR Image Storage, one file for each image",
        enhanced: "Enhanced MR Image Storage, one file for each series",
      },
      { default: "classic", description: "DICOM objects to write." },
    ),
    uids: choice(
      {
        derived: "own UIDs for series and images, the study keeps its own",
        vendor: "those that ParaVision's own export gives",
      },
      {
        default: "derived",
        label: "UIDs",
        description: "Identifiers of series and images; the same data always get the same.",
      },
    ),
    "series-number": choice(
      {
        "exam-proc": "examination x 10000 + reconstruction, 50001",
        exam: "the examination alone for its first reconstruction, 5",
      },
      { default: "exam-proc", description: "SeriesNumber, which XNAT takes as scan ID." },
    ),
    "b-value": choice(
      {
        effective: "with the imaging gradients, as the b-matrix has it",
        nominal: "as planned, 0 for images without diffusion weighting",
      },
      { default: "effective", label: "b-value", description: "DiffusionBValue." },
    ),
    "duty-cycle": choice(
      { fraction: "0 to 1", percent: "0 to 100, as files of XNAT-PIC had it" },
      { default: "fraction", description: "Form of the duty cycle of CEST saturation." },
    ),
    "cest-creator": text({
      default: "CEST Creator",
      label: "CEST creator",
      pattern: /^[ -[\]-~]{1,64}$/,
      patternInWords: "at most 64 plain characters without backslash",
      description:
        "Name under which the CEST attributes (1061,10xx) stand; owner is the login of the console.",
    }),
    "uniform-slope": flag({
      description: "One rescale slope for a whole series, for software that ignores the others.",
      details: "Costs exactness where the slopes of the frames differ; the report says how much.",
    }),
    species: line({
      description: "Species, such as Mus musculus.",
      unset: "RODENT or ANIMAL, as ParaVision says",
    }),
    strain: line({ description: "Strain, such as C57BL/6J.", unset: "none" }),
    "body-part": text({
      default: "WHOLEBODY",
      pattern: /^[A-Z0-9_ ]{1,16}$/,
      patternInWords: "a DICOM code string: capitals, digits, blanks and _, 16 at most",
      description: "BodyPartExamined, such as ABDOMEN, SKULL, CHEST, PELVIS.",
    }),
    laterality: choice(
      { none: "no paired body part", L: "left", R: "right" },
      { default: "none", description: "Side of a paired body part, such as KIDNEY." },
    ),
    "patient-id": line({
      label: "Patient ID",
      description: "PatientID, for one study; XNAT takes it as label of the subject.",
      unset: "subject ID of the raw data",
    }),
    "patient-name": text({
      pattern: allowedTexts.personName,
      patternInWords: "at most 64 characters without \\ and =",
      description: "PatientName, for one study.",
      unset: "subject name of the raw data",
    }),
    "patient-comments": text({
      pattern: allowedTexts.comments,
      patternInWords: "at most 1024 characters without backslash",
      description: "PatientComments, by which XNAT can route what it receives.",
      details: "{project}, {subject} and {session} stand for the labels.",
      unset:
        "Project:... Subject:... Session:... where a project is known, else the comment of the raw data",
    }),
    project: label("project"),
    subject: label("subject"),
    session: label("session"),
    mapping: path({
      placeholder: "FILE",
      description: "Table of labels for many studies, as CSV.",
      details:
        "Columns: study (folder name or subject ID in the raw data), project, subject, session, patient-id, patient-name, patient-comments; all but the first may be missing.",
    }),
    "de-identify": flag({
      description: "Leave out persons, logins, institution, birth date and free texts; new UIDs.",
      details:
        "Give --subject, --session or --mapping as well: labels in the raw data may name persons.",
    }),
    "shift-days": integer({
      default: 0,
      atLeast: -36500,
      atMost: 36500,
      description: "With --de-identify: days by which all dates are moved.",
    }),
    "secret-file": path({
      placeholder: "FILE",
      description: "With --de-identify: file with a secret from which the new UIDs are made.",
      details: "Without it the environment variable MRI2DICOM_SECRET is taken, if it is set.",
    }),
    partial: choice(
      {
        auto: "ok inside XNAT, which keeps nothing of a run that failed; fail elsewhere",
        ok: "exit code 0 as long as something was written",
        fail: "exit code 1",
      },
      {
        default: "auto",
        inXnat: false,
        description: "How a run ends in which something could not be converted.",
      },
    ),
    strict: flag({
      inXnat: false,
      description: "Exit code 1 as well when anything was converted with a warning.",
    }),
    workers,
    "log-format": logFormat,
  },
  positionals: ["action", "input"],
  inputs: {
    raw: pageMount("/input", {
      except: ["MRI2DICOM", "MRI2DICOM_REPORT"],
      label: "Raw data",
      description: "resource with ParaVision data: folders as they were, or zips of them",
    }),
  },
  outputs: {
    dicom: outputMount("/output/dicom", {
      label: "MRI2DICOM",
      format: "DICOM",
      content: "MR_IMAGES",
      description: "DICOM files as <subject>/<session>/<examination>_<reconstruction>/MRIm<n>.dcm",
    }),
    report: outputMount("/output/report", {
      label: "MRI2DICOM_REPORT",
      format: "HTML",
      content: "REPORT",
      description:
        "report.html, report.json, conversion.tsv, status.json, provenance.json, manifest.json",
    }),
  },
  offeredOn: [onProject(), onSession()],
  examples: [
    {
      line: "mri2dicom inspect 20240131_M01_study.zip",
      does: "lists what is in it and what would be converted",
    },
    {
      line: "mri2dicom 20240131_M01_study --output converted",
      does: "converts a study; run it again after more scans, and only those are added",
    },
    {
      line: "mri2dicom studies --output converted --scans 5,7/2 --dry-run",
      does: "shows where some of it would be written",
    },
    {
      line: "mri2dicom studies --output converted --mapping labels.csv --project RATT1",
      does: "many studies, with subject and session labels of your own",
    },
    {
      line: "mri2dicom verify 20240131_M01_study --output converted",
      does: "compares every file with the raw data, pixel by pixel",
    },
    {
      line: "mri2dicom params 20240131_M01_study --scans 5/1",
      does: "prints all parameters of one reconstruction as JSON",
    },
  ],
});
