import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./bundle.ts";
import { openBrowser } from "./screens/open-browser.ts";

// Makes the pictures of docs/screens: `make xnat`, and a browser that uses it as an owner of the project does.
// Needs Debian's chromium, a Docker engine and the images.

const folder = join(root, "docs/screens");
/** Pictures in documents; above it a page is not worth its load. */
const mostBytes = 150_000;

const site = spawn(process.execPath, [join(root, "scripts/xnat.ts"), "--port", "0"], {
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  const url = await readAddress(site);
  mkdirSync(folder, { recursive: true });
  await takePictures(url);
} finally {
  site.kill("SIGTERM");
}

function readAddress({ stdout }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    stdout?.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
      const found = /^(http:\S+)\/ {2}users/m.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    stdout?.once("end", () => reject(new Error(`the site ended: ${text}`)));
  });
}

async function takePictures(url: string): Promise<void> {
  const page = await openBrowser();
  const take = async (name: string, height = 1000) => {
    const bytes = await page.picture(height);
    if (bytes.length > mostBytes) throw new Error(`${name} has ${bytes.length} bytes`);
    writeFileSync(join(folder, `${name}.png`), bytes);
    console.log(`${name}.png ${bytes.length}`);
  };
  const clickLink = (text: string, within = "main") =>
    page.follow(
      `[...document.querySelectorAll(${JSON.stringify(`${within} a`)})].find((one) => one.firstChild.textContent === ${JSON.stringify(text)}).click()`,
    );
  const openMenu = (within: string) =>
    page.read(`document.querySelector(${JSON.stringify(`${within} details.menu`)}).open = true`);
  const choose = (name: string, text: string) =>
    page.read(
      `(() => { const menu = document.getElementById(${JSON.stringify(name)}); menu.value = [...menu.options].find((one) => one.text.includes(${JSON.stringify(text)})).value; })()`,
    );
  const press = () => page.follow(`document.querySelector("main button:last-of-type").click()`);
  const waitForEnd = async () => {
    for (;;) {
      const status = await page.read<string>(`document.querySelector(".tag")?.textContent ?? ""`);
      if (status === "Complete") return;
      if (/^(Failed|Killed)/.test(status)) throw new Error(`a run ended ${status}`);
      await page.open(await page.read<string>("location.href"));
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  };
  const start = async () => {
    await press();
    await waitForEnd();
  };

  try {
    await page.open(url);
    await page.read(
      `(() => { for (const name of ["username", "password"]) document.getElementById(name).value = "owner"; })()`,
    );
    await page.follow(`document.querySelector("button").click()`);
    await clickLink("SAMPLE");
    const project = await page.read<string>("location.href");
    await clickLink("DM01_MR1");
    const session = await page.read<string>("location.href");
    await openMenu("main > .bar");
    await take("run-container-menu", 640);

    await clickLink("T2 map (choose the scan)");
    await choose("scan", "3");
    await take("launch-process-t2");
    await start();
    await take("run-complete", 720);

    await page.open(session);
    await clickLink("T1 map", "tr:nth-child(4)");
    await start();
    await page.open(session);
    await clickLink(
      "Region statistics (choose the ROI collection, the reference scan and the map scan)",
    );
    await choose("assessor", "AIM");
    await choose("reference-scan", "3");
    await choose("scan", "3");
    await take("launch-mask-average");
    await page.open(session);
    await clickLink("Region statistics (choose the ROI collection)", "tr:nth-child(3)");
    await choose("assessor", "AIM");
    await start();
    await page.open(session);
    await take("session-results");

    await page.open(project);
    await clickLink("Process whole project");
    await take("launch-project-runner", 1180);
    await start();
    await take("project-runner-log", 700);
    await page.open(project);
    await take("project-page", 900);
    await page.follow(
      `(() => { const menu = document.querySelector("select[name=wrapper]"); menu.value = [...menu.options].find((one) => one.text === "T2 map").value; menu.form.elements["scan-type"].value = "T2_map_MSME"; menu.form.querySelector("button").click(); })()`,
    );
    await take("launch-bulk", 620);
    await press();
    await page.open(`${project}/runs`);
    await take("processing-history", 560);
  } finally {
    await page.close();
  }
}
