import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** One page of a headless browser, driven as a person would. */
export interface BrowserPage {
  /** Opens an address and waits until it is loaded. */
  open(address: string): Promise<void>;
  /** Value of an expression in the page. */
  read<T>(expression: string): Promise<T>;
  /** Does something that leads to another page, and waits for that. */
  follow(action: string): Promise<void>;
  /** The page from its top, no higher than `height` pixels. */
  picture(height: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** Width of the pictures, pixels. */
const width = 1120;

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** Starts Debian's Chromium with one empty page. */
export async function openBrowser(): Promise<BrowserPage> {
  const folder = mkdtempSync(join(tmpdir(), "screens-"));
  const words = [
    ...["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars"],
    ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ...["--remote-debugging-port=0", `--user-data-dir=${folder}`, `--window-size=${width},900`],
  ];
  const browser = spawn("chromium", [...words, "about:blank"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise<void>((resolve) => browser.once("close", () => resolve()));
  const port = await new Promise<string>((resolve, reject) => {
    let text = "";
    browser.once("error", reject);
    browser.once("close", () => reject(new Error(`the browser ended: ${text.slice(-500)}`)));
    browser.stderr.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
      const found = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    readonly type: string;
    readonly webSocketDebuggerUrl: string;
  }[];
  const target = targets.find(({ type }) => type === "page");
  if (target === undefined) throw new Error("the browser has no page");
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));

  const waiting = new Map<number, (answer: Answer) => void>();
  const loads: (() => void)[] = [];
  socket.addEventListener("message", ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
    else if (answer.method === "Page.loadEventFired") for (const go of loads.splice(0)) go();
  });
  let calls = 0;
  const call = async (method: string, params: object = {}) => {
    const id = ++calls;
    const { result, error } = await new Promise<Answer>((resolve) => {
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params }));
    });
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  };
  const read = async <T>(expression: string): Promise<T> => {
    const asked = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = (await call("Runtime.evaluate", asked)) as {
      readonly result?: { readonly value: T };
      readonly exceptionDetails?: { readonly exception?: { readonly description?: string } };
    };
    const complaint = exceptionDetails?.exception?.description;
    if (complaint !== undefined) throw new Error(`${expression}: ${complaint}`);
    return result?.value as T;
  };
  const afterLoad = async (action: () => Promise<unknown>) => {
    const loaded = new Promise<void>((resolve) => loads.push(resolve));
    await action();
    await loaded;
  };
  await call("Page.enable");
  return {
    read,
    open: (url) => afterLoad(() => call("Page.navigate", { url })),
    follow: (action) => afterLoad(() => read(`void (${action})`)),
    picture: async (most) => {
      const whole = await read<number>("document.documentElement.scrollHeight");
      const height = Math.min(whole, most);
      const clip = { x: 0, y: 0, width, height, scale: 1 };
      const asked = { format: "png", clip, captureBeyondViewport: true };
      const { data } = await call("Page.captureScreenshot", asked);
      return Buffer.from(String(data), "base64");
    },
    close: async () => {
      await call("Browser.close").catch(() => undefined);
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
