import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createCommand } from "#test/xnat/container-service/command-store.ts";
import { openDockerBackend } from "#test/xnat/container-service/docker-backend.ts";
import { findHostAddress, runDocker } from "#test/xnat/container-service/run-docker.ts";
import type { ContainerOptions } from "#test/xnat/container-service/service.ts";
import { openSwarmBackend } from "#test/xnat/container-service/swarm-backend.ts";
import { seedSample } from "#test/xnat/seed-sample.ts";
import { startXnat } from "#test/xnat/start-xnat.ts";
import { listCommandFiles, root } from "./bundle.ts";

const usage = `Usage: make xnat [XNAT_ARGS="--port 8080 --swarm"]

Starts a simulated XNAT with the sample project in it, to try the programs as a user of XNAT would: in a browser, or with any
client. Runs until it is interrupted; nothing is kept.
--port N      default 8080
--subjects N  of the sample project, default 6
--swarm       containers run as services of a Swarm`;

/** Containers need an engine; without one everything else can still be tried. */
async function findContainers(isSwarm: boolean): Promise<ContainerOptions | undefined> {
  const info = await runDocker(["info", "--format", "{{.Swarm.ControlAvailable}}"]).catch(
    () => undefined,
  );
  if (info === undefined || info.status !== 0) return undefined;
  if (isSwarm && info.stdout.trim() !== "true") throw new Error("The engine is no Swarm manager.");
  const { address, network } = await findHostAddress();
  const options = { run: `make-xnat-${process.pid}`, network };
  const backend = isSwarm ? openSwarmBackend(options) : openDockerBackend(options);
  return { backend, host: address, workers: 2 };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "8080" },
      subjects: { type: "string", default: "6" },
      swarm: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const say = (text: string): void => {
    process.stdout.write(`${text}\n`);
  };
  if (values.help) return say(usage);
  const containers = await findContainers(values.swarm);
  const xnat = await startXnat({
    port: Number(values.port),
    host: "0.0.0.0",
    ...(containers === undefined ? {} : { containers }),
  });
  say("Making the sample project ...");
  const { project } = await seedSample(xnat.site, { subjects: Number(values.subjects) });
  for (const id of addCommands(xnat.site)) {
    xnat.site.siteWrappers.add(id);
    xnat.site.projects.get(project)?.enabledWrappers.add(id);
  }
  say(`${xnat.url}/  users: admin, owner, member, collab, outsider; the password is the name`);
  if (containers === undefined) say("No Docker engine answers: containers cannot be started.");
  else say(`Containers run on ${containers.backend.kind}; make images first.`);
  const stop = () => void xnat.stop().then(() => process.exit(0));
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

/** Every command of the checkout; their wrapper ids. */
function addCommands(site: Parameters<typeof createCommand>[0]): readonly number[] {
  const names = [
    "process-t1",
    "process-t2",
    "process-dwi",
    "mask-average",
    "project-runner",
    "mri2dicom",
  ];
  return names.flatMap((name) => {
    return listCommandFiles(name).flatMap((file) => {
      const text = readFileSync(join(root, "containers", name, file), "utf8");
      return createCommand(site, text).wrapperIds;
    });
  });
}

await main();
