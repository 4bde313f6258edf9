import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "#shared/program/log.ts";
import { isXnatError } from "#shared/xnat/xnat-error.ts";
import type { Place, ProjectServer } from "./project-server.ts";
import { compactState, encodeState, parseState, type State, type StateLine } from "./state.ts";

/** The state of a project with its copy on the server, so that a run can be resumed from anywhere. */
export interface SharedState {
  /** Writes a line here at once, and to the server now and then. */
  add(line: StateLine): Promise<void>;
  /** Copies what is new to the server. Failing is no reason to stop: what could not be copied is tried again. */
  flush(): Promise<void>;
  /** Copies everything as one file in place of the pieces, where there are many. */
  finish(): Promise<void>;
}

/** New lines, and ms, after which they are copied. */
const flushLines = 100;
const flushMs = 60_000;
/** Pieces on the server from which they are joined. */
const manyPieces = 4;

interface Copy {
  readonly place: Place;
  readonly label: string;
}

/**
 * Reads the copy on the server into the state. It lies in the project; where the user may not write there, in his own cache.
 *
 * @throws XnatError when the server cannot be asked
 */
export async function shareState(
  server: ProjectServer,
  state: State,
  {
    work,
    runId,
    log,
    readOnly = false,
  }: {
    readonly work: string;
    readonly runId: string;
    readonly log: Log;
    /** A dry run: nothing is written to the server. */
    readonly readOnly?: boolean;
  },
): Promise<SharedState> {
  const copies: readonly Copy[] = [
    { place: { kind: "project" }, label: "PROJECT_RUNNER_STATE" },
    { place: { kind: "user" }, label: `PROJECT_RUNNER_${server.project}`.slice(0, 64) },
  ];
  const read = new Map<Copy, string[]>();
  for (const copy of copies) {
    const folder = join(work, "state-copy", copy.label);
    const paths = await readPieces(server, copy, folder, state).catch((error: unknown) => {
      // Another run joined the pieces between the list and the download: what it made of them is there now.
      if (!isXnatError(error, "not-found", "protocol")) throw error;
      return readPieces(server, copy, folder, state);
    });
    read.set(copy, paths);
  }
  let current = 0;
  let piece = 0;
  let unsent = 0;
  let flushedAt = Date.now();
  /** Stores lines as a new piece; where the project refuses, in the user's cache from then on. */
  const send = async (lines: readonly StateLine[]): Promise<{ copy: Copy; path: string }> => {
    const bytes = Buffer.from(encodeState(lines));
    for (;;) {
      const copy = copies[current] as Copy;
      piece += 1;
      const path = `state-${runId}-${String(piece).padStart(5, "0")}.jsonl`;
      const file = { path, size: bytes.length, source: bytes };
      const kind = { format: "JSON", content: "STATE", overwrite: true };
      try {
        await server.upload(copy.place, copy.label, [file], kind);
        read.get(copy)?.push(path);
        return { copy, path };
      } catch (error) {
        const refused = isXnatError(error, "forbidden", "not-stored", "not-found");
        if (!refused || current === copies.length - 1) throw error;
        current += 1;
      }
    }
  };
  const flush = async () => {
    if (readOnly) return;
    const lines = state.takeNew();
    unsent = 0;
    flushedAt = Date.now();
    if (lines.length === 0) return;
    try {
      await send(lines);
    } catch (error) {
      state.giveBack(lines);
      log.warn({}, `The state could not be copied to XNAT: ${(error as Error).message}`);
    }
  };
  let flushing: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>) => {
    flushing = flushing.then(work);
    return flushing;
  };
  return {
    add: async (line) => {
      state.add(line);
      unsent += 1;
      if (unsent >= flushLines || Date.now() - flushedAt >= flushMs) await inTurn(flush);
    },
    flush: () => inTurn(flush),
    finish: () =>
      inTurn(async () => {
        await flush();
        const copy = copies[current] as Copy;
        const pieces = read.get(copy) ?? [];
        if (pieces.length < manyPieces) return;
        try {
          const joined = await send(compactState(state, new Date().toISOString()));
          const old = pieces.filter((path) => path !== joined.path);
          await server.deleteFiles(joined.copy.place, joined.copy.label, old);
        } catch (error) {
          log.warn({}, `The copies of the state could not be joined: ${(error as Error).message}`);
        }
      }),
  };
}

/** Takes the pieces of a copy into the state; returns their names. */
async function readPieces(
  server: ProjectServer,
  { place, label }: Copy,
  folder: string,
  state: State,
): Promise<string[]> {
  const files = (await server.listFiles(place, label)) ?? [];
  const pieces = files.filter(({ path }) => /^state-[\w-]+\.jsonl$/.test(path));
  if (pieces.length === 0) return [];
  await rm(folder, { recursive: true, force: true });
  await server.download(place, label, folder, pieces);
  for (const { path } of pieces) {
    state.merge(parseState(await readFile(join(folder, path), "utf8")));
  }
  await rm(folder, { recursive: true, force: true });
  return pieces.map(({ path }) => path);
}
