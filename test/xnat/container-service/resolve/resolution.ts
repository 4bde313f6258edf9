import type {
  CommandInputJson,
  CommandJson,
  DerivedInputJson,
  ExternalInputJson,
  WrapperJson,
} from "#command-json/schema.ts";
import type { Project, Site, User } from "../../site.ts";
import type { XnatObject } from "./objects.ts";

export type WrapperInputJson = ExternalInputJson | DerivedInputJson;

/** What an administrator or an owner has set for the inputs and outputs of a wrapper. */
export interface WrapperConfiguration {
  readonly inputs?: Readonly<
    Record<
      string,
      {
        readonly "default-value"?: string;
        readonly "user-settable"?: boolean;
        readonly advanced?: boolean;
        readonly required?: boolean;
        readonly matcher?: string;
      }
    >
  >;
  readonly outputs?: Readonly<Record<string, { readonly label?: string }>>;
}

/** Everything that decides what a launch becomes. */
export interface LaunchRequest {
  readonly site: Site;
  readonly user: User;
  readonly project: Project | undefined;
  readonly command: CommandJson;
  readonly wrapper: WrapperJson;
  readonly configuration: WrapperConfiguration;
  /** What the user sent, by input name. */
  readonly values: Readonly<Record<string, string>>;
}

export interface ValueNode {
  readonly value: string;
  readonly label: string;
  readonly object?: XnatObject | undefined;
  /** Types of the children the object is described with; all without. */
  readonly loaded?: ReadonlySet<string> | undefined;
  readonly children: InputNode[];
}

/** One wrapper input below one value of its parent. */
export interface InputNode {
  readonly input: WrapperInputJson;
  readonly values: readonly ValueNode[];
}

/** A command input with its values; several only with a select-many or a `multiple` input behind it. */
export interface ResolvedInput {
  readonly input: CommandInputJson;
  readonly values: readonly string[];
  /** Name of the wrapper input that feeds it. */
  readonly fedBy: string | undefined;
}

/** The server's reason why a command cannot be resolved; its text reaches the workflow's details. */
export class ResolutionError extends Error {}

export const isDerived = (input: WrapperInputJson): input is DerivedInputJson =>
  "derived-from-wrapper-input" in input;

export const wrapperInputsOf = (wrapper: WrapperJson): readonly WrapperInputJson[] => [
  ...(wrapper["external-inputs"] ?? []),
  ...(wrapper["derived-inputs"] ?? []),
];

export const keyOf = (input: { name: string; "replacement-key"?: string | undefined }): string =>
  input["replacement-key"] ?? `#${input.name}#`;

/** Values of a text that may hold a JSON array. */
export function readValues(text: string): readonly string[] {
  if (text.trimStart().startsWith("[")) {
    try {
      const list = JSON.parse(text) as unknown;
      if (Array.isArray(list)) return list.map(String);
    } catch {
      // A plain text that happens to begin with a bracket.
    }
  }
  return [text];
}
