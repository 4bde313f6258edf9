import { findIllegalString } from "#command-json/illegal-strings.ts";
import type { XnatConnection } from "#shared/xnat/connection.ts";
import { launchContainer, launchContainers, listWrappers } from "#shared/xnat/container-service.ts";
import { listContainers, readContainerLog } from "#shared/xnat/containers.ts";
import { findWorkflow, readWorkflow, type WorkflowRecord } from "#shared/xnat/workflows.ts";
import type { AvailableWrapper, ContainerLaunches, LaunchedContainer } from "./project-server.ts";

/** Characters of a log that are kept: the last line says why a program ended. */
const keptLog = 65_536;

/** The Container Service of a project, over a connection. */
export function openLaunches(connection: XnatConnection, project: string): ContainerLaunches {
  const launchOf = ({ id, root }: AvailableWrapper, values: Readonly<Record<string, string>>) => ({
    ...{ project, wrapperId: id, root, values, findIllegalString },
  });
  return {
    listWrappers: () => listWrappers(connection, project, "xnat:mrScanData"),
    launch: async (wrapper, target, values) => {
      const queued = await launchContainer(connection, launchOf(wrapper, values), target);
      return queued.workflowId ?? "";
    },
    launchBulk: async (wrapper, targets, values) => {
      const refused = new Map<string, string>();
      let id = "";
      const all = targets.length;
      const launches = launchContainers(connection, launchOf(wrapper, values), targets, all);
      for await (const launch of launches) {
        id = launch.id;
        for (const { target, reason } of launch.refused) refused.set(target, reason);
      }
      return { id, refused };
    },
    listContainers: async () => {
      const found: LaunchedContainer[] = [];
      for await (const one of listContainers(connection, { project })) {
        const { id, wrapperId, workflowId, status, statusText, launchValues } = one;
        const inputs = Object.fromEntries(launchValues);
        found.push({ id, wrapperId, workflowId, status, statusText, inputs });
      }
      return found;
    },
    findWorkflow: async ({ wrapperName, sessionId, scanId, bulkId, workflowId }) => {
      if (workflowId !== "") return toLaunched(await readWorkflow(connection, workflowId));
      const wanted = { objectId: sessionId, pipelineName: wrapperName, scanId };
      const found = await findWorkflow(
        connection,
        bulkId === "" ? wanted : { ...wanted, jobId: bulkId },
      );
      return found && toLaunched(found);
    },
    readLog: async (id, stream) => (await readContainerLog(connection, id, stream)).slice(-keptLog),
  };
}

function toLaunched({ id, status, statusText }: WorkflowRecord): LaunchedContainer {
  return { id: undefined, wrapperId: "", workflowId: id, status, statusText, inputs: {} };
}
