import { encodeCode } from "#shared/dicom/code.ts";
import { firstText } from "./first-value.ts";
import { nameRow, textRow } from "./mapping-row.ts";
import type { RawScan } from "./raw-scan.ts";
import type { MappingRow } from "./series-plan.ts";

/** Where the files name no manufacturer: ParaVision 5. */
const bruker = "Bruker BioSpin MRI GmbH";

/** PS3.16 CID 7005. */
const modifyingEquipment = { value: "109103", scheme: "DCM", meaning: "Modifying Equipment" };

/** General equipment and who was there: PS3.3 C.7.5.1, C.7.3.1, C.12.1.1. */
export const equipmentRows: readonly MappingRow[] = [
  {
    keyword: "Manufacturer",
    type: "2",
    per: "series",
    sources: ["VisuManufacturer"],
    rule: `As written, else ${bruker}.`,
    value: ({ scan }) => firstText(scan, "Manufacturer", ["VisuManufacturer"]) || bruker,
  },
  textRow("InstitutionName", "3", ["VisuInstitution", "ACQ_institution"], "As written."),
  textRow("StationName", "3", ["VisuStation", "ACQ_station"], "The first 16 characters."),
  textRow(
    "ManufacturerModelName",
    "3",
    ["VisuStation", "ACQ_station"],
    "The name of the station, as ParaVision exports.",
  ),
  {
    keyword: "DeviceSerialNumber",
    type: "3",
    per: "series",
    sources: serialSources(),
    rule: "Order number of the system; left out where it is 0.",
    value: ({ scan }) => {
      const number = firstText(scan, "DeviceSerialNumber", serialSources());
      return number === "" || number === "0" ? undefined : number;
    },
  },
  {
    keyword: "SoftwareVersions",
    type: "3",
    per: "series",
    sources: ["VisuAcqSoftwareVersion", "ACQ_sw_version", "VisuCreatorVersion"],
    rule: "ParaVision that acquired, and ParaVision that reconstructed: they may differ.",
    value: ({ scan }) => softwareVersions(scan),
  },
  nameRow(
    "OperatorsName",
    "3",
    ["SUBJECT_study_operator", "ACQ_operator", "OWNER"],
    "Often a login of the console. Left out when de-identified.",
  ),
  {
    keyword: "ContributingEquipmentSequence",
    type: "3",
    per: "series",
    sources: [],
    rule: "This converter, with its version, as modifying equipment.",
    value: ({ scan }) => [
      {
        PurposeOfReferenceCodeSequence: [encodeCode(modifyingEquipment)],
        Manufacturer: "XNAT-PIC",
        ManufacturerModelName: "mri2dicom",
        ...(scan.choices.version === undefined ? {} : { SoftwareVersions: scan.choices.version }),
        ContributionDescription: "Conversion of ParaVision images",
      },
    ],
  },
];

function serialSources(): readonly string[] {
  return ["VisuSystemOrderNumber", "ACQ_system_order_number"];
}

/** Of the data this was tested with: 5.1, 6.0.1, 7.0.0, 360.1 to 360.3. Studies computed twice say `5.1;5.1`. */
const knownVersions = /^(5\.1|6\.0(\.1)?|7\.0(\.0)?|360\.[123](\.\d+)?)$/;

/** `PV-360.3.6` and `PV 6.0.1` are versions too. */
function softwareVersions(scan: RawScan): readonly string[] | undefined {
  const acquired = firstText(scan, "SoftwareVersions", [
    "VisuAcqSoftwareVersion",
    "ACQ_sw_version",
  ]);
  const created = firstText(scan, "", ["VisuCreatorVersion"]);
  if (
    created !== "" &&
    !created.split(";").every((version) => knownVersions.test(version.trim()))
  ) {
    scan.findings.remark("version-unknown", `VisuCreatorVersion is ${created.slice(0, 64)}`);
  }
  const bare = (text: string) => text.replace(/^PV[- ]?/i, "").trim();
  const versions = [
    ...(acquired === "" ? [] : [`ParaVision Acquisition ${bare(acquired)}`]),
    ...(created === "" ? [] : [`ParaVision ${bare(created)}`]),
  ];
  return versions.length === 0 ? undefined : versions;
}
