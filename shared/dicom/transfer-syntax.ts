/** How the data elements of a file are written (PS3.5 section 10 and annex A). */
export interface Encoding {
  readonly explicitVr: boolean;
  readonly littleEndian: boolean;
}

export type Codec =
  | "native"
  | "encapsulated native"
  | "deflated frames"
  | "RLE"
  | "JPEG"
  | "JPEG-LS"
  | "JPEG 2000"
  | "HTJ2K"
  | "unknown";

/** A transfer syntax this project reads. */
export interface TransferSyntax {
  readonly uid: string;
  readonly name: string;
  readonly encoding: Encoding;
  readonly deflated: boolean;
  readonly codec: Codec;
  /** The pixel values need not be those the scanner stored. */
  readonly lossy: boolean;
}

export const implicitLittle: Encoding = { explicitVr: false, littleEndian: true };
export const explicitLittle: Encoding = { explicitVr: true, littleEndian: true };
export const explicitBig: Encoding = { explicitVr: true, littleEndian: false };

function syntax(
  uid: string,
  name: string,
  codec: Codec = "native",
  more: Partial<TransferSyntax> = {},
): TransferSyntax {
  return { uid, name, encoding: explicitLittle, deflated: false, codec, lossy: false, ...more };
}

export const implicitVrLittleEndian = "1.2.840.10008.1.2";
export const explicitVrLittleEndian = "1.2.840.10008.1.2.1";
export const explicitVrBigEndian = "1.2.840.10008.1.2.2";

/** PS3.6 annex A; JPEG processes with more than one name share the decoder. */
const table: readonly TransferSyntax[] = [
  syntax(implicitVrLittleEndian, "Implicit VR Little Endian", "native", {
    encoding: implicitLittle,
  }),
  syntax(explicitVrLittleEndian, "Explicit VR Little Endian"),
  syntax("1.2.840.10008.1.2.1.98", "Encapsulated Uncompressed", "encapsulated native"),
  syntax("1.2.840.10008.1.2.8.1", "Deflated Image Frame Compression", "deflated frames"),
  syntax("1.2.840.10008.1.2.1.99", "Deflated Explicit VR Little Endian", "native", {
    deflated: true,
  }),
  syntax(explicitVrBigEndian, "Explicit VR Big Endian", "native", { encoding: explicitBig }),
  syntax("1.2.840.10008.1.2.5", "RLE Lossless", "RLE"),
  syntax("1.2.840.10008.1.2.4.50", "JPEG Baseline", "JPEG", { lossy: true }),
  syntax("1.2.840.10008.1.2.4.51", "JPEG Extended", "JPEG", { lossy: true }),
  syntax("1.2.840.10008.1.2.4.57", "JPEG Lossless, process 14", "JPEG"),
  syntax("1.2.840.10008.1.2.4.70", "JPEG Lossless, first-order prediction", "JPEG"),
  syntax("1.2.840.10008.1.2.4.80", "JPEG-LS Lossless", "JPEG-LS"),
  syntax("1.2.840.10008.1.2.4.81", "JPEG-LS Near-lossless", "JPEG-LS", { lossy: true }),
  syntax("1.2.840.10008.1.2.4.90", "JPEG 2000 Lossless", "JPEG 2000"),
  syntax("1.2.840.10008.1.2.4.91", "JPEG 2000", "JPEG 2000", { lossy: true }),
  syntax("1.2.840.10008.1.2.4.201", "High-Throughput JPEG 2000 Lossless", "HTJ2K"),
  syntax("1.2.840.10008.1.2.4.202", "High-Throughput JPEG 2000 RPCL Lossless", "HTJ2K"),
  syntax("1.2.840.10008.1.2.4.203", "High-Throughput JPEG 2000", "HTJ2K", { lossy: true }),
];

const byUid = new Map(table.map((entry) => [entry.uid, entry]));

/**
 * The transfer syntax with this UID. One that no program here reads has the codec `unknown`; its header is
 * explicit little endian, as that of every compressed one (PS3.5 A.4).
 */
export function findTransferSyntax(uid: string): TransferSyntax {
  return byUid.get(uid) ?? syntax(uid, uid.replace(/[^0-9.]/g, "?"), "unknown");
}

/** The transfer syntax of a file without a meta header, from how its elements look. */
export function nativeSyntax(encoding: Encoding): TransferSyntax {
  const uid = !encoding.explicitVr
    ? implicitVrLittleEndian
    : encoding.littleEndian
      ? explicitVrLittleEndian
      : explicitVrBigEndian;
  return byUid.get(uid)!;
}
