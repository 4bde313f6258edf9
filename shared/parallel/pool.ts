import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { fromPlainError, type PlainError, toPlainError } from "#shared/errors.ts";

/** A piece of work that any thread can do, known by name in every thread. */
export interface Task<Input, Output> {
  readonly name: string;
  readonly work: (input: Input) => Output | Promise<Output>;
}

const tasks = new Map<string, (input: unknown) => unknown>();

/**
 * Declares a task. Called at the top level of a module, so that a worker thread which loads the same
 * modules as the main thread knows the same tasks. Input and output cross threads by structured clone;
 * large arrays should lie on SharedArrayBuffers.
 */
export function defineTask<Input, Output>(
  name: string,
  work: (input: Input) => Output | Promise<Output>,
): Task<Input, Output> {
  if (tasks.has(name)) throw new Error(`task ${name} is declared twice`);
  tasks.set(name, work as (input: unknown) => unknown);
  return { name, work };
}

/** Runs tasks, at most `size` at a time, each result delivered to its caller. */
export interface Pool {
  readonly size: number;
  run<Input, Output>(task: Task<Input, Output>, input: Input): Promise<Output>;
  close(): Promise<void>;
}

interface Question {
  readonly id: number;
  /** Where in `claims` the thread that does this task says so. */
  readonly slot: number;
  readonly name: string;
  readonly input: unknown;
}
/** First word of a worker: it knows its tasks. */
interface Ready {
  readonly ready: true;
}
type Answer =
  | { readonly id: number; readonly output: unknown }
  | { readonly id: number; readonly error: PlainError };

/** Answers tasks in a worker thread for as long as the pool lives. Does nothing on the main thread. */
export function serveTasks(): void {
  if (isMainThread || parentPort === null) return;
  const port = parentPort;
  const { claims } = workerData as PoolShare;
  port.on("message", async (question: Question) => {
    if (!claim(claims, question)) return;
    let answer: Answer;
    try {
      const work = tasks.get(question.name);
      if (work === undefined) throw new Error(`task ${question.name} is not known to this thread`);
      answer = { id: question.id, output: await work(question.input) };
    } catch (error) {
      answer = { id: question.id, error: toPlainError(error) };
    }
    port.postMessage(answer);
  });
  port.postMessage({ ready: true } satisfies Ready);
}

/** What the threads of a pool share. */
interface PoolShare {
  /** One number for each task that was handed to a worker: 0 until a thread takes it. */
  readonly claims: Int32Array;
}

/** More tasks are never handed out at a time. */
const slots = 1 << 16;

/** True for the one thread that may do a task. */
function claim(claims: Int32Array, { slot }: Question): boolean {
  return Atomics.compareExchange(claims, slot, 0, 1) === 0;
}

interface Waiting {
  readonly question: Question;
  readonly resolve: (output: never) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A pool of `size` threads: the calling one, which works between turns of its event loop, and worker threads that load
 * `entry` (a module that declares the tasks and calls serveTasks).
 */
export function openPool(size: number, entry: URL | string): Pool {
  return size <= 1 ? inlinePool() : workerPool(size, entry);
}

function inlinePool(): Pool {
  let turn: Promise<unknown> = Promise.resolve();
  return {
    size: 1,
    run: (task, input) => {
      const result = turn.then(async () => {
        // A turn of the event loop between tasks keeps signals and progress lines alive.
        await new Promise((resume) => setImmediate(resume));
        return task.work(input);
      });
      turn = result.catch(() => undefined);
      return result;
    },
    close: async () => {},
  };
}

/**
 * Tasks a worker may hold: one at work and the next ones, so that it never waits for a busy calling thread. When that
 * thread has nothing left to do, it takes the last of them back.
 */
const held = 8;

function workerPool(size: number, entry: URL | string): Pool {
  const workers = new Map<Worker, Waiting[]>();
  const ready = new Set<Worker>();
  const queue: Waiting[] = [];
  const claims = new Int32Array(new SharedArrayBuffer(4 * slots));
  let nextId = 0;
  let nextSlot = 0;
  let helping = false;

  function start(): Worker {
    const worker = new Worker(entry, { workerData: { claims } satisfies PoolShare });
    worker.on("message", (answer: Answer | Ready) => {
      if ("ready" in answer) {
        ready.add(worker);
        dispatch();
        return;
      }
      const mine = workers.get(worker) ?? [];
      const index = mine.findIndex(({ question }) => question.id === answer.id);
      const [waiting] = mine.splice(index, 1);
      if (waiting !== undefined) settle(waiting, answer);
      dispatch();
    });
    worker.on("error", (error) => {
      const mine = workers.get(worker) ?? [];
      workers.delete(worker);
      ready.delete(worker);
      for (const { reject } of mine)
        reject(error instanceof Error ? error : new Error(String(error)));
      dispatch();
    });
    workers.set(worker, []);
    return worker;
  }

  /** The ready worker with the fewest tasks, when it can hold another one. */
  function choose(): Worker | undefined {
    let least: Worker | undefined;
    let fewest = held;
    for (const worker of ready) {
      const { length } = workers.get(worker) ?? { length: held };
      if (length < fewest) {
        least = worker;
        fewest = length;
      }
    }
    return least;
  }

  function dispatch(): void {
    const atWork = [...workers.values()].reduce((sum, { length }) => sum + length, 0);
    while (workers.size < size - 1 && workers.size < atWork + queue.length) start();
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const worker = choose();
      if (worker === undefined) break;
      queue.shift();
      nextSlot = (nextSlot + 1) % slots;
      claims[nextSlot] = 0;
      const handed = { ...next, question: { ...next.question, slot: nextSlot } };
      workers.get(worker)?.push(handed);
      worker.postMessage(handed.question);
    }
    help();
  }

  /** The calling thread does one task, then lets its event loop turn: signals, messages, progress lines. */
  function help(): void {
    if (helping) return;
    helping = true;
    setImmediate(async () => {
      const waiting = queue.shift() ?? takeBack();
      if (waiting !== undefined) await workHere(waiting);
      helping = false;
      if (waiting !== undefined) dispatch();
    });
  }

  /** A task that a worker holds and has not begun. */
  function takeBack(): Waiting | undefined {
    for (const mine of workers.values()) {
      const last = mine.at(-1);
      if (last === undefined || !claim(claims, last.question)) continue;
      return mine.pop();
    }
    return undefined;
  }

  return {
    size,
    run: (task, input) =>
      new Promise((resolve, reject) => {
        queue.push({
          question: { id: nextId++, slot: 0, name: task.name, input },
          resolve,
          reject,
        });
        dispatch();
      }),
    close: async () => {
      await Promise.all([...workers.keys()].map((worker) => worker.terminate()));
    },
  };
}

async function workHere({ question, resolve, reject }: Waiting): Promise<void> {
  try {
    const work = tasks.get(question.name);
    if (work === undefined) throw new Error(`task ${question.name} is not known to this thread`);
    resolve((await work(question.input)) as never);
  } catch (error) {
    reject(error instanceof Error ? error : new Error(String(error)));
  }
}

function settle(waiting: Waiting, answer: Answer): void {
  if ("error" in answer) waiting.reject(fromPlainError(answer.error));
  else waiting.resolve(answer.output as never);
}
