import type { InputMount, MountWords, OutputMount } from "./mounts.ts";
import type { OptionTable, ValueOf } from "./option.ts";
import type { Place } from "./places.ts";
import { requireSoundCommand } from "./sound-command.ts";

/** One line a user may type, and what it does. */
export interface Example {
  readonly line: string;
  readonly does: string;
}

/** All that is said about a program, in one place: a container's command.ts exports it as `command`. */
export interface CommandDefinition<O extends OptionTable = OptionTable> {
  /** Program, image and command name; RFC 1123 lower case. */
  readonly name: string;
  /** Name in XNAT's menu. */
  readonly label: string;
  /** One sentence. */
  readonly description: string;
  /** Version of the whole package unless it says otherwise. */
  readonly version?: string;
  readonly options: O;
  readonly inputs: Readonly<Record<string, InputMount>>;
  readonly outputs: Readonly<Record<string, OutputMount>>;
  /** What a menu calls the scan that is processed and gets the results; "Scan" unless it says otherwise. */
  readonly scan?: MountWords;
  /**
   * The program this is another command of: same image, options and README, its own command.json. The name is that of the
   * program, a dash and a word: `project-runner-member` of `project-runner`.
   */
  readonly variantOf?: string;
  /** The program hands its outputs to XNAT by itself, so that the Container Service is told of none; false unless it says so. */
  readonly storesOutputs?: boolean;
  /**
   * Options that words without a name fill, in this order, as `mri2dicom inspect study.zip`: a choice takes a word that is one of
   * its values, a path any.
   */
  readonly positionals?: readonly string[];
  /** Where XNAT offers the program; empty: no command.json. */
  readonly offeredOn: readonly Place[];
  /** Fixed environment variables of the container. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What a container needs: MiB and cores. */
  readonly resources?: {
    readonly reserveMemoryMiB?: number;
    readonly limitMemoryMiB?: number;
    readonly limitCpu?: number;
  };
  readonly examples?: readonly Example[];
}

/** The typed options of a command: `OptionsOf<typeof command>`. */
export type OptionsOf<C extends CommandDefinition> = {
  readonly [K in keyof C["options"]]: ValueOf<C["options"][K]>;
};

/**
 * The command itself, its option types kept.
 *
 * @throws Error when a name, path, default or text would not work in XNAT: a bug in command.ts
 */
export function defineCommand<const O extends OptionTable>(
  command: CommandDefinition<O>,
): CommandDefinition<O> {
  requireSoundCommand(command);
  return command;
}
