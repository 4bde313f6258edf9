import type { Log } from "./log.ts";

/** Told after each piece of work how much of the whole is done. */
export type Progress = (done: number, total: number) => void;

const barWidth = 30;
/** Per cent between two lines of a log. */
const logStep = 10;

/**
 * Shows how far a stage is: a bar on a terminal, a line for every ten per cent in a log.
 *
 * @param terminal - the stream to draw on when a person watches; undefined writes log lines
 */
export function startProgress(
  stage: string,
  log: Log,
  terminal: NodeJS.WriteStream | undefined,
): Progress {
  let shown = -1;
  return (done, total) => {
    const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
    const step = terminal === undefined ? logStep : 1;
    const reached = percent - (percent % step);
    if (reached <= shown) return;
    shown = reached;
    if (terminal === undefined) log.info({}, `${stage} ${reached} %`);
    else drawBar(terminal, stage, percent);
  };
}

function drawBar(terminal: NodeJS.WriteStream, stage: string, percent: number): void {
  const filled = Math.round((barWidth * percent) / 100);
  const bar = "█".repeat(filled) + "░".repeat(barWidth - filled);
  terminal.write(
    `\r${stage.padEnd(18)} ${bar} ${String(percent).padStart(3)} %${percent === 100 ? "\n" : ""}`,
  );
}
