import type { AttributeValues } from "#shared/dicom/encode-attributes.ts";
import { deriveUid } from "#shared/dicom/uid.ts";

/** Which session the images belong to. */
export interface SessionIdentity {
  readonly project: string;
  readonly subject: string;
  readonly session: string;
  /** Everything the images depend on: other values, other UIDs. */
  readonly fingerprint: string;
}

/** Day of the session. It is fixed: the same session gives the same bytes. */
export const sessionDate = "20260105";
export const sessionTime = "100000";

/** UID of something that belongs to the session. */
export function sessionUID(identity: SessionIdentity, what: string): string {
  return deriveUid(["digital mouse", identity.fingerprint, what]);
}

/** Animal and study: what all DICOM objects of the session share, PS3.3 C.7.1 and C.7.2. */
export function describeSession(identity: SessionIdentity): AttributeValues {
  return {
    ...describeAnimal(identity),
    StudyDate: sessionDate,
    StudyTime: sessionTime,
    AccessionNumber: [],
    ReferringPhysicianName: [],
    // XNAT's default routing reads project, subject and session here when the files are sent to it.
    StudyDescription: identity.project,
    StudyInstanceUID: sessionUID(identity, "study"),
    StudyID: identity.session,
    FrameOfReferenceUID: sessionUID(identity, "frame of reference"),
    PositionReferenceIndicator: [],
  };
}

function describeAnimal(identity: SessionIdentity): AttributeValues {
  return {
    PatientName: `${identity.subject}^Digital mouse`,
    PatientID: identity.subject,
    PatientBirthDate: [],
    PatientSex: "F",
    PatientWeight: 0.025,
    PatientSpeciesDescription: "Mus musculus",
    PatientSpeciesCodeSequence: [
      {
        CodeValue: "447612001",
        CodingSchemeDesignator: "SCT",
        CodeMeaning: "Mus musculus",
      },
    ],
    PatientSexNeutered: "UNALTERED",
    PatientBreedDescription: "None: a digital phantom",
    PatientBreedCodeSequence: [],
    BreedRegistrationSequence: [],
    ResponsiblePerson: [],
    ResponsibleOrganization: "XNAT-PIC sample data",
  };
}
