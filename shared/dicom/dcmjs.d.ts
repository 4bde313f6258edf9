/** The part of dcmjs 0.52 that part10.ts uses; the package brings no types. */
declare module "dcmjs" {
  export interface DcmjsElement {
    vr: string;
    Value?: unknown;
    _rawValue?: unknown;
  }
  export type DcmjsDataset = Record<string, DcmjsElement>;

  interface Logger {
    setLevel(level: string): void;
    getLogger(name: string): Logger;
    methodFactory: (method: string, level: string, name: string) => (...parts: unknown[]) => void;
  }

  interface ReadStream {
    decoder: TextDecoder;
    setDecoder(decoder: TextDecoder): void;
    more(length: number): ReadStream;
  }

  export const log: Logger;
  export const data: {
    ReadBufferStream: { prototype: ReadStream };
    DicomMessage: {
      readFile(
        buffer: ArrayBuffer,
        options: { ignoreErrors: boolean; untilTag: string | null; includeUntilTagValue: boolean },
      ): { meta: DcmjsDataset; dict: DcmjsDataset };
    };
    DicomDict: new (
      meta: DcmjsDataset,
    ) => {
      meta: DcmjsDataset;
      dict: DcmjsDataset;
      write(options?: { allowInvalidVRLength: boolean }): ArrayBuffer;
    };
    DicomMetaDictionary: {
      dictionary: Record<string, { vr: string; name: string } | undefined>;
      nameMap: Record<string, { tag: string } | undefined>;
    };
  };
}
