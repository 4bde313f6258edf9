import { z } from "zod";

// The Container Service's JSON (3.7): only what is read here. Ids are numbers in some answers and texts in others.

const id = z.union([z.string(), z.number()]).transform(String);
const maybe = z
  .string()
  .nullish()
  .transform((value) => value ?? "");
const maybeId = id.nullish().transform((value) => value ?? "");

/** `commands/available`: what the user may launch on a type of object. */
export const availableWrappers = z.array(
  z.object({
    "command-id": id,
    "command-name": maybe,
    "wrapper-id": id,
    "wrapper-name": z.string(),
    "wrapper-label": maybe,
    "wrapper-contexts": z.array(z.string()).nullish(),
    "image-name": maybe,
    enabled: z.boolean().nullish(),
    "root-element-name": maybe,
  }),
);

const params = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value) => value ?? {});

/** Answer to one launch, and one entry of a bulk launch. */
export const launchReport = z.object({
  status: z.string(),
  params,
  message: maybe,
  "workflow-id": maybeId,
});

export const bulkReport = z.object({
  "bulk-launch-id": maybe,
  "pipeline-name": maybe,
  successes: z.array(launchReport),
  failures: z.array(launchReport),
});

const named = z.object({ type: maybe, name: z.string(), value: maybe });
const event = z.object({ status: maybe, "time-recorded": maybeId, exitCode: maybeId });

/** A container; without its environment, which holds a token. */
export const containerReport = z.object({
  id,
  "command-id": maybeId,
  "wrapper-id": maybeId,
  status: maybe,
  "status-time": maybeId,
  "container-id": maybe,
  "service-id": maybe,
  "workflow-id": maybeId,
  "user-id": maybe,
  project: maybe,
  "docker-image": maybe,
  inputs: z.array(named).nullish(),
  history: z.array(event).nullish(),
});

export const containerList = z.array(containerReport);

export const logPiece = z.object({
  content: maybe,
  timestamp: maybeId,
  fromFile: z.boolean().nullish(),
});

export type WrapperReport = z.infer<typeof availableWrappers>[number];
export type ContainerReport = z.infer<typeof containerReport>;
