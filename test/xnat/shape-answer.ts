import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { FaultAction } from "./faults.ts";

// Carries out the faults that change how an answer travels: its speed, its end, its loss.

const sliceMs = 20;

type Named<N> = Extract<FaultAction, { name: N }>;

interface Shape {
  readonly bytesPerSecond: number;
  readonly stallAfter: number;
  readonly resetAfter: number;
}

function shapeOf(actions: readonly FaultAction[]): Shape | undefined {
  const slow = actions.find((action): action is Named<"slowBody"> => action.name === "slowBody");
  const stall = actions.find(
    (action): action is Named<"stallAfter"> => action.name === "stallAfter",
  );
  const reset = actions.find((action) => action.name === "reset" && action.when === "answer");
  if (slow === undefined && stall === undefined && reset === undefined) return undefined;
  return {
    bytesPerSecond: slow?.bytesPerSecond ?? Number.POSITIVE_INFINITY,
    stallAfter: stall?.bytes ?? Number.POSITIVE_INFINITY,
    resetAfter: reset !== undefined && "bytes" in reset ? reset.bytes : Number.POSITIVE_INFINITY,
  };
}

const bytesOf = (chunk: unknown): Buffer =>
  typeof chunk === "string" ? Buffer.from(chunk) : Buffer.from(chunk as Uint8Array);

/** Changes how the body of `response` travels, if one of `actions` says so. */
export function shapeAnswer(response: ServerResponse, actions: readonly FaultAction[]): void {
  const shape = shapeOf(actions);
  if (shape === undefined) return;
  const write = response.write.bind(response);
  const end = response.end.bind(response);
  const queue: Buffer[] = [];
  let ended = false;
  let sent = 0;
  let running = false;

  const pump = async (): Promise<void> => {
    if (running) return;
    running = true;
    for (let piece = queue.shift(); piece !== undefined; piece = queue.shift()) {
      for (let at = 0; at < piece.length; ) {
        const limit = Math.min(shape.stallAfter, shape.resetAfter) - sent;
        const most = Math.max(1, Math.round((shape.bytesPerSecond * sliceMs) / 1000));
        const length = Math.min(piece.length - at, most, limit);
        if (length > 0) await new Promise((done) => write(piece.subarray(at, at + length), done));
        at += length;
        sent += length;
        if (response.destroyed) return;
        if (sent >= shape.resetAfter) {
          // What was written reaches the client before the connection breaks.
          await wait(5);
          response.socket?.resetAndDestroy();
          return;
        }
        if (sent >= shape.stallAfter) return;
        if (shape.bytesPerSecond < Number.POSITIVE_INFINITY) await wait(sliceMs);
      }
    }
    running = false;
    if (ended) end();
    else response.emit("drain");
  };

  response.write = ((chunk: unknown, encoding?: unknown, done?: unknown): boolean => {
    queue.push(bytesOf(chunk));
    const called = typeof encoding === "function" ? encoding : done;
    if (typeof called === "function") queueMicrotask(() => called());
    void pump();
    return false;
  }) as ServerResponse["write"];
  response.end = ((chunk?: unknown): ServerResponse => {
    if (chunk !== undefined && typeof chunk !== "function") queue.push(bytesOf(chunk));
    ended = true;
    void pump();
    return response;
  }) as ServerResponse["end"];
}

/** Lets the work go on while its answer is thrown away and `instead` is done when it would have ended. */
export function discardAnswer(response: ServerResponse, instead: () => void): void {
  const { write, end, writeHead, setHeader } = response;
  response.write = (() => true) as ServerResponse["write"];
  response.writeHead = (() => response) as ServerResponse["writeHead"];
  response.end = ((): ServerResponse => {
    Object.assign(response, { write, end, writeHead, setHeader });
    instead();
    return response;
  }) as ServerResponse["end"];
}
